//! Patients by identity and id.

use hemgang_core::person::PersonId;
use hemgang_db::{Db, params};
use hemgang_proto::common::Protection;
use hemgang_rpc::Failure;

use crate::domain::{
    episode::Episode,
    patient::{Patient, PatientId},
};

hemgang_db::record!(
    Patient,
    "patient",
    versioned,
    key(patient_id),
    columns(version, oid, value, protection_registered_at, merged_into),
    names(protection: Protection)
);

/// The patient whom an identity names: the survivor, where its own was absorbed.
pub async fn find(db: &Db, id: &PersonId) -> Result<Option<Patient>, Failure> {
    survivor(db, own(db, id).await?).await
}

/// The patient of an identity itself, also where it was absorbed.
pub async fn own(db: &Db, id: &PersonId) -> Result<Option<Patient>, Failure> {
    let sql = "select * from patient where oid = $1 and value = $2";
    Ok(db.optional(sql, params![id.oid(), id.value()]).await?)
}

/// One patient: the survivor, where it was absorbed.
pub async fn get(db: &Db, id: PatientId) -> Result<Option<Patient>, Failure> {
    survivor(db, row(db, id).await?).await
}

/// The patient of a stay: the survivor, where it was absorbed.
pub async fn of_stay(db: &Db, stay: &Episode) -> Result<Patient, Failure> {
    get(db, stay.patient_id).await?.ok_or_else(|| Failure::Internal("a stay of no patient".into()))
}

/// The patients that were absorbed by one.
pub async fn list_absorbed(db: &Db, id: PatientId) -> Result<Vec<Patient>, Failure> {
    Ok(db.list("select * from patient where merged_into = $1 order by patient_id", params![id]).await?)
}

/// One step only, so that no circle of merges can hold us: a survivor was never absorbed.
async fn survivor(db: &Db, patient: Option<Patient>) -> Result<Option<Patient>, Failure> {
    match patient.as_ref().and_then(|patient| patient.merged_into) {
        Some(id) => row(db, id).await,
        None => Ok(patient),
    }
}

async fn row(db: &Db, id: PatientId) -> Result<Option<Patient>, Failure> {
    let sql = "select * from patient where patient_id in (select key from keys)";
    Ok(db.gathered(sql, "patient_id", id).await?.pop())
}
