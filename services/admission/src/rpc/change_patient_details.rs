//! `ChangePatientDetails`: who the patient is or where the patient belongs has changed, or was told wrong.

use hemgang_core::{id::AdmissionId, person::PersonId, redacted::Redacted};
use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::{
    admission::{
        self as pb, AdmissionEvent, AdmissionState, QualityFlag, admission_event::Event,
        change_patient_details_request::Key,
    },
    common::{Protection, Sex},
};
use hemgang_rpc::{Audience, Call, Context, Failure, Fields};
use jiff::Timestamp;

use super::{admit_patient::person_id, view, visible};
use crate::{
    domain::{
        episode::{Episode, Residence, Said},
        patient::{Changes, Patient},
    },
    error::Error,
    store,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ChangePatientDetailsRequest,
) -> Result<pb::ChangePatientDetailsResponse, Error> {
    let Input { whose, changes, residence, registered_at } = Input::parse(cx, call, &req)?;
    let episode = find(cx, call, whose).await?;
    call.expect_etag(&req.etag, episode.version)?;
    if episode.state == AdmissionState::Voided {
        return Err(Error::AdmissionNotOpen { state: episode.state });
    }
    let patient = store::patient::get(&cx.db, episode.patient_id).await?;
    let patient = patient.ok_or_else(|| Failure::Internal("a stay of no patient".into()))?;

    let registered_at = registered_at.unwrap_or(call.now);
    let is_late = episode.details_registered_at.is_some_and(|last| registered_at < last);
    let (changes, residence) = if is_late {
        // Late, it no longer says who the patient is; that the patient is protected it says all the same.
        let protection = changes.protection.filter(|told| *told != Protection::None);
        (Changes { protection, ..Changes::default() }, Residence::default())
    } else {
        (changes, residence)
    };
    let now_at = if is_late { episode.details_registered_at } else { Some(registered_at) };
    let after = patient.changed(changes);
    let (admission, change) = write(cx, call, episode, (&patient, &after), &residence, now_at).await?;
    Ok(call.commit(cx, change, pb::ChangePatientDetailsResponse { admission: Some(admission) }).await?)
}

/// Who the patient is holds for every stay; where the patient belongs is said of the one, unless it became secret.
async fn write(
    cx: &Context,
    call: &Call,
    episode: Episode,
    (patient, changed): (&Patient, &Patient),
    residence: &Residence,
    registered_at: Option<Timestamp>,
) -> Result<(pb::Admission, Change), Error> {
    let is_new = changed.version > patient.version;
    let is_secret = changed.protection == Protection::ProtectedRegistration;
    let withdrawn = Residence { municipality: Said::None, liable: Said::None, ..residence.clone() };
    let mut change = if is_new { Change::new().replace(changed) } else { Change::new() };
    let mut shown = episode.clone();
    let stays = store::episode::list_of(&cx.db, episode.patient_id).await?;
    for stay in stays {
        let is_this = stay.admission_id == episode.admission_id;
        let after = match (is_secret, is_this) {
            (true, _) => stay.reside(&withdrawn),
            (false, true) => stay.reside(residence),
            (false, false) => stay.clone(),
        };
        let telling = Telling::by(cx, call, stay.admission_id, call.now, stay.audience());
        if is_new && is_this {
            // Who the patient is goes to our services only, and once is enough for all stays.
            let private = Telling { audience: Audience::default(), ..telling.clone() };
            let details = Event::PatientDetailsRecorded(changed.details_recorded());
            change = change.tell(private.event::<AdmissionEvent>(details)?);
        }
        if after.version > stay.version {
            change = change.tell(telling.event::<AdmissionEvent>(after.residence_recorded())?);
        }
        // Also where it says nothing new: what is older and comes later must know that it is.
        let is_newer = is_this && registered_at != stay.details_registered_at;
        let after = if is_newer || after.version > stay.version {
            let details_registered_at = if is_this { registered_at } else { after.details_registered_at };
            Episode { version: stay.version + 1, details_registered_at, ..after }
        } else {
            after
        };
        if after.version > stay.version {
            change = change.replace(&after);
        }
        if is_this {
            shown = after;
        }
    }
    let notices = view::admission(cx, &shown).await?.admission_notices;
    Ok((pb::Admission { admission_notices: notices, ..view::of(&shown, Some(changed)) }, change))
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
        let birth_date = fields.optional_day("birth_date", req.birth_date.as_ref());
        let sex = fields.choice_or_default("sex", req.sex);
        let registered_at = fields.optional_past("registered_at", req.registered_at.as_ref());
        let residence = residence(&mut fields, req);
        fields.finish(|| {
            let changes = Changes {
                name: name?,
                address: address?,
                birth_date: birth_date?,
                sex: Some(sex?).filter(|sex| *sex != Sex::Unspecified),
                protection: Some(protection?).filter(|told| *told != Protection::Unspecified),
            };
            let registered_at = registered_at?;
            Some(Self { whose: whose?, changes, residence: residence?, registered_at })
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
