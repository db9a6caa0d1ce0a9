//! Cases without an admission: whose they are (`PatientDetailsRecorded` of planning, until `PatientDetailsBlanked`), and
//! whether that person is protected (`CareRequestSent`, `ProtectionRecorded`).

use hemgang_core::redacted::Redacted;
use hemgang_db::Change;
use hemgang_proto::{
    common::Protection,
    planning::{PatientDetailsRecorded, PlanningEvent, planning_event::Event},
};
use hemgang_rpc::{Context, Failure};

use crate::store::{
    person::{CasePerson, of_case},
    protected::{self, ProtectedCase},
};

pub async fn project(cx: &Context, event: &PlanningEvent) -> Result<Change, Failure> {
    match &event.event {
        Some(Event::PatientDetailsRecorded(said)) => person(cx, said).await,
        Some(Event::CareRequestSent(said)) => protection(cx, &said.case_id, said.protection()).await,
        Some(Event::ProtectionRecorded(said)) => protection(cx, &said.case_id, said.protection()).await,
        Some(Event::PatientDetailsBlanked(said)) => {
            let told = of_case(&cx.db, &said.case_id).await?;
            Ok(told.iter().fold(Change::new(), Change::remove))
        }
        _ => Ok(Change::new()),
    }
}

async fn person(cx: &Context, said: &PatientDetailsRecorded) -> Result<Change, Failure> {
    let Some(id) = said.person_id.clone() else { return Ok(Change::new()) };
    let (oid, value) = (Redacted::new(id.oid), Redacted::new(id.value));
    let told = CasePerson { case_id: said.case_id.clone(), oid, value };
    let is_known = of_case(&cx.db, &told.case_id).await?.contains(&told);
    Ok(if is_known { Change::new() } else { Change::new().insert(&told) })
}

async fn protection(cx: &Context, case_id: &str, told: Protection) -> Result<Change, Failure> {
    let marked = protected::of_case(&cx.db, case_id).await?;
    Ok(match (marked, told.is_one()) {
        (None, true) => Change::new().insert(&ProtectedCase { case_id: case_id.to_owned() }),
        (Some(marked), false) => Change::new().remove(&marked),
        _ => Change::new(),
    })
}
