//! Judgements: parts of their readiness, never changed.

use hemgang_core::id::AdmissionId;
use hemgang_db::Db;
use hemgang_proto::readiness::{JudgementKind, ReadinessBasis, WithdrawalReason};
use hemgang_rpc::Failure;

use crate::domain::readiness::Judgement;

hemgang_db::record!(
    Judgement,
    "judgement",
    key(admission_id, number),
    columns(assessed_at, assessed_by, notified_at, registered_by),
    names(kind: JudgementKind, withdrawal_reason: WithdrawalReason, basis: ReadinessBasis)
);

/// The history of a readiness, oldest first.
pub async fn list(db: &Db, id: AdmissionId) -> Result<Vec<Judgement>, Failure> {
    let sql = "select * from judgement where admission_id in (select key from keys) order by number";
    Ok(db.gathered(sql, "admission_id", id).await?)
}
