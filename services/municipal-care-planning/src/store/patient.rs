//! Patients as told of.

use hemgang_db::{Db, params};
use hemgang_proto::common::Protection;
use hemgang_rpc::Failure;

use crate::domain::patient::{Patient, PatientId};

hemgang_db::record!(
    Patient,
    "patient",
    versioned,
    key(patient_id),
    columns(version, oid, value, name, address),
    names(protection: Protection)
);

/// One patient.
pub async fn get(db: &Db, id: PatientId) -> Result<Option<Patient>, Failure> {
    Ok(db.optional("select * from patient where patient_id = $1", params![id]).await?)
}
