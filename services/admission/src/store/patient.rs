//! Patients by identity and id.

use hemgang_core::person::PersonId;
use hemgang_db::{Db, params};
use hemgang_proto::common::{Protection, Sex};
use hemgang_rpc::Failure;

use crate::domain::patient::{Patient, PatientId};

hemgang_db::record!(
    Patient,
    "patient",
    versioned,
    key(patient_id),
    columns(version, oid, value, name, address, birth_date),
    names(sex: Sex, protection: Protection)
);

/// The patient who bears an identity.
pub async fn find(db: &Db, id: &PersonId) -> Result<Option<Patient>, Failure> {
    Ok(db
        .optional("select * from patient where oid = $1 and value = $2", params![id.oid(), id.value()])
        .await?)
}

/// One patient.
pub async fn get(db: &Db, id: PatientId) -> Result<Option<Patient>, Failure> {
    Ok(db.optional("select * from patient where patient_id = $1", params![id]).await?)
}
