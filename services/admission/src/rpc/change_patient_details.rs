//! `ChangePatientDetails`: who the patient is or where the patient belongs has changed, or was told wrong.

use hemgang_core::{id::AdmissionId, person::PersonId, redacted::Redacted};
use hemgang_db::Change;
use hemgang_proto::{
    admission::{self as pb, AdmissionState, QualityFlag, change_patient_details_request::Key},
    common::{Protection, Sex},
    google::r#type::Date as WireDate,
};
use hemgang_rpc::{Call, Context, Failure, Fields};
use jiff::Timestamp;

use super::{admit_patient::person_id, stay, view, visible};
use crate::{
    domain::{
        episode::{Episode, Residence, Said},
        patient::Changes,
    },
    error::Error,
    store,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ChangePatientDetailsRequest,
) -> Result<pb::ChangePatientDetailsResponse, Error> {
    let Input { whose, changes, residence, registered_at, is_misdeclared } = Input::parse(cx, call, &req)?;
    let episode = find(cx, call, whose).await?;
    call.expect_etag(&req.etag, episode.version)?;
    if episode.state == AdmissionState::Voided {
        return Err(Error::AdmissionNotOpen { state: episode.state });
    }
    let patient = store::patient::get(&cx.db, episode.patient_id).await?;
    let patient = patient.ok_or_else(|| Failure::Internal("a stay of no patient".into()))?;

    let registered_at = registered_at.unwrap_or(call.now);
    let told = episode.clone().described(&changes, &residence, registered_at);
    let told = if is_misdeclared { told.misdeclared(registered_at) } else { told };
    let changed = patient.changed(changes.protection, registered_at);
    let mut change = Change::new();
    if changed.version > patient.version {
        change = change.replace(&changed);
    }
    let (said, told) = stay::settle(cx, call, (&patient, &episode), (&changed, told))?;
    change = change.and(said);
    if changed.protection != patient.protection {
        // Protection masks every stay, and is lifted from every stay.
        for other in store::episode::list_of(&cx.db, episode.patient_id).await? {
            if other.admission_id != episode.admission_id {
                let after = (&changed, other.clone());
                change = change.and(stay::settle(cx, call, (&patient, &other), after)?.0);
            }
        }
    }
    let response = pb::ChangePatientDetailsResponse { admission: Some(view::changed(cx, &told).await?) };
    Ok(call.commit(cx, change, response).await?)
}

/// The stay that is named, or the patient's latest that the caller sees.
async fn find(cx: &Context, call: &Call, whose: Whose) -> Result<Episode, Failure> {
    let person = match whose {
        Whose::Stay(id) => return visible(cx, call, id).await,
        Whose::Person(person) => person,
    };
    let absent = || Failure::NotFound { resource: "patient", name: String::new() };
    let patient = store::patient::find(&cx.db, &person).await?.ok_or_else(absent)?;
    let stays = store::episode::list_of(&cx.db, patient.patient_id).await?;
    let seen = |stay: &Episode| call.sight.admits(&stay.audience()) && stay.state != AdmissionState::Voided;
    stays.into_iter().rfind(seen).ok_or_else(absent)
}

enum Whose {
    Stay(AdmissionId),
    Person(PersonId),
}

struct Input {
    whose: Whose,
    changes: Changes,
    residence: Residence,
    registered_at: Option<Timestamp>,
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
        let residence = residence(&mut fields, req);
        fields.finish(|| {
            let changes = Changes {
                name: name?,
                address: address?,
                birth_date: if is_withdrawn {
                    Said::None
                } else {
                    birth_date?.map_or(Said::Nothing, Said::This)
                },
                sex: Some(sex?).filter(|sex| *sex != Sex::Unspecified),
                protection: Some(protection?).filter(|told| *told != Protection::Unspecified),
            };
            let registered_at = registered_at?;
            let is_misdeclared = req.quality_flags.contains(&QualityFlag::CharacterSet.into());
            Some(Self { whose: whose?, changes, residence: residence?, registered_at, is_misdeclared })
        })
    }
}

fn residence(fields: &mut Fields<'_>, req: &pb::ChangePatientDetailsRequest) -> Option<Residence> {
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
    Some(Residence { municipality, liable, source: source?, listed_unit: listed_unit? })
}
