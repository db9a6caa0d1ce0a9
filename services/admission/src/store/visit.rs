//! Visit numbers of sending systems: each names one admission.

use hemgang_core::id::AdmissionId;
use hemgang_db::{Db, params};
use hemgang_rpc::Failure;

/// The number by which a hospital's system knows a visit.
#[derive(Clone, PartialEq, Eq)]
pub struct Visit {
    pub authority: String,
    pub value: String,
    pub version: i64,
    pub admission_id: AdmissionId,
}

hemgang_db::record!(Visit, "visit", versioned, key(authority, value), columns(version, admission_id));

/// The visit of a number.
pub async fn find(db: &Db, authority: &str, value: &str) -> Result<Option<Visit>, Failure> {
    Ok(db
        .optional("select * from visit where authority = $1 and value = $2", params![authority, value])
        .await?)
}
