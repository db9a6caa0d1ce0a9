//! `PatientsMerged`: the stay is the survivor's, and figures of distinct patients count both as one.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_proto::admission::PatientsMerged;
use hemgang_rpc::{Context, Failure};

use super::parsed;
use crate::domain::stay::Stay;

pub async fn project(cx: &Context, id: AdmissionId, event: &PatientsMerged) -> Result<Change, Failure> {
    let stay = super::stay(cx, id).await?;
    let patient_id = Some(parsed(&event.surviving_patient_id)?);
    Ok(Change::new().replace(&Stay { version: stay.version + 1, patient_id, ..stay }))
}
