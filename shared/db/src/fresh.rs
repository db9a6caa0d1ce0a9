//! Projections made anew in memory, beside those that stand, and what differs between the two.
//!
//! A rebuild reads and writes its rows here: an event then costs no statement, and nothing that stands is touched before
//! it is known to differ.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use sqlx::AssertSqlSafe;

use crate::{
    change::{Change, Write},
    column::Value,
    error::DbError,
    lane::CommitError,
    read::{Db, Row, bind},
    record::Record,
};

/// Rows of a table that stands, read at a time.
const PAGE: i64 = 1000;

/// A table that holds a projection.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    pub(crate) key: &'static [&'static str],
    pub(crate) columns: &'static [&'static str],
    values: fn(&Row) -> Result<Vec<Value>, DbError>,
}

impl Table {
    /// The table of a record.
    pub const fn of<R: Record>() -> Self {
        let values = |row: &Row| R::from_row(row).map(|record| record.values());
        Self { name: R::TABLE, key: R::KEY, columns: R::COLUMNS, values }
    }
}

/// A key at which a projection made anew is not what stands.
#[derive(Clone, Debug)]
pub struct Difference {
    pub(crate) table: Table,
    pub(crate) stands: Option<Vec<Value>>,
    pub(crate) fresh: Option<Vec<Value>>,
}

/// Rows by their key, in its order.
type Rows = BTreeMap<Vec<Value>, Vec<Value>>;

/// Tables made anew. Cloning shares them.
#[derive(Clone, Debug, Default)]
pub struct Fresh(Arc<Mutex<HashMap<&'static str, Rows>>>);

impl Fresh {
    /// Writes a change's rows, by the rules of the databases: all of them, or none, and what it removes first.
    ///
    /// # Errors
    /// [`CommitError::Lost`] when a row is not as the change has read it.
    pub fn write(&self, change: Change) -> Result<(), CommitError> {
        let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let removes = |name: &str, key: &[Value]| {
            let is_it = |write: &Write| matches!(write, Write::Remove { table, values, .. } if *table == name && values == key);
            change.writes.iter().any(is_it)
        };
        let lost = |write: &Write| match write {
            Write::Insert { table, key, values, .. } => {
                let key = &values[..key.len()];
                let taken = tables.get(table).is_some_and(|rows| rows.contains_key(key));
                (taken && !removes(table, key)).then_some(*table)
            }
            Write::Replace { table, key, columns, values } => {
                let row = tables.get(table).and_then(|rows| rows.get(&values[..key.len()]));
                let version = columns.iter().position(|column| *column == "version");
                let stands = row.zip(version).map(|(row, version)| &row[version]);
                (stands.is_none() || stands != values.last()).then_some(*table)
            }
            Write::Remove { table, values, .. } => {
                let there = tables.get(table).is_some_and(|rows| rows.contains_key(values));
                (!there).then_some(*table)
            }
            Write::ForgetAnswers { .. } => None,
        };
        if let Some(table) = change.writes.iter().find_map(lost) {
            return Err(CommitError::Lost(table));
        }
        for write in change.writes {
            match write {
                Write::Insert { table, key, columns, mut values }
                | Write::Replace { table, key, columns, mut values } => {
                    values.truncate(columns.len());
                    tables.entry(table).or_default().insert(values[..key.len()].to_vec(), values);
                }
                Write::Remove { table, values, .. } => {
                    tables.entry(table).or_default().remove(&values);
                }
                Write::ForgetAnswers { .. } => {}
            }
        }
        Ok(())
    }

    /// The records whose key begins so, in its order.
    fn list<R: Record>(&self, key: &[Value]) -> Result<Vec<R>, DbError> {
        let tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(rows) = tables.get(R::TABLE) else { return Ok(Vec::new()) };
        let found = rows.range(key.to_vec()..).take_while(|(of, _)| of.starts_with(key));
        found.map(|(_, values)| R::from_values(values.clone())).collect()
    }

    /// Takes a table, holds it against the one that stands, and says how many rows it has and where the two differ.
    ///
    /// # Errors
    /// When the database does not answer, or holds a row that does not parse.
    pub async fn compare(&self, db: &Db, table: Table) -> Result<(usize, Vec<Difference>), DbError> {
        let rows = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(table.name);
        let mut rows = rows.unwrap_or_default();
        let (count, mut differences) = (rows.len(), Vec::new());
        let mut page = standing(db, table, None).await?;
        while let Some(last) = page.last().map(|row| row[..table.key.len()].to_vec()) {
            for stands in page {
                let fresh = rows.remove(&stands[..table.key.len()]);
                if fresh.as_ref() != Some(&stands) {
                    differences.push(Difference { table, stands: Some(stands), fresh });
                }
            }
            page = standing(db, table, Some(last)).await?;
        }
        let missing = rows.into_values().map(|fresh| Difference { table, stands: None, fresh: Some(fresh) });
        differences.extend(missing);
        Ok((count, differences))
    }
}

/// A page of rows as they stand, after a key.
async fn standing(db: &Db, table: Table, after: Option<Vec<Value>>) -> Result<Vec<Vec<Value>>, DbError> {
    let Table { name, key, values, .. } = table;
    let key = key.join(", ");
    let params = after.unwrap_or_default();
    let beyond = if params.is_empty() {
        String::new()
    } else {
        let numbers = (1..=params.len()).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ");
        format!("where ({key}) > ({numbers})")
    };
    let sql = format!("select * from {name} {beyond} order by {key} limit {PAGE}");
    // Names of tables and columns are constants of record types, never input.
    let rows = bind(sqlx::query(AssertSqlSafe(sql)), params).fetch_all(&db.reads).await?;
    rows.into_iter().map(|row| values(&Row(row))).collect()
}

impl Db {
    /// The same database, whose projections are read where they are made anew.
    #[must_use]
    pub fn with_fresh(&self, fresh: Fresh) -> Self {
        Self { fresh: Some(fresh), ..self.clone() }
    }

    /// Where its projections are made anew.
    pub fn fresh(&self) -> Option<&Fresh> {
        self.fresh.as_ref()
    }

    /// The records of a projection whose key begins with this one, in its order; otherwise as [`Db::gathered`].
    ///
    /// # Errors
    /// As [`Db::list`].
    pub async fn projected<R: Record>(
        &self,
        sql: &'static str,
        by: &'static str,
        key: impl ToString,
    ) -> Result<Vec<R>, DbError> {
        match &self.fresh {
            Some(fresh) => fresh.list(&[Value::Text(Some(key.to_string()))]),
            None => self.gathered(sql, by, key).await,
        }
    }
}
