//! Which rows a change touches: what must not stand in one batch with another change of them.

use std::collections::HashSet;

use crate::{
    change::{Answered, Change, Write},
    column::Value,
    record::Record as _,
};

/// A row by its table and key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Touched {
    table: &'static str,
    key: Vec<Value>,
}

impl Touched {
    /// Every row that a change writes, its answer among them.
    pub fn of(change: &Change) -> Vec<Self> {
        let rows = change.writes.iter().filter_map(|write| Self::row(write).map(|(row, _)| row));
        let answer = change.answer.as_ref().map(|answer| Self { table: Answered::TABLE, key: answer.key() });
        rows.chain(answer).collect()
    }

    /// A table of which a change writes one row twice. Removing a row and inserting it anew is once.
    pub fn twice(change: &Change) -> Option<&'static str> {
        let mut seen = HashSet::new();
        change
            .writes
            .iter()
            .filter_map(Self::row)
            .find(|way| !seen.insert(way.clone()))
            .map(|(row, _)| row.table)
    }

    fn row(write: &Write) -> Option<(Self, &'static str)> {
        let (table, key, way) = match write {
            Write::Insert { table, key, values, .. } | Write::Replace { table, key, values, .. } => {
                (*table, &values[..key.len()], "write")
            }
            Write::Remove { table, values, .. } => (*table, &values[..], "remove"),
            Write::ForgetAnswers { .. } => return None,
        };
        Some((Self { table, key: key.to_vec() }, way))
    }
}
