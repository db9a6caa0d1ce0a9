//! Patients as told of, by stay.

use std::collections::HashMap;

use hemgang_core::{id::AdmissionId, person::PersonId};
use hemgang_db::{Db, params};
use hemgang_proto::common::{self, Protection};
use hemgang_rpc::Failure;

use crate::domain::patient::Patient;

hemgang_db::record!(
    Patient,
    "patient",
    versioned,
    key(admission_id),
    columns(version, oid, value, name, address),
    names(protection: Protection)
);

/// The strictest protection that any stay of one identity knows of; none when no stay is known.
pub async fn protection_of(db: &Db, id: &PersonId) -> Result<Option<Protection>, Failure> {
    let sql = "select * from patient where oid = $1 and value = $2";
    let stays: Vec<Patient> = db.list(sql, params![id.oid(), id.value()]).await?;
    Ok(stays.into_iter().map(|patient| patient.protection).max())
}

/// The stays that were told of one identity.
pub async fn admissions_of(db: &Db, id: &common::PersonId) -> Result<Vec<AdmissionId>, Failure> {
    let sql = "select * from patient where oid = $1 and value = $2";
    let stays: Vec<Patient> = db.list(sql, params![id.oid.as_str(), id.value.as_str()]).await?;
    Ok(stays.into_iter().map(|patient| patient.admission_id).collect())
}

/// The patient of one stay.
pub async fn get(db: &Db, id: AdmissionId) -> Result<Option<Patient>, Failure> {
    let sql = "select * from patient where admission_id in (select key from keys)";
    Ok(db.projected(sql, "admission_id", id).await?.pop())
}

/// The patients of these admissions, as far as they were told of.
pub async fn list_of(
    db: &Db,
    ids: impl IntoIterator<Item = AdmissionId>,
) -> Result<HashMap<AdmissionId, Patient>, Failure> {
    let sql = "select * from patient where admission_id in (select key from keys)";
    let patients: Vec<Patient> = db.list_of(sql, ids).await?;
    Ok(patients.into_iter().map(|patient| (patient.admission_id, patient)).collect())
}
