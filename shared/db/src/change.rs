//! A change: everything that one decision writes, handed to the lane as a whole.

use hemgang_core::redacted::Redacted;
use jiff::Timestamp;

use crate::{
    column::{Column as _, Value},
    fresh::{Difference, Table},
    record::{Record, Versioned},
};

/// Rows to insert, replace or remove, events to tell, and the answer to remember. All of it, or nothing.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub(crate) writes: Vec<Write>,
    pub(crate) events: Vec<NewEvent>,
    pub(crate) answer: Option<Answer>,
}

/// One row's write. A write that finds no such row, or finds the key taken, makes the change lose.
#[derive(Clone, Debug)]
pub(crate) enum Write {
    Insert {
        table: &'static str,
        key: &'static [&'static str],
        columns: &'static [&'static str],
        values: Vec<Value>,
    },
    /// The last value is the version read.
    Replace {
        table: &'static str,
        key: &'static [&'static str],
        columns: &'static [&'static str],
        values: Vec<Value>,
    },
    Remove {
        table: &'static str,
        key: &'static [&'static str],
        values: Vec<Value>,
    },
    ForgetAnswers {
        before: Timestamp,
    },
}

/// An event to append to this service's feed.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Name of the event's message.
    pub kind: String,
    /// The admission it is about; empty where there is none.
    pub admission_id: String,
    /// The case it is about where there is no admission; empty otherwise.
    pub case_id: String,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When we were told.
    pub recorded_at: Timestamp,
    /// The unit that acted.
    pub actor_unit: String,
    /// Why it was told afterwards, by the contract's name of the reason.
    pub entry_reason: &'static str,
    /// When it was sent or registered there and then, where it was told afterwards.
    pub stated_at: Option<Timestamp>,
    /// Who may see it.
    pub audience: String,
    /// Positions of other feeds that the decision rested on.
    pub seen: String,
    /// Who asked for the change, on its first event: an `AccessEntry` as proto3 JSON. See [`Change::accessed`].
    pub access: String,
    /// proto3 JSON.
    pub payload: Redacted<String>,
}

/// The answer to a request with a `request_id`.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Who asked.
    pub caller: String,
    /// For which unit.
    pub unit: String,
    /// What was called.
    pub rpc: &'static str,
    /// The id.
    pub request_id: String,
    /// Hash of the request's body.
    pub request_hash: String,
    /// The response, base64 of its wire form.
    pub response: Redacted<String>,
    /// When.
    pub answered_at: Timestamp,
}

crate::record!(
    Answered,
    "answer",
    key(caller, unit, rpc, request_id),
    columns(request_hash, response, answered_at)
);

/// An answer as it is read back.
#[expect(clippy::struct_field_names, reason = "fields are columns of the same name")]
#[derive(Clone, Debug)]
pub(crate) struct Answered {
    pub caller: String,
    pub unit: String,
    pub rpc: String,
    pub request_id: String,
    pub request_hash: String,
    pub response: Redacted<String>,
    pub answered_at: Timestamp,
}

impl Change {
    /// A change that writes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Inserts a row; loses when its key, or a unique index, is taken.
    #[must_use]
    pub fn insert<R: Record>(mut self, row: &R) -> Self {
        self.writes.push(Write::Insert {
            table: R::TABLE,
            key: R::KEY,
            columns: R::COLUMNS,
            values: row.values(),
        });
        self
    }

    /// Replaces a row at the version before its own; loses when somebody else did.
    #[must_use]
    pub fn replace<R: Versioned>(mut self, row: &R) -> Self {
        let mut values = row.values();
        values.extend(crate::params![row.version() - 1]);
        self.writes.push(Write::Replace { table: R::TABLE, key: R::KEY, columns: R::COLUMNS, values });
        self
    }

    /// Inserts a row that is at its first version, replaces it otherwise.
    #[must_use]
    pub fn put<R: Versioned>(self, row: &R) -> Self {
        if row.version() == 1 { self.insert(row) } else { self.replace(row) }
    }

    /// Removes a row; loses when it is gone.
    #[must_use]
    pub fn remove<R: Record>(mut self, row: &R) -> Self {
        let mut values = row.values();
        values.truncate(R::KEY.len());
        self.writes.push(Write::Remove { table: R::TABLE, key: R::KEY, values });
        self
    }

    /// Puts a projected row in the place of the one that stands at its key; either may be absent.
    #[must_use]
    pub fn exchange(mut self, difference: Difference) -> Self {
        let Difference { table: Table { name: table, key, columns, .. }, stands, fresh } = difference;
        if let Some(mut values) = stands {
            values.truncate(key.len());
            self.writes.push(Write::Remove { table, key, values });
        }
        if let Some(values) = fresh {
            self.writes.push(Write::Insert { table, key, columns, values });
        }
        self
    }

    /// The tables that it writes rows of.
    pub fn tables(&self) -> impl Iterator<Item = &'static str> {
        self.writes.iter().filter_map(|write| match write {
            Write::Insert { table, .. } | Write::Replace { table, .. } | Write::Remove { table, .. } => {
                Some(*table)
            }
            Write::ForgetAnswers { .. } => None,
        })
    }

    /// Whether it tells anything.
    pub fn tells(&self) -> bool {
        !self.events.is_empty()
    }

    /// The events that it tells.
    pub fn events(&self) -> &[NewEvent] {
        &self.events
    }

    /// Keeps who asked for the change with its first event, so that no commit spans two stores: the access log follows
    /// the feed.
    #[must_use]
    pub fn accessed(mut self, entry: String) -> Self {
        if let Some(first) = self.events.first_mut() {
            first.access = entry;
        }
        self
    }

    /// Forgets the answers given before an instant: a replay comes soon or not at all.
    #[must_use]
    pub fn forget_answers(mut self, before: Timestamp) -> Self {
        self.writes.push(Write::ForgetAnswers { before });
        self
    }

    /// Appends an event to the feed.
    #[must_use]
    pub fn tell(mut self, event: NewEvent) -> Self {
        self.events.push(event);
        self
    }

    /// Remembers the answer under its request id.
    #[must_use]
    pub fn answer(mut self, answer: Option<Answer>) -> Self {
        self.answer = answer;
        self
    }

    /// Whether a text of it holds what no database can keep.
    pub(crate) fn holds_nul(&self) -> bool {
        let values = self.writes.iter().flat_map(|write| match write {
            Write::Insert { values, .. } | Write::Replace { values, .. } | Write::Remove { values, .. } => {
                values.as_slice()
            }
            Write::ForgetAnswers { .. } => &[],
        });
        let holds = |value: &Value| matches!(value, Value::Text(Some(text)) if text.contains('\0'));
        values.into_iter().any(holds)
    }

    /// This change and another as one.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.writes.extend(other.writes);
        self.events.extend(other.events);
        self.answer = self.answer.or(other.answer);
        self
    }
}

impl Answer {
    /// The key, as parameters.
    pub(crate) fn key(&self) -> Vec<Value> {
        vec![self.caller.to_value(), self.unit.to_value(), self.rpc.to_value(), self.request_id.to_value()]
    }
}
