//! Reminders that are to go out, and those that nobody tries any more.

use hemgang_db::{Db, params};
use hemgang_rpc::Failure;
use jiff::Timestamp;

use crate::domain::reminder::Reminder;

hemgang_db::record!(
    Reminder,
    "reminder",
    versioned,
    key(reminder_id),
    columns(
        version,
        notice_id,
        unit,
        function,
        address,
        unread_since,
        written_at,
        tries,
        next_try_at,
        fault,
        given_up_at,
    )
);

/// Those whose next try has come, the longest waiting first.
pub async fn list_due(db: &Db, now: Timestamp) -> Result<Vec<Reminder>, Failure> {
    let sql = "select * from reminder where given_up_at is null and next_try_at <= $1
        order by next_try_at, reminder_id limit 50";
    Ok(db.list(sql, params![now]).await?)
}

/// Those that were given up before an instant.
pub async fn list_given_up(db: &Db, before: Timestamp) -> Result<Vec<Reminder>, Failure> {
    let sql = "select * from reminder where given_up_at is not null and given_up_at < $1
        order by given_up_at, reminder_id limit 50";
    Ok(db.list(sql, params![before]).await?)
}
