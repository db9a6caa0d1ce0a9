//! `CaseInterrupted` and `CaseReopened` of planning: a duty that had not run out when planning was broken off is owed no more,
//! and with the deadline that it had once the case is open again. A case that is closed otherwise ends none: the patient has
//! left, or is owed what was owed.

use hemgang_db::Change;
use hemgang_feed::FeedEvent as _;
use hemgang_proto::planning::{PlanningEvent, planning_event::Event};
use hemgang_rpc::{Context, Failure, wire};
use jiff::Timestamp;

use crate::{
    domain::stay::{Interruption, Stay},
    due, store,
};

/// What an event says, and the stay as it leaves it; none where the stay is not known yet: its admission reads it.
struct After {
    told: Interruption,
    stay: Option<Stay>,
}

/// Whether an event of planning is one of the two.
pub fn is_in(event: &PlanningEvent) -> bool {
    matches!(event.event, Some(Event::CaseInterrupted(_) | Event::CaseReopened(_)))
}

/// None where it is another event.
pub async fn project(cx: &Context, event: &PlanningEvent) -> Result<Option<Change>, Failure> {
    let Some(after) = after(cx, event).await? else { return Ok(is_in(event).then(Change::new)) };
    let change = Change::new().insert(&after.told);
    Ok(Some(after.stay.iter().fold(change, Change::replace)))
}

/// None where it is another event.
pub async fn react(cx: &Context, event: &PlanningEvent) -> Result<Option<Change>, Failure> {
    let Some(After { told, stay: Some(stay) }) = after(cx, event).await? else {
        return Ok(is_in(event).then(Change::new));
    };
    // What was owed stands from when the case is open again.
    let at = told.interrupted_at.map_or_else(|| occurred_at(event), Ok)?;
    let notice = due::admission_notice::weigh(cx, &stay, at, None).await?;
    Ok(Some(notice.and(due::sip_call::weigh(cx, &stay, None, at, None).await?)))
}

async fn after(cx: &Context, event: &PlanningEvent) -> Result<Option<After>, Failure> {
    let header = event.header().ok_or_else(|| unreadable("header"))?;
    let interrupted_at = match &event.event {
        Some(Event::CaseInterrupted(said)) => {
            let at = said.ending.as_ref().and_then(|ending| ending.ended_at.as_ref());
            Some(at.and_then(wire::instant).ok_or_else(|| unreadable("ended_at"))?)
        }
        Some(Event::CaseReopened(_)) => None,
        _ => return Ok(None),
    };
    // Of a case without an admission nothing is owed.
    if header.admission_id.is_empty() {
        return Ok(None);
    }
    let id = header.admission_id.parse().map_err(|_| unreadable("admission_id"))?;
    let (stay, known) = (store::stay::find(&cx.db, id).await?, store::stay::interruptions(&cx.db, id).await?);
    let number = known.last().map_or(1, |last| last.number + 1);
    let told = Interruption { admission_id: id, number, interrupted_at };
    Ok(Some(After { told, stay: stay.map(|stay| stay.interrupted(interrupted_at)) }))
}

fn occurred_at(event: &PlanningEvent) -> Result<Timestamp, Failure> {
    let header = event.header().ok_or_else(|| unreadable("header"))?;
    header.occurred_at.as_ref().and_then(wire::instant).ok_or_else(|| unreadable("occurred_at"))
}

/// It names the field and never its value.
fn unreadable(field: &str) -> Failure {
    Failure::Internal(format!("an interruption of planning: {field} is not readable").into())
}
