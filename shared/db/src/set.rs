//! Rows written as a set: one statement for all rows of one table that are written in one way, each row's key returned.
//! A key that does not come back names the loser.
//!
//! A row or two are parameters, a value each; more are one JSON parameter. A statement for each count of rows would be
//! prepared for each, and JSON costs its writing and reading, which long texts feel.

use std::collections::HashSet;

use sqlx::{Any, AssertSqlSafe, Transaction};

use crate::{
    column::Value,
    error::DbError,
    open::Backend,
    read::{Row, bind},
};

/// How the rows of a set are written, in the order in which sets are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// Rows that are there at this key.
    Remove,
    /// Rows that are there at this key and the version read, which is the last value.
    Replace,
    /// Rows whose key and unique values are free.
    Insert,
}

/// How many rows are given value by value.
const FEW: usize = 2;

/// Rows of one table that are written in one way.
#[derive(Debug)]
pub(crate) struct Set<'a> {
    pub way: Way,
    pub table: &'static str,
    /// How many of the columns, from the first on, are the key.
    pub key: usize,
    pub columns: &'static [&'static str],
    /// Values in the order of the columns, each row with whose it is.
    pub rows: Vec<(usize, &'a [Value])>,
}

impl Set<'_> {
    /// Writes the rows, and says whose were not.
    pub async fn write(
        &self,
        tx: &mut Transaction<'_, Any>,
        backend: Backend,
    ) -> Result<Vec<usize>, DbError> {
        let Some((_, first)) = self.rows.first() else { return Ok(Vec::new()) };
        let (source, values) = if self.rows.len() <= FEW {
            let values = self.rows.iter().flat_map(|(_, values)| values.iter().cloned());
            (by_value(first, self.rows.len(), backend), values.collect())
        } else {
            (by_json(first, backend), vec![Value::Text(Some(self.json()))])
        };
        let sql = self.sql(&source);
        let written = bind(sqlx::query(AssertSqlSafe(sql)), values).fetch_all(&mut **tx).await?;
        let key = |row| -> Result<Vec<Value>, DbError> {
            let (row, columns) = (Row(row), self.columns.iter().zip(*first).take(self.key));
            columns.map(|(column, like)| row.like(self.table, column, like)).collect()
        };
        let written = written.into_iter().map(key).collect::<Result<HashSet<_>, _>>()?;
        let lost = self.rows.iter().filter(|(_, values)| !written.contains(&values[..self.key]));
        Ok(lost.map(|(whose, _)| *whose).collect())
    }

    /// The statement. Table and column names are constants of record types, never input.
    fn sql(&self, source: &str) -> String {
        let table = self.table;
        let key = &self.columns[..self.key];
        let returning = key.join(", ");
        let numbered = |from: usize, to: usize| (from..to).map(|number| format!("r.c{number}"));
        match self.way {
            Way::Remove => {
                let values = numbered(0, self.key).collect::<Vec<_>>().join(", ");
                format!(
                    "delete from {table} where ({returning}) in (select {values} from {source}) returning {returning}"
                )
            }
            Way::Replace => {
                let last = self.columns.len();
                let assigned = self.columns.iter().enumerate().skip(self.key);
                let assigned = assigned.map(|(number, column)| format!("{column} = r.c{number}"));
                let matched =
                    key.iter().enumerate().map(|(number, column)| format!("{table}.{column} = r.c{number}"));
                format!(
                    "update {table} set {} from {source} where {} and {table}.version = r.c{last} returning {returning}",
                    assigned.collect::<Vec<_>>().join(", "),
                    matched.collect::<Vec<_>>().join(" and "),
                )
            }
            Way::Insert => {
                let values = numbered(0, self.columns.len()).collect::<Vec<_>>().join(", ");
                // SQLite reads ON after a bare FROM as a join's.
                format!(
                    "insert into {table} ({}) select {values} from {source} where true on conflict do nothing \
                     returning {returning}",
                    self.columns.join(", "),
                )
            }
        }
    }

    /// The rows as an array of objects with the members c0, c1 and so on.
    fn json(&self) -> String {
        let members: Vec<_> = (0..=self.columns.len()).map(|number| format!("\"c{number}\":")).collect();
        let mut json = String::with_capacity(self.rows.len() * 512);
        for (_, values) in &self.rows {
            json.push_str(if json.is_empty() { "[{" } else { "},{" });
            for (number, (value, member)) in values.iter().zip(&members).enumerate() {
                json.push_str(if number == 0 { "" } else { "," });
                json.push_str(member);
                match value {
                    // A text is JSON always.
                    Value::Text(Some(text)) => {
                        json.push_str(&serde_json::to_string(text).unwrap_or_default());
                    }
                    Value::Int(Some(int)) => json.push_str(&int.to_string()),
                    Value::Text(None) | Value::Int(None) => json.push_str("null"),
                }
            }
        }
        json + "}]"
    }
}

/// A parameter for each value of so many rows, as a table `r` with the columns c0, c1 and so on.
fn by_value(like: &[Value], rows: usize, backend: Backend) -> String {
    let row = |number: usize| {
        let columns = like.iter().enumerate().map(|(column, value)| {
            let parameter = number * like.len() + column + 1;
            match (backend, value) {
                (Backend::Postgres, Value::Text(_)) => format!("${parameter}::text as c{column}"),
                (Backend::Postgres, Value::Int(_)) => format!("${parameter}::bigint as c{column}"),
                (Backend::Sqlite, _) => format!("${parameter} as c{column}"),
            }
        });
        format!("select {}", columns.collect::<Vec<_>>().join(", "))
    };
    format!("({}) as r", (0..rows).map(row).collect::<Vec<_>>().join(" union all "))
}

/// The JSON parameter as a table `r` with the columns c0, c1 and so on, of the types of a row like this.
fn by_json(like: &[Value], backend: Backend) -> String {
    let columns = like.iter().enumerate().map(|(number, value)| match (backend, value) {
        (Backend::Postgres, Value::Text(_)) => format!("c{number} text"),
        (Backend::Postgres, Value::Int(_)) => format!("c{number} bigint"),
        (Backend::Sqlite, _) => format!("value ->> '$.c{number}' as c{number}"),
    });
    let columns = columns.collect::<Vec<_>>().join(", ");
    match backend {
        Backend::Postgres => format!("json_to_recordset($1::json) as r({columns})"),
        // Its values are JSONB, which is not written out and parsed once more for each row.
        Backend::Sqlite => format!("(select {columns} from jsonb_each($1)) as r"),
    }
}
