//! `DisclosureBarred` and `DisclosureAllowed` of planning: units that the case is kept from read no readiness, either.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_feed::FeedEvent as _;
use hemgang_proto::planning::{PlanningEvent, planning_event::Event};
use hemgang_rpc::{Context, Failure};

use super::parsed;
use crate::{
    domain::stay::Barred,
    store::stay::{barred, is_barred},
};

/// Whether an event of planning is one of the two.
pub fn is_in(event: &PlanningEvent) -> bool {
    matches!(event.event, Some(Event::DisclosureBarred(_) | Event::DisclosureAllowed(_)))
}

pub async fn project(cx: &Context, event: &PlanningEvent) -> Result<Change, Failure> {
    let header = event.header().ok_or_else(|| Failure::Internal("an event without a header".into()))?;
    let (unit, keeps_out) = match &event.event {
        Some(Event::DisclosureBarred(said)) => (&said.unit, true),
        Some(Event::DisclosureAllowed(said)) => (&said.unit, false),
        _ => return Ok(Change::new()),
    };
    // Of a case without an admission there is no readiness.
    if header.admission_id.is_empty() {
        return Ok(Change::new());
    }
    let admission_id: AdmissionId = parsed(&header.admission_id)?;
    let told = Barred { admission_id, unit: parsed(unit)? };
    let known = barred(&cx.db, admission_id).await?;
    Ok(match (is_barred(&known, &told.unit), keeps_out) {
        (false, true) => Change::new().insert(&told),
        (true, false) => Change::new().remove(&told),
        _ => Change::new(),
    })
}
