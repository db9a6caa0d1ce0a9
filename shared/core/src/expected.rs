//! Expected discharge (beräknad utskrivning): an instant, a local day, or said to be unknown.

use std::{fmt, str::FromStr};

use jiff::{Timestamp, civil::Date};

/// What was said of when the patient will leave. "Unknown yet" is an answer, and better than a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectedDischarge {
    /// A day and time.
    At(Timestamp),
    /// A local day.
    On(Date),
    /// "Ännu okänt".
    UnknownYet,
}

impl fmt::Display for ExpectedDischarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(at) => at.fmt(f),
            Self::On(on) => on.fmt(f),
            Self::UnknownYet => f.write_str("unknown"),
        }
    }
}

/// A text that is none of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no expected discharge")]
pub struct ExpectedFault;

impl FromStr for ExpectedDischarge {
    type Err = ExpectedFault;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "unknown" {
            return Ok(Self::UnknownYet);
        }
        let at = text.parse().map(Self::At);
        at.or_else(|_| text.parse().map(Self::On)).map_err(|_| ExpectedFault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_comes_back_from_its_text() {
        for text in ["unknown", "2026-09-18", "2026-09-18T11:00:00Z"] {
            let expected: ExpectedDischarge = text.parse().expect("an expected discharge");
            assert_eq!(expected.to_string(), text);
        }
        assert_eq!("soon".parse::<ExpectedDischarge>(), Err(ExpectedFault));
    }
}
