//! Merges of identities as they were told.

use hemgang_db::{Db, params};
use hemgang_rpc::Failure;

use crate::domain::{merge::Merge, patient::PatientId};

hemgang_db::record!(Merge, "merge", versioned, key(surviving, absorbed), columns(version, recorded, number));

/// The merges that made one patient of several.
pub async fn list(db: &Db, survivor: PatientId) -> Result<Vec<Merge>, Failure> {
    let sql = "select m.* from merge m join patient p on p.patient_id = m.surviving
        where p.patient_id = $1 or p.merged_into = $1";
    Ok(db.list(sql, params![survivor]).await?)
}
