//! Judgements of readiness as heard.

use hemgang_core::id::AdmissionId;
use hemgang_db::Db;
use hemgang_proto::{common::EntryReason, planning::NoticeKind};
use hemgang_rpc::Failure;

use crate::domain::judgement::Judgement;

hemgang_db::record!(
    Judgement,
    "judgement",
    key(admission_id, number),
    columns(source, recorded_at, occurred_at, sent_at, seen_admission),
    names(kind: NoticeKind, entry_reason: EntryReason)
);

/// The judgements of an admission, in the order of their feed.
pub async fn list(db: &Db, admission_id: AdmissionId) -> Result<Vec<Judgement>, Failure> {
    let sql = "select * from judgement where admission_id in (select key from keys) order by number";
    Ok(db.projected(sql, "admission_id", admission_id).await?)
}
