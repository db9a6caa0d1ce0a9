//! `PatientTransferred`: readiness stands, and the receiving ward should confirm or withdraw it. It is told of what was
//! judged, which the ward before sees no more.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::{
    admission::PatientTransferred,
    readiness::{self as pb, ReadinessEvent, readiness_event::Event},
};
use hemgang_rpc::{Audience, Context, Failure};
use jiff::Timestamp;

use super::parsed;
use crate::{
    domain::{
        readiness::{Judgement, Readiness},
        stay::Stay,
    },
    rpc::view,
    store,
};

pub async fn project(cx: &Context, id: AdmissionId, event: &PatientTransferred) -> Result<Change, Failure> {
    // Told late: the stay is elsewhere by now.
    if event.superseded {
        return Ok(Change::new());
    }
    Ok(Change::new().replace(&moved(super::stay(cx, id).await?, event)?))
}

pub async fn react(
    cx: &Context,
    id: AdmissionId,
    at: Timestamp,
    event: &PatientTransferred,
) -> Result<Change, Failure> {
    if event.superseded {
        return Ok(Change::new());
    }
    let before = super::stay(cx, id).await?;
    let after = moved(before.clone(), event)?;
    let readiness = store::readiness::get(&cx.db, id).await?;
    // Written also where nobody has judged: a judgement that was decided on while the patient was at the ward before
    // loses the row and is decided again, so that the ward that it is told to is the one that has the patient.
    let readiness = Readiness { version: readiness.version + 1, ..readiness };
    let mut change = Change::new().put(&readiness);
    if readiness.judgements == 0 {
        return Ok(change);
    }
    let judgements = store::judgement::list(&cx.db, id).await?;
    let judgements = judgements.iter().map(Judgement::to_wire).collect();
    let shared = pb::Readiness { judgements, ..view(&readiness, &after) };
    let [before, after] = [before, after].map(|stay| Audience::stay(&stay.hospital, &stay.ward));
    let told = [
        (before.clone().without(&after), Event::ReadinessUnshared(pb::ReadinessUnshared {})),
        (after.without(&before), Event::ReadinessShared(pb::ReadinessShared { readiness: Some(shared) })),
    ];
    for (audience, event) in told.into_iter().filter(|(audience, _)| !audience.is_empty()) {
        change = change.tell(Telling::reacting(cx, id, at, audience).event::<ReadinessEvent>(event)?);
    }
    Ok(change)
}

/// The stay at the ward that the patient came to.
fn moved(stay: Stay, event: &PatientTransferred) -> Result<Stay, Failure> {
    Ok(Stay {
        version: stay.version + 1,
        hospital: parsed(&event.hospital)?,
        ward: parsed(&event.to_ward)?,
        specialty: event.specialty(),
        ..stay
    })
}
