//! Reads: SQL beside the function that runs it, rows into records, outside any transaction.

use sqlx::{
    Any, AnyPool, Row as _,
    any::{AnyArguments, AnyRow},
    query::Query,
};
use tokio::sync::watch;
use uuid::Uuid;

use crate::{
    Lane,
    column::{Column, ColumnFault, Value},
    cursor::Cursors,
    error::{DbError, RowFault},
    fresh::Fresh,
    gather::Gatherer,
    lane::{CommitError, Position},
    open::Backend,
    record::Record,
};

/// One service's database: reads here, writes through its lane. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Db {
    pub(crate) reads: AnyPool,
    pub(crate) gatherer: Gatherer,
    pub(crate) lane: Lane,
    pub(crate) backend: Backend,
    pub(crate) cursors: Cursors,
    /// Projections that are made anew, read in the place of those that stand.
    pub(crate) fresh: Option<Fresh>,
}

impl Db {
    /// The records that a statement selects.
    ///
    /// # Errors
    /// When the database does not answer or a row does not parse.
    pub async fn list<R: Record>(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<R>, DbError> {
        self.rows(sql, params).await?.iter().map(R::from_row).collect()
    }

    /// The records of a page of a list: what the statement selects by walking an index in its order.
    ///
    /// # Errors
    /// As [`Db::list`].
    pub async fn page<R: Record>(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<R>, DbError> {
        let rows = bind(sqlx::query(sql), params).fetch_all(self.gatherer.pool()).await?;
        rows.into_iter().map(|row| R::from_row(&Row(row))).collect()
    }

    /// The first record that a statement selects.
    ///
    /// # Errors
    /// As [`Db::list`].
    pub async fn optional<R: Record>(
        &self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> Result<Option<R>, DbError> {
        self.rows(sql, params).await?.first().map(R::from_row).transpose()
    }

    /// The rows that a statement selects, for what is no record.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn rows(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>, DbError> {
        let rows = bind(sqlx::query(sql), params).fetch_all(&self.reads).await?;
        Ok(rows.into_iter().map(Row).collect())
    }

    /// The records of one key, read together with those of whoever asks the same at this moment.
    ///
    /// The statement selects from the table `keys`, whose one column `key` holds texts, and `by` is the column of its
    /// rows that names the key: `select * from part where whole in (select key from keys) order by number`.
    ///
    /// # Errors
    /// As [`Db::list`].
    pub async fn gathered<R: Record>(
        &self,
        sql: &'static str,
        by: &'static str,
        key: impl ToString,
    ) -> Result<Vec<R>, DbError> {
        self.gatherer.rows(sql, by, key.to_string()).await?.iter().map(R::from_row).collect()
    }

    /// The records of all these keys in one statement, which is written as for [`Db::gathered`].
    ///
    /// # Errors
    /// As [`Db::list`].
    pub async fn list_of<R: Record>(
        &self,
        sql: &'static str,
        keys: impl IntoIterator<Item = impl ToString>,
    ) -> Result<Vec<R>, DbError> {
        let keys: Vec<_> = keys.into_iter().map(|key| key.to_string()).collect();
        let rows = self.gatherer.read(sql, &keys.iter().map(String::as_str).collect()).await?;
        rows.iter().map(R::from_row).collect()
    }

    /// Writes a change durably, or not at all.
    ///
    /// # Errors
    /// See [`CommitError`].
    pub async fn commit(&self, change: crate::Change) -> Result<Position, CommitError> {
        self.lane.commit(change).await
    }

    /// Tells the position of the last commit that this process knows of, and wakes whoever follows the feed. Of other
    /// processes on PostgreSQL it hears at once, as a rule.
    pub fn head(&self) -> watch::Receiver<i64> {
        self.lane.head()
    }

    /// Writes and reads cursors of this service's feed.
    pub fn cursors(&self) -> &Cursors {
        &self.cursors
    }

    /// Which database it is.
    pub fn backend(&self) -> Backend {
        self.backend
    }
}

/// Binds parameters in order; a null keeps its type, which PostgreSQL wants to know.
pub(crate) fn bind(
    mut query: Query<'_, Any, AnyArguments>,
    params: Vec<Value>,
) -> Query<'_, Any, AnyArguments> {
    for param in params {
        query = match param {
            Value::Text(text) => query.bind(text),
            Value::Int(int) => query.bind(int),
        };
    }
    query
}

/// A row as it came.
#[derive(Clone)]
pub struct Row(pub(crate) AnyRow);

impl Row {
    /// One column of a record's row.
    ///
    /// # Errors
    /// When it does not hold what its type says; the error names table, column and row.
    pub fn get<R: Record, T: Column>(&self, column: &'static str) -> Result<T, DbError> {
        self.raw(column, &T::NULL).and_then(T::from_value).map_err(|fault| self.fault::<R>(column, fault))
    }

    /// One column that keeps an enum by its proto name.
    ///
    /// # Errors
    /// When the name is none of the enum's.
    pub fn named<R: Record, T>(
        &self,
        column: &'static str,
        parse: fn(&str) -> Option<T>,
    ) -> Result<T, DbError> {
        let name: String = self.get::<R, _>(column)?;
        parse(&name).ok_or_else(|| self.fault::<R>(column, ColumnFault("known name")))
    }

    /// One column of a row that is no record, an aggregate for example.
    ///
    /// # Errors
    /// When it does not hold what its type says.
    pub fn column<T: Column>(&self, column: &'static str) -> Result<T, DbError> {
        self.raw(column, &T::NULL)
            .and_then(T::from_value)
            .map_err(|fault| RowFault { table: "(query)", column, row: String::new(), fault }.into())
    }

    /// One column of a key, as a value of the same type as another.
    pub(crate) fn like(
        &self,
        table: &'static str,
        column: &'static str,
        like: &Value,
    ) -> Result<Value, DbError> {
        self.raw(column, like).map_err(|fault| RowFault { table, column, row: String::new(), fault }.into())
    }

    fn raw(&self, column: &str, null: &Value) -> Result<Value, ColumnFault> {
        match null {
            Value::Text(_) => self.0.try_get(column).map(Value::Text).map_err(|_| ColumnFault("text column")),
            Value::Int(_) => self.0.try_get(column).map(Value::Int).map_err(|_| ColumnFault("number column")),
        }
    }

    /// Names the row by the parts of its key that are made by us: ids and numbers. A visit number is a hospital's.
    fn fault<R: Record>(&self, column: &'static str, fault: ColumnFault) -> DbError {
        let words = R::KEY.iter().map(|key| match self.0.try_get::<Option<String>, _>(*key) {
            Ok(text) => text.filter(|text| Uuid::try_parse(text).is_ok()).unwrap_or_else(|| "…".to_owned()),
            Err(_) => self.0.try_get::<i64, _>(*key).map(|int| int.to_string()).unwrap_or_default(),
        });
        let row = words.collect::<Vec<_>>().join("/");
        RowFault { table: R::TABLE, column, row, fault }.into()
    }
}

/// Parameters of a statement, in order: `params![admission_id, now]`.
#[macro_export]
macro_rules! params {
    ($($param:expr),* $(,)?) => { vec![$($crate::Column::to_value(&$param)),*] };
}

/// The statement of a page of a list, newest first: the rows of several sources, each read by an index of its own, which
/// an `or` between them would not let a database use.
///
/// Sources are what follows `from`, with the listed row as `b`. $1 and $2 are the last row seen, $3 is how many are
/// read; a source orders by its own columns.
#[macro_export]
macro_rules! newest {
    ($at:literal, $id:literal, $($source:literal by $source_at:literal, $source_id:literal);+ $(;)?) => {
        concat!(
            "select * from (",
            $crate::newest!(@sources $($source by $source_at, $source_id);+),
            ") as listed order by ", $at, " desc, ", $id, " desc limit $3"
        )
    };
    (@sources $source:literal by $at:literal, $id:literal) => {
        concat!(
            "select * from (select b.* from ", $source, " and (", $at, ", ", $id, ") < ($1, $2) order by ", $at,
            " desc, ", $id, " desc limit $3) as source"
        )
    };
    (@sources $source:literal by $at:literal, $id:literal; $($more:tt)+) => {
        concat!(
            $crate::newest!(@sources $source by $at, $id),
            // Without what two sources have in common.
            " union ",
            $crate::newest!(@sources $($more)+)
        )
    };
}
