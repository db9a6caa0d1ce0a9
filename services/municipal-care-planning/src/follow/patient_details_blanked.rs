//! `PatientDetailsBlanked`: who the patient was is kept no more.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_rpc::{Context, Failure};

use crate::store;

pub async fn project(cx: &Context, admission_id: AdmissionId) -> Result<Change, Failure> {
    let patient = store::patient::get(&cx.db, admission_id).await?;
    Ok(patient.map_or_else(Change::new, |patient| Change::new().replace(&patient.blanked())))
}
