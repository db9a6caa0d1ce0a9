//! When a patient was expected to leave, as it was said time after time.

use std::{fmt, str::FromStr};

use hemgang_core::{
    day::local_day,
    expected::{ExpectedDischarge, ExpectedFault},
};
use jiff::{Timestamp, civil::Date};

/// What was said of when the patient will leave, and from when on it stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expectation {
    pub since: Timestamp,
    pub expected: ExpectedDischarge,
}

hemgang_db::text_column!(Expectation);

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.since, self.expected)
    }
}

impl FromStr for Expectation {
    type Err = ExpectedFault;

    fn from_str(text: &str) -> Result<Self, ExpectedFault> {
        let (since, expected) = text.split_once('=').ok_or(ExpectedFault)?;
        Ok(Self { since: since.parse().map_err(|_| ExpectedFault)?, expected: expected.parse()? })
    }
}

/// The local day of an expected discharge; none when it is said to be unknown.
pub fn expected_day(expected: ExpectedDischarge) -> Option<Date> {
    match expected {
        ExpectedDischarge::At(at) => Some(local_day(at)),
        ExpectedDischarge::On(on) => Some(on),
        ExpectedDischarge::UnknownYet => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expectation_comes_back_from_its_text() {
        for text in ["2026-09-14T06:00:00.000001Z=2026-09-18", "2026-09-14T06:00:00Z=unknown"] {
            let expectation: Expectation = text.parse().expect("an expectation");
            assert_eq!(expectation.to_string(), text);
        }
        assert_eq!("2026-09-18".parse::<Expectation>(), Err(ExpectedFault));
    }
}
