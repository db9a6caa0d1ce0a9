//! `PatientDetailsRecorded` of planning: whose a case without an admission is.

use hemgang_core::redacted::Redacted;
use hemgang_db::Change;
use hemgang_proto::planning::{PlanningEvent, planning_event::Event};
use hemgang_rpc::{Context, Failure};

use crate::store::person::{CasePerson, of_case};

pub async fn project(cx: &Context, event: &PlanningEvent) -> Result<Change, Failure> {
    let Some(Event::PatientDetailsRecorded(said)) = &event.event else { return Ok(Change::new()) };
    let Some(id) = said.person_id.clone() else { return Ok(Change::new()) };
    let (oid, value) = (Redacted::new(id.oid), Redacted::new(id.value));
    let told = CasePerson { case_id: said.case_id.clone(), oid, value };
    let is_known = of_case(&cx.db, &told.case_id).await?.contains(&told);
    Ok(if is_known { Change::new() } else { Change::new().insert(&told) })
}
