//! `PatientDetailsRecorded` of admission: whose the admission is. Every identity that was told stays.

use hemgang_core::redacted::Redacted;
use hemgang_db::Change;
use hemgang_proto::admission::{AdmissionEvent, admission_event::Event};
use hemgang_rpc::{Context, Failure};

use crate::store::person::{StayPerson, of_stay};

pub async fn project(cx: &Context, event: &AdmissionEvent) -> Result<Change, Failure> {
    let (Some(header), Some(Event::PatientDetailsRecorded(said))) = (&event.header, &event.event) else {
        return Ok(Change::new());
    };
    let Some(id) = said.person.as_ref().and_then(|person| person.person_id.clone()) else {
        return Ok(Change::new());
    };
    let told = StayPerson {
        admission_id: header.admission_id.clone(),
        oid: Redacted::new(id.oid),
        value: Redacted::new(id.value),
        patient_id: said.patient_id.clone(),
    };
    let is_known = of_stay(&cx.db, &told.admission_id).await?.contains(&told);
    Ok(if is_known { Change::new() } else { Change::new().insert(&told) })
}
