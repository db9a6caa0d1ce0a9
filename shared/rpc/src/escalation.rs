//! Who is reminded when nobody at a unit takes note in time: functions one after the other, as the region and its
//! municipalities agree. No agreement that we know names them, so it is policy, in rows with a date.

use hemgang_core::{day::local_day, directory::UnitFunction};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::receipts::{Addressee, Span};

/// A chain, as it is configured.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct EscalationChain {
    /// The local day from which it holds, as `2027-01-01`, until a later chain for the same.
    pub valid_from: Date,
    /// Whose notices it is about, as `municipality`; everybody's that has no chain of its own where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<Addressee>,
    /// Who is reminded, one after the other; none ends what was agreed before.
    pub steps: Vec<EscalationStep>,
}

/// A step of it.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct EscalationStep {
    /// The function at the unit, as `duty`.
    pub function: String,
    /// How long after the step before, the first after the time of the receipt: minutes in which the unit is manned, or
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office_minutes: Option<i64>,
    /// minutes that pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
}

/// A step as it is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Who is reminded.
    pub function: UnitFunction,
    /// How long after the step before.
    pub after: Span,
}

/// The policy. Nobody is reminded where no chain says so.
#[derive(Clone, Debug, Default)]
pub struct Escalations(Vec<(EscalationChain, Vec<Step>)>);

impl Escalations {
    /// From its chains.
    ///
    /// # Errors
    /// What is wrong with one of them.
    pub fn new(chains: Vec<EscalationChain>) -> Result<Self, String> {
        let read = |chain: EscalationChain| {
            let steps = chain.steps.iter().map(step).collect::<Result<_, _>>()?;
            Ok((chain, steps))
        };
        chains.into_iter().map(read).collect::<Result<_, String>>().map(Self)
    }

    /// The steps for a notice that was delivered at an instant: of those of the addressee, or else of everybody, the latest.
    pub fn steps(&self, addressee: Addressee, delivered_at: Timestamp) -> &[Step] {
        let on = local_day(delivered_at);
        let holds = |(chain, _): &&(EscalationChain, Vec<Step>)| {
            chain.valid_from <= on && chain.party.is_none_or(|party| party == addressee)
        };
        let best = self.0.iter().filter(holds);
        let best = best.max_by_key(|(chain, _)| (chain.party.is_some(), chain.valid_from));
        best.map(|(_, steps)| steps.as_slice()).unwrap_or_default()
    }
}

fn step(row: &EscalationStep) -> Result<Step, String> {
    let function: UnitFunction =
        row.function.parse().map_err(|fault| format!("{}: {fault}", row.function))?;
    match Span::of(row.office_minutes, row.minutes) {
        Some(after) if after.minutes() >= 0 => Ok(Step { function, after }),
        _ => Err("a step has either office_minutes or minutes, 0 or more".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(valid_from: &str, party: Option<Addressee>, functions: &[&str]) -> EscalationChain {
        let step = |function: &&str| EscalationStep {
            function: (*function).to_owned(),
            office_minutes: Some(30),
            minutes: None,
        };
        let valid_from = valid_from.parse().expect("a day");
        EscalationChain { valid_from, party, steps: functions.iter().map(step).collect() }
    }

    #[test]
    fn the_chain_of_the_addressee_goes_before_everybodys_and_the_later_before_the_earlier() {
        let policy = Escalations::new(vec![
            chain("2026-01-01", None, &["chief"]),
            chain("2026-01-01", Some(Addressee::Municipality), &["duty", "manager", "mas"]),
            chain("2027-01-01", Some(Addressee::Municipality), &[]),
        ]);
        let policy = policy.expect("a policy");
        let functions = |party, at: &str| -> Vec<_> {
            let steps = policy.steps(party, at.parse().expect("an instant"));
            steps.iter().map(|step| step.function.as_str()).collect()
        };
        assert_eq!(functions(Addressee::Municipality, "2026-06-01T10:00:00Z"), ["duty", "manager", "mas"]);
        assert!(functions(Addressee::Municipality, "2027-06-01T10:00:00Z").is_empty());
        assert_eq!(functions(Addressee::Outpatient, "2027-06-01T10:00:00Z"), ["chief"]);
        assert!(functions(Addressee::Ward, "2025-06-01T10:00:00Z").is_empty());
    }

    #[test]
    fn what_is_wrong_with_a_step_is_told() {
        let refused = Escalations::new(vec![chain("2026-01-01", None, &["boss"])]).expect_err("a refusal");
        assert!(refused.starts_with("boss: ") && refused.contains("duty"), "{refused}");
        let mut both = chain("2026-01-01", None, &["duty"]);
        both.steps[0].minutes = Some(1);
        assert!(Escalations::new(vec![both]).is_err());
    }
}
