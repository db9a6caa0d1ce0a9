//! What units opened in an emergency.

use hemgang_db::{Db, DbError};
use jiff::Timestamp;

/// A case that a unit has opened, by the id that it named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emergency {
    pub subject: String,
    pub unit: String,
    pub version: i64,
    pub until: Timestamp,
}

hemgang_db::record!(Emergency, "emergency", versioned, key(subject, unit), columns(version, until));

/// What a unit has opened of these, also where that is over.
pub async fn of_unit(db: &Db, unit: &str, subjects: &[String]) -> Result<Vec<Emergency>, DbError> {
    let sql = "select * from emergency where subject in (select key from keys)";
    let mut opened: Vec<Emergency> = db.list_of(sql, subjects).await?;
    opened.retain(|emergency| emergency.unit == unit);
    Ok(opened)
}
