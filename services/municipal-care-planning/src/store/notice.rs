//! Notices: one, a case's, or a page of an inbox.

use hemgang_db::{Db, params};
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
        acknowledged_at, acknowledged_by,
    ),
    names(kind: NoticeKind, entry_reason: EntryReason)
);

/// One notice.
pub async fn get(db: &Db, id: NoticeId) -> Result<Option<Notice>, Failure> {
    Ok(db.optional("select * from notice where notice_id = $1", params![id]).await?)
}

/// The notices of a case, oldest first: as they were sent, whichever feed was read first.
pub async fn list(db: &Db, case_id: CaseId) -> Result<Vec<Notice>, Failure> {
    let sql = "select * from notice where case_id = $1 order by sent_at, number";
    Ok(db.list(sql, params![case_id]).await?)
}

/// A page of what was delivered to those seen, newest first. Nobody has to acknowledge what was imported.
pub async fn list_inbox(
    db: &Db,
    sight: &Sight,
    unacknowledged_only: bool,
    page: &Page,
) -> Result<Vec<Notice>, Failure> {
    let sql = "select * from notice
        where ($1 = 1 or recipient = $2 or municipality = $3)
          and ($4 = 0 or (acknowledged_at is null and entry_reason <> 'ENTRY_REASON_IMPORT'))
          and (delivered_at < $5 or (delivered_at = $5 and notice_id < $6))
        order by delivered_at desc, notice_id desc limit $7";
    let (all, unit, municipality) = (sight.is_all(), sight.unit(), sight.municipality());
    let params = params![all, unit, municipality, unacknowledged_only, page.below(), page.id(), page.limit()];
    Ok(db.list(sql, params).await?)
}
