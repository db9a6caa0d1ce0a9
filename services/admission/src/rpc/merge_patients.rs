//! `MergePatients`: two identities are one person's. The absorbed identity stays and names the survivor.
//!
//! A survivor was never absorbed: whoever was absorbed by the one that is absorbed now follows it. So an identity
//! leads to its survivor in one step, and chains and circles of merges end.

use hemgang_core::person::PersonId;
use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::admission::{self as pb, AdmissionEvent, QualityFlag, admission_event::Event};
use hemgang_rpc::{Call, Context, Failure, Fields, Role};
use jiff::Timestamp;

use super::{admit_patient::person_id, stay};
use crate::{
    domain::{
        episode::Episode,
        patient::{Patient, PatientId},
    },
    error::Error,
    store,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::MergePatientsRequest,
) -> Result<pb::MergePatientsResponse, Error> {
    let Input { surviving, absorbed, merged_at } = Input::parse(cx, call, &req)?;
    let known = store::patient::find(&cx.db, &surviving).await?;
    let other = store::patient::find(&cx.db, &absorbed).await?;
    let stays = stays_of(cx, known.as_ref()).await?;
    let others = stays_of(cx, other.as_ref()).await?;
    see(call, &stays, &others)?;

    let survivor = known.unwrap_or_else(|| unwritten(&surviving, call.now));
    let loser = other.unwrap_or_else(|| unwritten(&absorbed, call.now));
    if survivor.patient_id == loser.patient_id || survivor.is(&loser) {
        return answer(cx, call, Change::new(), survivor.patient_id).await;
    }
    // The survivor is written even where nothing of it changes: of two merges in opposite directions at one moment
    // the later one loses it and finds the other's result.
    let before = survivor.clone();
    let survivor = survivor.absorbing(&loser);
    let (id, gone) = (survivor.patient_id, loser.patient_id);
    let mut change = Change::new().put(&survivor).put(&loser.clone().absorbed_by(id));
    for earlier in store::patient::list_absorbed(&cx.db, gone).await? {
        change = change.replace(&earlier.absorbed_by(id));
    }
    let merged =
        pb::PatientsMerged { surviving_patient_id: id.to_string(), absorbed_patient_id: gone.to_string() };
    let check_digit_failed = survivor.check_digit_failed(hemgang_core::day::local_day(call.now));
    let with = |was| move |stay| (was, stay);
    for (was, stay) in stays.iter().map(with(&before)).chain(others.iter().map(with(&loser))) {
        let telling = Telling::by(cx, call, stay.admission_id, merged_at, stay.audience());
        let after = stay.clone().of_patient(id).identified(check_digit_failed, merged_at);
        let (said, _) = stay::settle(cx, call, (was, stay), (&survivor, after))?;
        change =
            change.tell(telling.event::<AdmissionEvent>(Event::PatientsMerged(merged.clone()))?).and(said);
    }
    answer(cx, call, change, id).await
}

async fn answer(
    cx: &Context,
    call: &Call,
    change: Change,
    patient_id: PatientId,
) -> Result<pb::MergePatientsResponse, Error> {
    let response = pb::MergePatientsResponse { patient_id: patient_id.to_string() };
    Ok(call.commit(cx, change, response).await?)
}

/// The stays of a patient, if there is one.
async fn stays_of(cx: &Context, patient: Option<&Patient>) -> Result<Vec<Episode>, Failure> {
    match patient {
        Some(patient) => store::episode::list_of(&cx.db, patient.patient_id).await,
        None => Ok(Vec::new()),
    }
}

/// Staff merge whom they see, under both identities: one that is elsewhere is as absent as one that is nowhere. A
/// hospital's system may know the other identity alone, or, ahead of any admission, both.
fn see(call: &Call, stays: &[Episode], others: &[Episode]) -> Result<(), Failure> {
    let sees = |stays: &[Episode]| stays.iter().any(|stay| call.sight.admits(&stay.audience()));
    let is_seen = if call.caller.roles.contains(&Role::Gateway) {
        sees(stays) || sees(others) || (stays.is_empty() && others.is_empty())
    } else {
        sees(stays) && sees(others)
    };
    if is_seen { Ok(()) } else { Err(Failure::NotFound { resource: "patient", name: String::new() }) }
}

/// An identity that nobody told of: kept, so that it finds the survivor when somebody does.
fn unwritten(person_id: &PersonId, now: Timestamp) -> Patient {
    Patient { version: 0, ..Patient::unnamed(person_id, now) }
}

struct Input {
    surviving: PersonId,
    absorbed: PersonId,
    merged_at: Timestamp,
}

impl Input {
    fn parse(cx: &Context, call: &Call, req: &pb::MergePatientsRequest) -> Result<Self, Failure> {
        let mut fields = Fields::new(cx, call);
        let flagged = req.quality_flags.contains(&QualityFlag::CheckDigit.into());
        let surviving = person_id(&mut fields, "surviving", req.surviving.as_ref(), flagged);
        let absorbed = person_id(&mut fields, "absorbed", req.absorbed.as_ref(), flagged);
        let merged_at = fields.optional_past("merged_at", req.merged_at.as_ref());
        fields.finish(|| {
            let merged_at = merged_at?.unwrap_or(call.now);
            Some(Self { surviving: surviving?, absorbed: absorbed?, merged_at })
        })
    }
}
