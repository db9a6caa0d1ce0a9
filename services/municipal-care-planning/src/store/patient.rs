//! Patients as told of, by stay.

use hemgang_core::id::AdmissionId;
use hemgang_db::{Db, params};
use hemgang_proto::common::Protection;
use hemgang_rpc::Failure;

use crate::domain::patient::{Patient, PatientId};

hemgang_db::record!(
    Patient,
    "patient",
    versioned,
    key(admission_id),
    columns(version, oid, value, name, address),
    names(protection: Protection)
);

/// The patient of one stay.
pub async fn get(db: &Db, id: AdmissionId) -> Result<Option<Patient>, Failure> {
    Ok(db.optional("select * from patient where admission_id = $1", params![id]).await?)
}

/// The strictest protection that any stay of a patient told of, identities that were merged included.
pub async fn protection(db: &Db, id: PatientId) -> Result<Protection, Failure> {
    let sql =
        "select p.* from patient p join stay s on s.admission_id = p.admission_id where s.patient_id = $1";
    let told: Vec<Patient> = db.list(sql, params![id]).await?;
    let strictest = told.into_iter().map(|patient| patient.protection).max_by_key(|said| i32::from(*said));
    Ok(strictest.unwrap_or(Protection::Unspecified))
}
