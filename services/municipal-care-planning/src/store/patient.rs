//! Patients as told of, by stay.

use hemgang_core::id::AdmissionId;
use hemgang_db::{Db, params};
use hemgang_proto::common::Protection;
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

/// The patient of one stay.
pub async fn get(db: &Db, id: AdmissionId) -> Result<Option<Patient>, Failure> {
    let rows = db.projected("select * from patient where admission_id = $1", params![id]).await?;
    Ok(rows.into_iter().next())
}
