//! Routing rules: one for the same question on a day.

use hemgang_core::directory::RoutingRule;
use jiff::civil::Date;

use super::{before, end, ended};
use crate::error::Error;

/// The rules that become others where one is set, the new one last. Those of the same criteria end the day before it, and
/// it ends the day before the next of them.
pub fn set(rule: RoutingRule, known: &[RoutingRule]) -> Vec<RoutingRule> {
    let holds = |other: &&RoutingRule| {
        other.criteria == rule.criteria
            && other.valid_from <= end(other.valid_to)
            && rule.valid_from <= end(other.valid_to)
    };
    let (planned, stand): (Vec<_>, Vec<_>) =
        known.iter().filter(holds).partition(|other| rule.valid_from < other.valid_from);
    let next = planned.iter().map(|other| other.valid_from).min().and_then(before);
    let valid_to = match (rule.valid_to, next) {
        (Some(said), Some(next)) => Some(said.min(next)),
        (said, next) => said.or(next),
    };
    let end = |other: &RoutingRule| RoutingRule {
        valid_to: before(rule.valid_from),
        version: other.version + 1,
        ..other.clone()
    };
    let mut rules: Vec<_> = stand.into_iter().map(end).collect();
    rules.push(RoutingRule { valid_to, ..rule });
    rules
}

/// The rule as it ends, from a day on.
pub fn end_of(rule: RoutingRule, on: Date) -> Result<RoutingRule, Error> {
    match ended((rule.valid_from, rule.valid_to), on) {
        Some(last) => Ok(RoutingRule { valid_to: Some(last), version: rule.version + 1, ..rule }),
        None => Err(Error::RoutingRuleEnded { rule_id: rule.rule_id }),
    }
}

#[cfg(test)]
mod tests {
    use hemgang_core::directory::{AgeGroup, Criteria, Law};
    use jiff::civil::date;

    use super::*;

    fn rule(number: u32, valid_from: Date, valid_to: Option<Date>) -> RoutingRule {
        RoutingRule {
            rule_id: format!("0199db7c-6d00-7000-8000-{number:012}").parse().expect("an id"),
            criteria: Criteria {
                municipality: "1480".parse().expect("a code"),
                law: Law::SoL,
                age_group: None,
                postal_code: None,
                listed_unit: None,
            },
            unit: format!("SE2-E{number}").parse().expect("an id"),
            valid_from,
            valid_to,
            version: 1,
        }
    }

    /// Of each rule that becomes another: its unit, first and last day.
    fn told(rules: &[RoutingRule]) -> Vec<String> {
        let last = |rule: &RoutingRule| rule.valid_to.map(|last| last.to_string()).unwrap_or_default();
        rules.iter().map(|rule| format!("{} {}..{}", rule.unit, rule.valid_from, last(rule))).collect()
    }

    #[test]
    fn a_rule_takes_the_place_of_the_one_that_holds_until_what_is_planned() {
        let (may, june, july) = (date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1));
        let known = [rule(1, may, Some(date(2026, 6, 30))), rule(2, july, None)];
        assert_eq!(
            told(&set(rule(3, june, None), &known)),
            ["SE2-E1 2026-05-01..2026-05-31", "SE2-E3 2026-06-01..2026-06-30"]
        );
        assert_eq!(
            told(&set(rule(3, june, Some(date(2026, 6, 9))), &known)),
            ["SE2-E1 2026-05-01..2026-05-31", "SE2-E3 2026-06-01..2026-06-09"]
        );
        assert_eq!(
            told(&set(rule(3, july, None), &known)),
            ["SE2-E2 2026-07-01..2026-06-30", "SE2-E3 2026-07-01.."]
        );
        let mut old = rule(3, june, None);
        old.criteria.age_group = Some(AgeGroup::From80);
        assert_eq!(told(&set(old, &known)), ["SE2-E3 2026-06-01.."], "it asks something else");
    }

    #[test]
    fn a_rule_ends_once() {
        let (may, june) = (date(2026, 5, 1), date(2026, 6, 1));
        let over = end_of(rule(1, may, None), june).expect("it held");
        assert_eq!((over.valid_to, over.version), (Some(date(2026, 5, 31)), 2));
        assert!(end_of(over, june).is_err());
    }
}
