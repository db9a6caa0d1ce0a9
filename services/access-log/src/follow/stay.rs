//! `PatientDetailsRecorded` of admission: whose the admission is, and whether that person is protected. Every identity that
//! was told stays.

use hemgang_core::redacted::Redacted;
use hemgang_db::Change;
use hemgang_proto::{
    admission::{AdmissionEvent, admission_event::Event},
    common::Protection,
};
use hemgang_rpc::{Context, Failure};

use crate::store::{
    person::{StayPerson, of_stay},
    protected::{self, ProtectedStay},
};

pub async fn project(cx: &Context, event: &AdmissionEvent) -> Result<Change, Failure> {
    let (Some(header), Some(Event::PatientDetailsRecorded(said))) = (&event.header, &event.event) else {
        return Ok(Change::new());
    };
    let Some(person) = said.person.clone() else { return Ok(Change::new()) };
    let admission_id = header.admission_id.clone();
    let marked = protected::of_stay(&cx.db, &admission_id).await?;
    let mut change = match (marked, is_protected(person.protection())) {
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

/// Whether a protection is one.
pub fn is_protected(protection: Protection) -> bool {
    matches!(protection, Protection::Confidential | Protection::ProtectedRegistration)
}
