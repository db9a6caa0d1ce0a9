//! `ChangePatientDetails`: who the patient is or where the patient belongs has changed, or was told wrong.

use hemgang_core::{id::AdmissionId, person::PersonId, redacted::Redacted};
use hemgang_db::Change;
use hemgang_proto::{
    admission::{
        self as pb, AdmissionState, MunicipalitySource, QualityFlag, change_patient_details_request::Key,
    },
    common::{Protection, Sex},
    google::r#type::Date as WireDate,
};
use hemgang_rpc::{Call, Context, Failure, Fields, Role};
use jiff::Timestamp;

use super::{admit_patient::person_id, movement, stay, view, visible};
use crate::{
    domain::{
        description::{Description, DetailsRecorded, Said},
        episode::Episode,
        patient::{Patient, is_protected},
        person_statement::PersonStatement,
        recorded::Recorded,
    },
    due,
    error::Error,
    store,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ChangePatientDetailsRequest,
) -> Result<pb::ChangePatientDetailsResponse, Error> {
    let Input { whose, mut said, protection, registered_at, order, is_misdeclared } =
        Input::parse(cx, call, &req)?;
    let recorded = Recorded { at: registered_at.unwrap_or(call.now), order };
    let of_all = DetailsRecorded::at(&recorded);
    let (mut kept, mut waits) = (None, Change::new());
    let episode = match whose {
        Whose::Stay(id) => {
            let episode = visible(cx, call, id).await?;
            if registered_at.is_some_and(|at| episode.is_before(at)) {
                said = Description::default();
            }
            episode
        }
        Whose::Person(person) => {
            let is_of_log = call.caller.roles.contains(&Role::Gateway);
            let known = store::patient::find(&cx.db, &person).await?;
            let stay = latest(cx, call, known.as_ref()).await?;
            if is_of_log {
                // Who sees no stay of the person takes nobody's protection away.
                let protection = protection.filter(|told| stay.is_some() || is_protected(*told));
                let known =
                    known.unwrap_or_else(|| Patient { version: 0, ..Patient::unnamed(&person, call.now) });
                kept = statement(cx, call, &known, (&said, &of_all)).await?;
                if let Some(said) = &kept {
                    waits = due::forget_statement::begun(cx, said, call.now).await?;
                }
                if stay.is_none() && kept.is_none() && protection.is_none() {
                    // Nothing to keep: nobody becomes known by being asked about.
                    let response = pb::ChangePatientDetailsResponse { admission: None };
                    return Ok(call.commit(cx, Change::new(), response).await?);
                }
                if stay.is_none() {
                    let waits = waits.and(due::forget_person::begun(cx, known.patient_id, call.now).await?);
                    let (change, changed) =
                        protected(cx, call, &known, protection, recorded.at, None).await?;
                    let change = change.and(keep(cx, (&known, &changed), kept.as_ref()).await?).and(waits);
                    let response = pb::ChangePatientDetailsResponse { admission: None };
                    return Ok(call.commit(cx, change, response).await?);
                }
            }
            stay.ok_or_else(|| Failure::NotFound { resource: "patient", name: String::new() })?
        }
    };
    call.expect_etag(&req.etag, episode.version)?;
    if episode.state == AdmissionState::Voided {
        return Err(Error::AdmissionNotOpen { state: episode.state });
    }
    let patient = store::patient::get(&cx.db, episode.patient_id).await?;
    let patient = patient.ok_or_else(|| Failure::Internal("a stay of no patient".into()))?;

    let but = Some(episode.admission_id);
    let (change, changed) = protected(cx, call, &patient, protection, recorded.at, but).await?;
    let change = change.and(keep(cx, (&patient, &changed), kept.as_ref()).await?);
    let told = episode.clone().described(&said, &of_all);
    let told = if is_misdeclared { told.misdeclared(recorded.at) } else { told };
    let (of_stay, told) = stay::settle(cx, call, (&patient, &episode), (&changed, told))?;
    let response = pb::ChangePatientDetailsResponse { admission: Some(view::changed(cx, &told).await?) };
    Ok(call.commit(cx, of_stay.and(change).and(waits), response).await?)
}

/// The patient after what is said of protection, which masks every stay, and is lifted from every stay: `but` the one
/// that is changed anyway. The patient is written also where nothing of it is new: of this and an admission at one
/// moment the later one loses the row and decides again.
pub(super) async fn protected(
    cx: &Context,
    call: &Call,
    patient: &Patient,
    told: Option<Protection>,
    registered_at: Timestamp,
    but: Option<AdmissionId>,
) -> Result<(Change, Patient), Error> {
    let changed = patient.changed(told, registered_at);
    let changed = Patient { version: patient.version + 1, ..changed };
    let mut change = Change::new().put(&changed);
    if changed.protection != patient.protection {
        for other in store::episode::list_of(&cx.db, patient.patient_id).await? {
            if Some(other.admission_id) != but {
                let after = (&changed, other.clone());
                change = change.and(stay::settle(cx, call, (patient, &other), after)?.0);
            }
        }
    }
    Ok((change, changed))
}

/// What a hospital's system says of a person, for stays that it tells of later. None where it says nothing new.
async fn statement(
    cx: &Context,
    call: &Call,
    patient: &Patient,
    (said, recorded): (&Description, &DetailsRecorded),
) -> Result<Option<PersonStatement>, Failure> {
    let (id, hospital) = (patient.patient_id, &call.caller.unit);
    let earlier = store::person_statement::get(&cx.db, id, hospital).await?;
    Ok(PersonStatement::over(earlier, (id, hospital.clone()), said, recorded))
}

/// Keeps a statement, and no address of who is protected.
pub(super) async fn keep(
    cx: &Context,
    (was, is): (&Patient, &Patient),
    said: Option<&PersonStatement>,
) -> Result<Change, Failure> {
    let is_protected = is_protected(is.protection);
    let address = said.and_then(|said| said.address.clone()).filter(|_| !is_protected);
    let kept = said.map(|said| PersonStatement { address, ..said.clone() });
    let change = kept.iter().fold(Change::new(), Change::put);
    if is.protection == was.protection || !is_protected {
        return Ok(change);
    }
    Ok(change.and(store::person_statement::without_addresses(&cx.db, was.patient_id, said).await?))
}

/// The patient's latest stay that the caller sees.
async fn latest(cx: &Context, call: &Call, patient: Option<&Patient>) -> Result<Option<Episode>, Failure> {
    let Some(patient) = patient else { return Ok(None) };
    let stays = store::episode::list_of(&cx.db, patient.patient_id).await?;
    let latest = latest_of(call, stays.iter());
    Ok(stays.into_iter().find(|stay| Some(stay.admission_id) == latest))
}

/// The latest of stays that the caller sees and that are.
pub(super) fn latest_of<'a>(call: &Call, stays: impl Iterator<Item = &'a Episode>) -> Option<AdmissionId> {
    let seen = |stay: &&Episode| call.sight.admits(&stay.audience()) && stay.state != AdmissionState::Voided;
    let latest = stays.filter(seen).max_by_key(|stay| (stay.admitted_at, stay.admission_id));
    latest.map(|stay| stay.admission_id)
}

enum Whose {
    Stay(AdmissionId),
    Person(PersonId),
}

struct Input {
    whose: Whose,
    said: Description,
    protection: Option<Protection>,
    registered_at: Option<Timestamp>,
    order: String,
    /// Whether the message was in another character set than it said.
    is_misdeclared: bool,
}

impl Input {
    fn parse(cx: &Context, call: &Call, req: &pb::ChangePatientDetailsRequest) -> Result<Self, Failure> {
        let mut fields = Fields::new(cx, call);
        let flagged = req.quality_flags.contains(&QualityFlag::CheckDigit.into());
        let whose = match &req.key {
            Some(Key::AdmissionId(id)) => fields.parsed("admission_id", id).map(Whose::Stay),
            Some(Key::PersonId(said)) => {
                person_id(&mut fields, "person_id", Some(said), flagged).map(Whose::Person)
            }
            None => {
                fields.wrong("key", "is required");
                None
            }
        };
        let protection = fields.choice_or_default("protection", req.protection);
        let is_protected =
            matches!(protection, Some(Protection::Confidential | Protection::ProtectedRegistration));
        if is_protected && req.address.as_ref().is_some_and(|address| !address.is_empty()) {
            fields.wrong("address", "must be empty for a protected person");
        }
        let mut text = |field: &str, said: &Option<String>| {
            said.as_ref().map_or(Some(None), |said| fields.text(field, said).map(Redacted::new).map(Some))
        };
        let (name, address) = (text("name", &req.name), text("address", &req.address));
        // All zeros: what was told does not hold any more.
        let is_withdrawn = req.birth_date == Some(WireDate::default());
        let told = req.birth_date.as_ref().filter(|_| !is_withdrawn);
        let birth_date = fields.birth_date("birth_date", told);
        let sex = fields.choice_or_default("sex", req.sex);
        let registered_at = fields.optional_past("registered_at", req.registered_at.as_ref());
        let log_entry = movement::log_entry(&mut fields, req.log_entry.as_ref());
        let belongs = belongs(&mut fields, req);
        fields.finish(|| {
            let said = Description {
                name: name?,
                address: address?,
                birth_date: if is_withdrawn { Said::None } else { Said::at_most(birth_date?) },
                sex: Some(sex?).filter(|sex| *sex != Sex::Unspecified),
                ..belongs?
            };
            let protection = Some(protection?).filter(|told| *told != Protection::Unspecified);
            let (registered_at, order) = (registered_at?, log_entry?.order);
            let is_misdeclared = req.quality_flags.contains(&QualityFlag::CharacterSet.into());
            Some(Self { whose: whose?, said, protection, registered_at, order, is_misdeclared })
        })
    }
}

/// What is said of where the person belongs.
fn belongs(fields: &mut Fields<'_>, req: &pb::ChangePatientDetailsRequest) -> Option<Description> {
    let mut code = |field: &str, said: &Option<String>| {
        said.as_ref().map_or(Some(Said::Nothing), |code| fields.municipality(field, code).map(Said::of))
    };
    let municipality = code("residence_municipality", &req.residence_municipality);
    let liable = code("liable_municipality", &req.liable_municipality);
    let source = fields.choice_or_default("municipality_source", req.municipality_source);
    let unit = |unit: &String| fields.optional("listed_unit", unit).map(Said::of);
    let listed_unit = req.listed_unit.as_ref().map_or(Some(Said::Nothing), unit);
    let municipality = municipality?;
    // Who moves is the new municipality's, unless somebody says otherwise.
    let liable = match liable? {
        Said::Nothing => municipality.clone(),
        said => said,
    };
    Some(Description {
        residence_municipality: municipality,
        liable_municipality: liable,
        municipality_source: Some(source?).filter(|told| *told != MunicipalitySource::Unspecified),
        listed_unit: listed_unit?,
        ..Description::default()
    })
}
