//! Admission notices that were sent: parts of their episode, never changed.

use hemgang_core::{id::AdmissionId, place::HsaId};
use hemgang_db::{Db, params};
use hemgang_rpc::Failure;
use jiff::Timestamp;

/// One notice; the first of an episode has number 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub admission_id: AdmissionId,
    pub number: i64,
    pub sent_at: Timestamp,
    pub recipients: Vec<HsaId>,
}

hemgang_db::record!(Notice, "admission_notice", key(admission_id, number), columns(sent_at, recipients));

/// The notices of an episode, oldest first.
pub async fn list(db: &Db, admission_id: AdmissionId) -> Result<Vec<Notice>, Failure> {
    let sql = "select * from admission_notice where admission_id = $1 order by number";
    Ok(db.list(sql, params![admission_id]).await?)
}
