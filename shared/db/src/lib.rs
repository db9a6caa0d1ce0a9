//! Reads, the write lane and migrations, on SQLite and PostgreSQL alike. The only crate that names sqlx.
//!
//! Columns are `TEXT` and `BIGINT` only. A read runs outside any transaction; a write is a [`Change`] that is
//! handed to the [`Lane`], the only place that opens a transaction.

mod batch;
mod change;
mod column;
mod cursor;
mod deadline;
mod error;
mod fresh;
mod gather;
mod inspect;
mod lane;
mod open;
mod read;
mod record;
mod set;
mod touch;
mod wake;

pub use change::{Answer, Change, NewEvent};
pub use column::{Column, ColumnFault, Value};
pub use cursor::{CursorFault, Cursors};
pub use deadline::Deadline;
pub use error::{DbError, RowFault};
pub use fresh::{Difference, Fresh, Table};
pub use inspect::{BEHIND, Beyond, Feed, Inspection, Inspector, Parking, Schema, is_in_use};
pub use lane::{CommitError, Lane, Position};
pub use open::{Backend, Migration, OpenError, Storage};
pub use read::{Db, Row};
pub use record::{Record, Versioned, next, next_named};
