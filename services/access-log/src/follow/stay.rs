//! `PatientDetailsRecorded` of admission: whose the admission is, and whether that person is protected. Every identity that
//! was told stays, until `PatientDetailsBlanked` takes all of them away: whose it was is found no more.

use hemgang_core::redacted::Redacted;
use hemgang_db::Change;
use hemgang_proto::{
    admission::{AdmissionEvent, PatientDetailsRecorded, admission_event::Event},
    common::EventHeader,
};
use hemgang_rpc::{Context, Failure};

use crate::store::{
    person::{StayPerson, of_stay},
    protected::{self, ProtectedStay},
};

pub async fn project(cx: &Context, event: &AdmissionEvent) -> Result<Change, Failure> {
    let Some(header) = &event.header else { return Ok(Change::new()) };
    match &event.event {
        Some(Event::PatientDetailsRecorded(said)) => recorded(cx, header, said).await,
        Some(Event::PatientDetailsBlanked(_)) => {
            let told = of_stay(&cx.db, &header.admission_id).await?;
            Ok(told.iter().fold(Change::new(), Change::remove))
        }
        _ => Ok(Change::new()),
    }
}

async fn recorded(
    cx: &Context,
    header: &EventHeader,
    said: &PatientDetailsRecorded,
) -> Result<Change, Failure> {
    let Some(person) = said.person.clone() else { return Ok(Change::new()) };
    let admission_id = header.admission_id.clone();
    let marked = protected::of_stay(&cx.db, &admission_id).await?;
    let mut change = match (marked, person.protection().is_one()) {
        (None, true) => Change::new().insert(&ProtectedStay { admission_id: admission_id.clone() }),
        (Some(marked), false) => Change::new().remove(&marked),
        _ => Change::new(),
    };
    if let Some(id) = person.person_id {
        let (oid, value) = (Redacted::new(id.oid), Redacted::new(id.value));
        let told = StayPerson { admission_id, oid, value, patient_id: said.patient_id.clone() };
        if !of_stay(&cx.db, &told.admission_id).await?.contains(&told) {
            change = change.insert(&told);
        }
    }
    Ok(change)
}
