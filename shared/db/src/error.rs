//! What can go wrong with a database. No text here repeats a stored value.

use crate::column::ColumnFault;

/// A row that does not parse.
#[derive(Debug, thiserror::Error)]
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
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The database did not answer, or said that it cannot now. Trying again may help.
    #[error("the database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// The database refused a statement of ours.
    #[error("the database refused a statement")]
    Statement(#[source] sqlx::Error),
    /// A stored row is not what its type says.
    #[error(transparent)]
    Row(#[from] RowFault),
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_) => Self::Unavailable(error),
            sqlx::Error::Database(ref cause) if passes(cause.code().as_deref()) => Self::Unavailable(error),
            other => Self::Statement(other),
        }
    }
}

/// Codes of conditions that pass: PostgreSQL's shutdown, connection and lock classes; SQLite's BUSY, LOCKED, FULL.
fn passes(code: Option<&str>) -> bool {
    code.is_some_and(|code| {
        code.starts_with("57P")
            || code.starts_with("08")
            || code.starts_with("40")
            || code.starts_with("53")
            || matches!(code, "55P03" | "57014" | "25P03" | "5" | "6" | "13" | "261" | "517")
    })
}
