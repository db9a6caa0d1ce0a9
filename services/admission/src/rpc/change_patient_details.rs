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
        description::{Death, Description, DetailsRecorded, Said},
        episode::Episode,
        patient::Patient,
        person_statement::PersonStatement,
        quality::TimeFaults,
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
    let stays = match whose {
        Whose::Stay(id) => {
            let episode = visible(cx, call, id).await?;
            if registered_at.is_some_and(|at| episode.is_before(at)) {
                said = Description::default();
            }
            vec![episode]
        }
        Whose::Person(person) => {
            let is_of_log = call.caller.roles.contains(&Role::Gateway);
            let known = store::patient::find(&cx.db, &person).await?;
            let stays = seen(cx, call, known.as_ref(), recorded.at).await?;
            if is_of_log {
                // Who sees no stay of the person takes nobody's protection away.
                let protection = protection.filter(|told| !stays.is_empty() || told.is_one());
                let known =
                    known.unwrap_or_else(|| Patient { version: 0, ..Patient::unnamed(&person, call.now) });
                call.about(&known.patient_id);
                kept = statement(cx, call, &known, (&said, &of_all)).await?;
                if let Some(said) = &kept {
                    waits = due::forget_statement::begun(cx, said, call.now).await?;
                }
                if stays.is_empty() && kept.is_none() && protection.is_none() {
                    // Nothing to keep: nobody becomes known by being asked about.
                    let response = pb::ChangePatientDetailsResponse { admission: None };
                    return Ok(call.commit(cx, Change::new(), response).await?);
                }
                if stays.is_empty() {
                    let waits = waits.and(due::forget_person::begun(cx, known.patient_id, call.now).await?);
                    let (change, changed) = protected(cx, call, &known, protection, recorded.at, &[]).await?;
                    let change = change.and(keep(cx, (&known, &changed), kept.as_ref()).await?).and(waits);
                    let response = pb::ChangePatientDetailsResponse { admission: None };
                    return Ok(call.commit(cx, change, response).await?);
                }
            }
            stays
        }
    };
    let absent = || Failure::NotFound { resource: "patient", name: String::new() };
    let episode = stays.first().ok_or_else(absent)?;
    call.expect_etag(&req.etag, episode.version)?;
    if episode.state == AdmissionState::Voided {
        return Err(Error::AdmissionNotOpen { state: episode.state });
    }
    let patient = store::patient::of_stay(&cx.db, episode).await?;
    if patient.is_blanked() {
        return Err(Error::DetailsBlanked);
    }

    let but: Vec<_> = stays.iter().map(|stay| stay.admission_id).collect();
    let (change, changed) = protected(cx, call, &patient, protection, recorded.at, &but).await?;
    let change = change.and(keep(cx, (&patient, &changed), kept.as_ref()).await?);
    let patients = (&patient, &changed);
    let (of_stays, told) = reached(cx, call, patients, &stays, (&said, &recorded, is_misdeclared)).await?;
    let response = pb::ChangePatientDetailsResponse { admission: Some(told) };
    Ok(call.commit(cx, of_stays.and(change).and(waits), response).await?)
}

/// The stays with what is said of their person, and the first of them, which is answered.
async fn reached(
    cx: &Context,
    call: &Call,
    (was, is): (&Patient, &Patient),
    stays: &[Episode],
    (said, recorded, is_misdeclared): (&Description, &Recorded, bool),
) -> Result<(Change, pb::Admission), Failure> {
    let of_all = DetailsRecorded::at(recorded);
    let deaths: Vec<_> = said.death.map(|death| (death, recorded.clone())).into_iter().collect();
    let (mut change, mut first) = (Change::new(), None);
    for stay in stays {
        let told = stay.clone().described(said, &of_all);
        let told = if is_misdeclared { told.misdeclared(recorded.at) } else { told };
        let (of_stay, told) = stay::reach(cx, call, (was, stay), (is, told), &deaths).await?;
        change = change.and(of_stay);
        first = first.or(Some(told));
    }
    let first = first.ok_or_else(|| Failure::Internal("nobody's details".into()))?;
    Ok((change, view::changed(cx, &first).await?))
}

/// The patient after what is said of protection, which masks every stay, and is lifted from every stay: `but` those
/// that are changed anyway. The patient is written also where nothing of it is new: of this and an admission at one
/// moment the later one loses the row and decides again.
pub(super) async fn protected(
    cx: &Context,
    call: &Call,
    patient: &Patient,
    told: Option<Protection>,
    registered_at: Timestamp,
    but: &[AdmissionId],
) -> Result<(Change, Patient), Error> {
    let changed = patient.changed(told, registered_at);
    let changed = Patient { version: patient.version + 1, ..changed };
    let mut change = Change::new().put(&changed);
    if changed.protection != patient.protection {
        for other in store::episode::list_of(&cx.db, patient.patient_id).await? {
            if !but.contains(&other.admission_id) {
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
    let is_protected = is.protection.is_one();
    let address = said.and_then(|said| said.address.clone()).filter(|_| !is_protected);
    let kept = said.map(|said| PersonStatement { address, ..said.clone() });
    let change = kept.iter().fold(Change::new(), Change::put);
    if is.protection == was.protection || !is_protected {
        return Ok(change);
    }
    Ok(change.and(store::person_statement::without_addresses(&cx.db, was.patient_id, said).await?))
}

/// The patient's stays that the caller sees and that are, the latest first. What is said of the person is said of all of
/// them: of the latest alone it would depend on which were known by then.
async fn seen(
    cx: &Context,
    call: &Call,
    patient: Option<&Patient>,
    recorded_at: Timestamp,
) -> Result<Vec<Episode>, Failure> {
    let Some(patient) = patient else { return Ok(Vec::new()) };
    let mut stays = store::episode::list_of(&cx.db, patient.patient_id).await?;
    stays.retain(|stay| stay.state != AdmissionState::Voided && call.sight.admits(&stay.audience()));
    stays.retain(|stay| !stay.is_history(recorded_at, cx.own.persons_kept));
    stays.reverse();
    Ok(stays)
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
        let is_protected = protection.is_some_and(Protection::is_one);
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
        if req.died_at.is_some() && !matches!(req.key, Some(Key::PersonId(_))) {
            fields.wrong("died_at", "goes with person_id; of one stay RecordDeath says it");
        }
        let died_at = fields.optional_past("died_at", req.died_at.as_ref());
        let flags = req.quality_flags.iter().filter_map(|flag| QualityFlag::try_from(*flag).ok());
        let time_faults = TimeFaults::of(flags);
        fields.finish(|| {
            let said = Description {
                death: died_at?.map(|at| Death { at, time_faults }),
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
