//! The telephone log, one row a contact.

use hemgang_core::id::CaseId;
use hemgang_db::Db;
use hemgang_proto::planning::{ContactTopic, ContactWith};
use hemgang_rpc::Failure;

use crate::domain::contact::Contact;

hemgang_db::record!(
    Contact,
    "contact_log",
    versioned,
    key(contact_id),
    columns(
        version, case_id, unit, other_unit, is_incoming, contacted_at, words, contacted_by, recorded_at,
    ),
    names(counterpart: ContactWith, topic: ContactTopic)
);

/// The contacts about a case, the first first.
pub async fn list(db: &Db, case_id: CaseId) -> Result<Vec<Contact>, Failure> {
    let sql = "select * from contact_log where case_id in (select key from keys) order by contacted_at, recorded_at, contact_id";
    Ok(db.gathered(sql, "case_id", case_id).await?)
}
