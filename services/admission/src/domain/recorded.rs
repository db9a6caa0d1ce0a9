//! When a sender recorded what it tells, to the last doubt: of two statements the later recorded one holds, whichever
//! was told first.

use std::{fmt, str::FromStr};

use jiff::Timestamp;

/// When a statement was recorded; of two the greater is the later.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recorded {
    pub at: Timestamp,
    /// Of one log, among what was recorded at one instant; empty where the order of telling says it. Many systems
    /// record to the minute.
    pub order: String,
}

/// How a statement stands in its sender's log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogEntry {
    /// [`Recorded::order`].
    pub order: String,
    /// The sender's number of the movement.
    pub movement_id: Option<String>,
}

impl From<Timestamp> for Recorded {
    fn from(at: Timestamp) -> Self {
        Self { at, order: String::new() }
    }
}

hemgang_db::text_column!(Recorded);

impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.at.as_microsecond(), self.order)
    }
}

/// A stored instant that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not when something was recorded")]
pub struct NotRecorded;

impl FromStr for Recorded {
    type Err = NotRecorded;

    fn from_str(text: &str) -> Result<Self, NotRecorded> {
        let (micros, order) = text.split_once(' ').ok_or(NotRecorded)?;
        let at = Timestamp::from_microsecond(micros.parse().map_err(|_| NotRecorded)?);
        Ok(Self { at: at.map_err(|_| NotRecorded)?, order: order.to_owned() })
    }
}
