//! Which unit a municipality wants to be told, and of whom.

use jiff::civil::Date;

use super::{AgeGroup, Law};
use crate::place::{HsaId, MunicipalityCode};

crate::typed_id! {
    /// A routing rule.
    RoutingRuleId
}

/// Whom a rule is about. What is none is about anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criteria {
    /// The municipality that is liable.
    pub municipality: MunicipalityCode,
    /// The law by which it is asked.
    pub law: Law,
    /// How old the patient is.
    pub age_group: Option<AgeGroup>,
    /// How the postal code of the patient's address begins.
    pub postal_code: Option<String>,
    /// The outpatient unit where the patient is listed.
    pub listed_unit: Option<HsaId>,
}

/// Who is asked for, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The municipality that is liable.
    pub municipality: &'a MunicipalityCode,
    /// The law by which it is asked.
    pub law: Law,
    /// How old the patient is.
    pub age_group: Option<AgeGroup>,
    /// The five digits of the patient's postal code.
    pub postal_code: Option<&'a str>,
    /// The outpatient unit where the patient is listed.
    pub listed_unit: Option<&'a HsaId>,
}

impl Criteria {
    /// Whether they are met. What is not known of the patient meets nothing but a rule that does not ask.
    pub fn admit(&self, asked: &Asked<'_>) -> bool {
        self.municipality == *asked.municipality
            && self.law == asked.law
            && self.age_group.is_none_or(|group| asked.age_group == Some(group))
            && self.listed_unit.as_ref().is_none_or(|unit| asked.listed_unit == Some(unit))
            && self
                .postal_code
                .as_ref()
                .is_none_or(|begins| asked.postal_code.is_some_and(|code| code.starts_with(begins.as_str())))
    }

    /// How much they ask: of the rules that admit a patient the one that asks most holds. Two that ask as much and both
    /// admit one patient ask the same.
    pub fn weight(&self) -> (bool, usize, bool) {
        let digits = self.postal_code.as_ref().map_or(0, String::len);
        (self.listed_unit.is_some(), digits, self.age_group.is_some())
    }
}

/// A unit that is told of whom the criteria describe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutingRule {
    /// Its identity.
    pub rule_id: RoutingRuleId,
    /// Whom it is about.
    pub criteria: Criteria,
    /// The unit that is told.
    pub unit: HsaId,
    /// The first day.
    pub valid_from: Date,
    /// The last day; open if none. One before the first: it held for no whole day.
    pub valid_to: Option<Date>,
    /// How often it has been changed.
    pub version: i64,
}

impl RoutingRule {
    /// Whether it holds on that day.
    pub fn is_valid(&self, on: Date) -> bool {
        super::holds(self.valid_from, self.valid_to, on)
    }
}
