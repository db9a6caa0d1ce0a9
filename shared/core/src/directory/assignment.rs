//! What a person is at a unit between two days.

use jiff::civil::Date;

use crate::place::HsaId;

crate::typed_id! {
    /// An assignment.
    AssignmentId
}

/// A role that a person has at a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Its identity.
    pub assignment_id: AssignmentId,
    /// HSA-id of the person.
    pub person: HsaId,
    /// The unit.
    pub unit: HsaId,
    /// The role, a word as tokens have it.
    pub role: String,
    /// What the person does there, in the organisation's own words; may be empty.
    pub function: String,
    /// The first day.
    pub valid_from: Date,
    /// The last day; open if none. One before the first: it held for no whole day.
    pub valid_to: Option<Date>,
    /// How often it has been changed.
    pub version: i64,
}

impl Assignment {
    /// Whether it holds on that day.
    pub fn is_valid(&self, on: Date) -> bool {
        super::holds(self.valid_from, self.valid_to, on)
    }
}
