//! Notices that were delivered in a period, with what figures need of their cases.

use hemgang_core::day::day_begins;
use hemgang_db::{Db, params};
use hemgang_rpc::Failure;
use jiff::{Timestamp, civil::Date};

use super::known::{self, Known};
use crate::domain::notice::Notice;

/// A notice that reached an inbox, and its case.
pub struct Received {
    pub notice: Notice,
    pub delivered_at: Timestamp,
    pub known: Known,
}

/// The notices that were delivered to units as it happened in a period, both days included, and are still where they came.
pub async fn list(db: &Db, from: Date, to: Date) -> Result<Vec<Received>, Failure> {
    let sql = "select * from notice where delivered_at >= $1 and delivered_at < $2 and withdrawn_at is null \
               and hospital is null and entry_reason = 'ENTRY_REASON_UNSPECIFIED'";
    let after = to.tomorrow().map_or(Timestamp::MAX, day_begins);
    let notices: Vec<Notice> = db.list(sql, params![day_begins(from), after]).await?;
    let known = known::list_of(db, &notices.iter().map(|notice| notice.case_id).collect()).await?;
    let received = notices.into_iter().filter_map(|notice| {
        let known = known.get(&notice.case_id)?.clone();
        Some(Received { delivered_at: notice.delivered_at?, known, notice })
    });
    Ok(received.collect())
}
