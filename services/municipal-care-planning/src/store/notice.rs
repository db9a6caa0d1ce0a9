//! Notices: one, a case's, or a page of an inbox.

use hemgang_db::{Db, newest, params};
use hemgang_proto::{common::EntryReason, planning::NoticeKind};
use hemgang_rpc::{Failure, Page, Sight};

use crate::domain::{
    case::CaseId,
    notice::{Notice, NoticeId},
};

hemgang_db::record!(
    Notice,
    "notice",
    versioned,
    key(notice_id),
    columns(
        version, case_id, number, admission_id, recipient, municipality, source, sent_at, delivered_at,
        acknowledged_at, acknowledged_by, withdrawn_at,
    ),
    names(kind: NoticeKind, entry_reason: EntryReason)
);

/// One notice.
pub async fn get(db: &Db, id: NoticeId) -> Result<Option<Notice>, Failure> {
    let sql = "select * from notice where notice_id in (select key from keys)";
    Ok(db.gathered(sql, "notice_id", id).await?.pop())
}

/// The notices of a case, oldest first: as they were sent, whichever feed was read first.
pub async fn list(db: &Db, case_id: CaseId) -> Result<Vec<Notice>, Failure> {
    let sql = "select * from notice where case_id in (select key from keys) order by sent_at, number";
    Ok(db.gathered(sql, "case_id", case_id).await?)
}

/// A page of what was delivered to those seen, newest first. What is held has no time of delivery, and is on none.
/// Nobody has to acknowledge what was imported.
pub async fn list_inbox(
    db: &Db,
    sight: &Sight,
    unacknowledged_only: bool,
    page: &Page,
) -> Result<Vec<Notice>, Failure> {
    let all = newest!(
        "delivered_at", "notice_id",
        "notice b where $4 = 1 and withdrawn_at is null" by "delivered_at", "notice_id";
        "notice b where recipient = $5 and withdrawn_at is null" by "delivered_at", "notice_id";
        "notice b where municipality = $6 and withdrawn_at is null" by "delivered_at", "notice_id"
    );
    let owed = newest!(
        "delivered_at", "notice_id",
        "notice b where $4 = 1 and acknowledged_at is null and withdrawn_at is null
          and entry_reason <> 'ENTRY_REASON_IMPORT'"
            by "delivered_at", "notice_id";
        "notice b where recipient = $5 and acknowledged_at is null and withdrawn_at is null
          and entry_reason <> 'ENTRY_REASON_IMPORT'"
            by "delivered_at", "notice_id";
        "notice b where municipality = $6 and acknowledged_at is null and withdrawn_at is null
          and entry_reason <> 'ENTRY_REASON_IMPORT'"
            by "delivered_at", "notice_id"
    );
    let (all_seen, unit, municipality) = (sight.is_all(), sight.unit(), sight.municipality());
    let params = params![page.below(), page.id(), page.limit(), all_seen, unit, municipality];
    Ok(db.page(if unacknowledged_only { owed } else { all }, params).await?)
}
