//! What can go wrong with a database. No text here repeats a stored value.

use std::fmt;

use crate::column::ColumnFault;

/// A row that does not parse.
#[derive(Clone, Debug, thiserror::Error)]
#[error("table {table}, column {column}, row {row}: {fault}")]
pub struct RowFault {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row's key.
    pub row: String,
    /// What is wrong.
    pub fault: ColumnFault,
}

/// A read or write that failed for no fault of the caller.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DbError {
    /// The database did not answer, or said that it cannot now. Trying again may help.
    #[error("the database is not available: {0}")]
    Unavailable(Cause),
    /// The database refused a statement of ours.
    #[error("the database refused a statement: {0}")]
    Statement(Cause),
    /// A stored row is not what its type says.
    #[error(transparent)]
    Row(#[from] RowFault),
    /// The feed has an event under a number that its counter gave out just now: somebody else writes to it.
    #[error("the feed has events that its counter does not know of")]
    Numbers,
    /// A text with a NUL character, which PostgreSQL cannot keep and SQLite cuts. Parsing refuses it before.
    #[error("a text holds a nul character")]
    Nul,
}

/// What a database said, as far as it may be logged: PostgreSQL's own texts quote the row that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    kind: &'static str,
    code: String,
    table: String,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind)?;
        [("code", &self.code), ("table", &self.table)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .try_for_each(|(name, value)| write!(f, ", {name} {value}"))
    }
}

impl Cause {
    fn of(error: &sqlx::Error) -> Self {
        let said = error.as_database_error();
        let text = |value: Option<&str>| value.map(str::to_owned).unwrap_or_default();
        let kind = match error {
            sqlx::Error::Database(_) => "database error",
            sqlx::Error::Io(_) => "connection lost",
            sqlx::Error::PoolTimedOut => "no connection in time",
            sqlx::Error::PoolClosed => "closed",
            sqlx::Error::RowNotFound => "a row is missing",
            _ => "driver error",
        };
        Self {
            kind,
            code: text(said.and_then(sqlx::error::DatabaseError::code).as_deref()),
            table: text(said.and_then(|said| said.table())),
        }
    }
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        let cause = Cause::of(&error);
        if is_passing(&error) { Self::Unavailable(cause) } else { Self::Statement(cause) }
    }
}

/// Whether the condition passes, so that trying again may help.
pub(crate) fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(said) => passes(said.code().as_deref()),
        _ => false,
    }
}

/// Codes of conditions that pass: PostgreSQL's shutdown, connection, resource and lock classes, of five characters;
/// SQLite's BUSY, LOCKED, FULL, and what a disk without room makes of other calls (IOERR, CANTOPEN), with what is added
/// to them in higher bits.
fn passes(code: Option<&str>) -> bool {
    code.is_some_and(|code| match code.parse::<u32>() {
        Ok(sqlite) if code.len() < 5 => matches!(sqlite & 0xff, 5 | 6 | 10 | 13 | 14),
        _ => {
            ["57P", "08", "40", "53"].iter().any(|class| code.starts_with(class))
                || matches!(code, "55P03" | "57014" | "25P03")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::passes;

    #[test]
    fn what_passes_is_told_from_what_stays_by_its_code() {
        // Busy, its snapshot, a full disk, what a write and the growing index file make of one.
        for sqlite in ["5", "517", "6", "261", "13", "778", "4874", "14"] {
            assert!(passes(Some(sqlite)), "{sqlite}");
        }
        // A constraint, a damaged file, a file that is none.
        for sqlite in ["19", "2067", "11", "26"] {
            assert!(!passes(Some(sqlite)), "{sqlite}");
        }
        // Shut down, killed, no room, no connection, serialisation, lock, statement timeout.
        for postgres in
            ["57P01", "57P02", "53100", "53300", "08006", "40001", "40P01", "55P03", "57014", "25P03"]
        {
            assert!(passes(Some(postgres)), "{postgres}");
        }
        for postgres in ["23505", "42P01", "42601", "22021"] {
            assert!(!passes(Some(postgres)), "{postgres}");
        }
        assert!(!passes(None));
    }
}
