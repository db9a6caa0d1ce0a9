//! Admission notices that were sent: parts of their episode, never changed.

use hemgang_core::{id::AdmissionId, place::HsaId};
use hemgang_db::{Db, DbError, Record as _, Row, params};
use hemgang_rpc::Failure;
use jiff::{Timestamp, civil::Date};

use crate::domain::episode::Episode;

/// One notice; the first of an episode has number 1.
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
    let sql = "select * from admission_notice where admission_id = $1 order by number";
    Ok(db.list(sql, params![admission_id]).await?)
}

/// The episodes whose first notice was sent in a period, with that day. A voided one never was.
pub async fn list_first_sent(db: &Db, from: Date, to: Date) -> Result<Vec<(Date, Episode)>, Failure> {
    let sql =
        "select e.*, n.sent_on from admission_notice n join episode e on e.admission_id = n.admission_id
        where n.number = 1 and n.sent_on >= $1 and n.sent_on <= $2 and e.state <> 'ADMISSION_STATE_VOIDED'";
    let rows = db.rows(sql, params![from, to]).await?;
    let first = |row: &Row| -> Result<_, DbError> { Ok((row.column("sent_on")?, Episode::from_row(row)?)) };
    Ok(rows.iter().map(first).collect::<Result<_, _>>()?)
}
