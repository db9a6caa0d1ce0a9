//! Notices: one, a case's, or a page of an inbox.

use hemgang_db::{Db, newest, params};
use hemgang_proto::{common::EntryReason, planning::NoticeKind};
use hemgang_rpc::{Failure, Page, Sight};
use jiff::Timestamp;

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
        version, case_id, number, admission_id, recipient, municipality, hospital, source, sent_by, sent_at,
        delivered_at, acknowledged_at, acknowledged_by, withdrawn_at, acknowledge_by, runs_out_at,
        is_missed, escalations,
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

/// What of an inbox is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// All of it.
    All,
    /// What somebody has to acknowledge and nobody has: nobody has to acknowledge what was imported.
    Unacknowledged,
    /// What should have been by an instant.
    Overdue(Timestamp),
}

/// A page of what was delivered to those seen, newest first. What is held has no time of delivery, and is on none.
pub async fn list_inbox(db: &Db, sight: &Sight, listed: Listed, page: &Page) -> Result<Vec<Notice>, Failure> {
    let all = newest!(
        "delivered_at", "notice_id",
        "notice b where $4 = 1 and withdrawn_at is null" by "delivered_at", "notice_id";
        "notice b where recipient = $5 and withdrawn_at is null" by "delivered_at", "notice_id";
        "notice b where municipality = $6 and withdrawn_at is null" by "delivered_at", "notice_id";
        // A ward's id is no other unit's.
        "notice b where recipient = $7 and withdrawn_at is null" by "delivered_at", "notice_id";
        "notice b where hospital = $8 and withdrawn_at is null" by "delivered_at", "notice_id"
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
            by "delivered_at", "notice_id";
        "notice b where recipient = $7 and acknowledged_at is null and withdrawn_at is null
          and entry_reason <> 'ENTRY_REASON_IMPORT'"
            by "delivered_at", "notice_id";
        "notice b where hospital = $8 and acknowledged_at is null and withdrawn_at is null
          and entry_reason <> 'ENTRY_REASON_IMPORT'"
            by "delivered_at", "notice_id"
    );
    // The same indexes carry it.
    let overdue = newest!(
        "delivered_at", "notice_id",
        "notice b where $4 = 1 and acknowledged_at is null and withdrawn_at is null
          and entry_reason <> 'ENTRY_REASON_IMPORT' and acknowledge_by < $9"
            by "delivered_at", "notice_id";
        "notice b where recipient = $5 and acknowledged_at is null and withdrawn_at is null
          and entry_reason <> 'ENTRY_REASON_IMPORT' and acknowledge_by < $9"
            by "delivered_at", "notice_id";
        "notice b where municipality = $6 and acknowledged_at is null and withdrawn_at is null
          and entry_reason <> 'ENTRY_REASON_IMPORT' and acknowledge_by < $9"
            by "delivered_at", "notice_id";
        "notice b where recipient = $7 and acknowledged_at is null and withdrawn_at is null
          and entry_reason <> 'ENTRY_REASON_IMPORT' and acknowledge_by < $9"
            by "delivered_at", "notice_id";
        "notice b where hospital = $8 and acknowledged_at is null and withdrawn_at is null
          and entry_reason <> 'ENTRY_REASON_IMPORT' and acknowledge_by < $9"
            by "delivered_at", "notice_id"
    );
    let (all_seen, unit, municipality) = (sight.is_all(), sight.unit(), sight.municipality());
    let mut params = params![page.below(), page.id(), page.limit(), all_seen, unit, municipality];
    params.extend(params![sight.ward(), sight.hospital()]);
    let sql = match listed {
        Listed::All => all,
        Listed::Unacknowledged => owed,
        Listed::Overdue(now) => {
            params.extend(params![now]);
            overdue
        }
    };
    Ok(db.page(sql, params).await?)
}
