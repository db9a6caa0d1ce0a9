//! `CaseInterrupted`, `CaseClosed` and `CaseReopened` of planning: when a case was closed is the day that figures of closed
//! cases count it on, and one whose planning was broken off they leave out.

use hemgang_core::{day::local_day, id::AdmissionId};
use hemgang_db::Change;
use hemgang_feed::FeedEvent as _;
use hemgang_proto::planning::{CaseEnding, PlanningEvent, planning_event::Event};
use hemgang_rpc::{Context, Failure, wire};

use super::parsed;
use crate::{domain::stay::Ending, store};

/// Whether an event of planning is one of the three.
pub fn is_in(event: &PlanningEvent) -> bool {
    use Event::{CaseClosed, CaseInterrupted, CaseReopened};
    matches!(event.event, Some(CaseInterrupted(_) | CaseClosed(_) | CaseReopened(_)))
}

pub async fn project(cx: &Context, event: &PlanningEvent) -> Result<Change, Failure> {
    let header = event.header().ok_or_else(|| Failure::Internal("an event without a header".into()))?;
    let ending = match &event.event {
        Some(Event::CaseInterrupted(said)) => Some(said.ending.as_ref()),
        Some(Event::CaseClosed(said)) => Some(said.ending.as_ref()),
        _ => None,
    };
    // Of a case without an admission there is no stay.
    if header.admission_id.is_empty() {
        return Ok(Change::new());
    }
    let admission_id: AdmissionId = parsed(&header.admission_id)?;
    let next = match ending {
        Some(said) => Some(told(admission_id, said)?),
        None => None,
    };
    let known = store::stay::ending(&cx.db, admission_id).await?;
    let change = known.iter().fold(Change::new(), Change::remove);
    Ok(next.iter().fold(change, Change::insert))
}

fn told(admission_id: AdmissionId, said: Option<&CaseEnding>) -> Result<Ending, Failure> {
    let ended_at = said.and_then(|said| said.ended_at.as_ref()).and_then(wire::instant);
    let ended_at = ended_at.ok_or_else(|| Failure::Internal("a case that ended at no time".into()))?;
    let state = said.map(CaseEnding::state).unwrap_or_default();
    Ok(Ending { admission_id, state, ended_on: local_day(ended_at) })
}
