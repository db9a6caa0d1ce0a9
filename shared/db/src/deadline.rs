//! Deadlines are rows: any replica fires them, and removing the row makes it once.

use jiff::Timestamp;

use crate::{error::DbError, params, read::Db};

/// A duty that runs out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// Which duty; one file in `due/` has the name.
    pub kind: String,
    /// Whose; an admission's id for example.
    pub subject: String,
    /// When it runs out.
    pub due_at: Timestamp,
}

// One deadline a duty is the table's rule. Removal also names `due_at`: who read a deadline that has since been
// closed and opened anew must lose.
crate::record!(Deadline, "deadline", key(kind, subject, due_at), columns());

impl Deadline {
    /// Reads one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn get(db: &Db, kind: &str, subject: &str) -> Result<Option<Self>, DbError> {
        db.optional("select * from deadline where kind = $1 and subject = $2", params![kind, subject]).await
    }

    /// The deadlines that have run out at `now`, oldest first, at most 100, after one read before.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list_run_out(db: &Db, now: Timestamp, after: Option<&Self>) -> Result<Vec<Self>, DbError> {
        let sql = "select * from deadline
            where due_at < $1 and (due_at > $2
              or (due_at = $2 and (kind > $3 or (kind = $3 and subject > $4))))
            order by due_at, kind, subject limit 100";
        let (due_at, kind, subject) = after.map_or((i64::MIN, "", ""), |deadline| {
            (deadline.due_at.as_microsecond(), deadline.kind.as_str(), deadline.subject.as_str())
        });
        db.list(sql, params![now, due_at, kind, subject]).await
    }
}
