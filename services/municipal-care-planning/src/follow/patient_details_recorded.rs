//! `PatientDetailsRecorded`: who the patient is, or that it was blanked by law.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_proto::admission::PatientDetailsRecorded;
use hemgang_rpc::{Context, Failure};

use super::known;
use crate::{domain::patient::Patient, store};

pub async fn project(
    cx: &Context,
    admission_id: AdmissionId,
    said: &PatientDetailsRecorded,
) -> Result<Change, Failure> {
    // A payload that was blanked by law is a tombstone: it names nobody.
    if said.patient_id.is_empty() {
        return Ok(Change::new());
    }
    let version = store::patient::get(&cx.db, admission_id).await?.map_or(0, |known| known.version);
    let person = said.person.clone().unwrap_or_default();
    let protection = known(person.protection)?;
    Ok(Change::new().put(&Patient::told(admission_id, version + 1, person, protection)))
}
