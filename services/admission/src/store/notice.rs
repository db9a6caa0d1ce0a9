//! Admission notices that were sent: parts of their episode, never changed.

use hemgang_core::{id::AdmissionId, place::HsaId};
use hemgang_db::Db;
use hemgang_rpc::Failure;
use jiff::{Timestamp, civil::Date};

/// One notice; the first that was told of an episode has number 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub admission_id: AdmissionId,
    pub number: i64,
    pub sent_at: Timestamp,
    /// Local day of `sent_at`.
    pub sent_on: Date,
    pub recipients: Vec<HsaId>,
}

hemgang_db::record!(
    Notice,
    "admission_notice",
    key(admission_id, number),
    columns(sent_at, sent_on, recipients)
);

/// The notices of an episode, oldest first.
pub async fn list(db: &Db, admission_id: AdmissionId) -> Result<Vec<Notice>, Failure> {
    let sql = "select * from admission_notice where admission_id in (select key from keys) order by sent_at, number";
    Ok(db.gathered(sql, "admission_id", admission_id).await?)
}
