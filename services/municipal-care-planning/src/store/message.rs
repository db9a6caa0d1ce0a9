//! Messages: one, or a case's.

use hemgang_core::id::CaseId;
use hemgang_db::{Db, params};
use hemgang_proto::planning::{MessageKind, MessageState};
use hemgang_rpc::Failure;

use crate::domain::message::{Message, MessageId};

hemgang_db::record!(
    Message,
    "message",
    versioned,
    key(message_id),
    columns(
        version, case_id, unit, municipality, recipients, is_hospitals, number, answers, words, sent_by, sent_at,
        corrected_by, corrected_at,
    ),
    names(kind: MessageKind, state: MessageState)
);

/// One message.
pub async fn get(db: &Db, id: MessageId) -> Result<Option<Message>, Failure> {
    Ok(db.optional("select * from message where message_id = $1", params![id]).await?)
}

/// The messages about a case, the first first.
pub async fn list(db: &Db, case_id: CaseId) -> Result<Vec<Message>, Failure> {
    let sql = "select * from message where case_id in (select key from keys) order by sent_at, message_id";
    Ok(db.gathered(sql, "case_id", case_id).await?)
}
