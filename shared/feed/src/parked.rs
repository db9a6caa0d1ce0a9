//! Events that could not be applied, and those of their subject that queue behind them: when they are tried again.

use std::{collections::HashMap, time::Duration};

use hemgang_db::{Db, params};
use hemgang_rpc::Failure;
use jiff::Timestamp;
use tokio::time::Instant;

use crate::{
    cursor::{number, position, subject},
    event::FeedEvent,
};

pub use hemgang_db::BEHIND;

/// An event that the cursor has passed without its being applied. What it says stays in its feed.
#[expect(clippy::struct_field_names, reason = "fields are columns of the same name")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parked {
    pub feed: String,
    pub position: String,
    pub subject: String,
    pub kind: String,
    pub reason: String,
    pub parked_at: Timestamp,
}

hemgang_db::record!(Parked, "feed_parked", key(feed, position), columns(subject, kind, reason, parked_at));

impl Parked {
    /// An event to be parked.
    pub fn new<E: FeedEvent>(feed: &str, event: &E, reason: &str, now: Timestamp) -> Self {
        Self {
            feed: feed.to_owned(),
            position: position(event).to_owned(),
            subject: subject(event).to_owned(),
            kind: event.header().map_or_else(String::new, |header| header.kind.clone()),
            reason: reason.to_owned(),
            parked_at: now,
        }
    }
}

/// What is parked of one feed, by subject, in the order of the feed.
#[derive(Clone, Debug, Default)]
pub struct Parking(HashMap<String, Vec<Parked>>);

impl Parking {
    /// Reads it.
    pub async fn read(db: &Db, feed: &str) -> Result<Self, Failure> {
        let mut rows: Vec<Parked> =
            db.list("select * from feed_parked where feed = $1", params![feed]).await?;
        rows.sort_by_key(|parked| number(&parked.position));
        let mut parking = Self::default();
        for parked in rows {
            parking.add(parked);
        }
        Ok(parking)
    }

    pub fn add(&mut self, parked: Parked) {
        self.0.entry(parked.subject.clone()).or_default().push(parked);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an event of the subject, or of any, is parked that was told up to a position, or anywhere.
    pub fn has(&self, subject: Option<&str>, up_to: Option<&str>) -> bool {
        let told = |parked: &Parked| up_to.is_none_or(|up_to| number(&parked.position) <= number(up_to));
        match subject {
            Some(subject) => self.0.get(subject).is_some_and(|queue| queue.iter().any(told)),
            None => self.0.values().flatten().any(told),
        }
    }

    /// The queues, each of one subject.
    pub fn queues(&self) -> impl Iterator<Item = &[Parked]> {
        self.0.values().map(Vec::as_slice)
    }
}

/// The first pause between two tries, and the longest.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_mins(1);

/// When what is parked is tried again: at the start, then at growing intervals.
#[derive(Debug, Default)]
pub enum Pace {
    /// As soon as anything is parked.
    #[default]
    AtOnce,
    /// At an instant, after a pause.
    At(Instant, Duration),
}

impl Pace {
    /// Whether to try now.
    pub fn is_due(&self, now: Instant) -> bool {
        match self {
            Self::AtOnce => true,
            Self::At(again_at, _) => now >= *again_at,
        }
    }

    /// After a try that something withstood.
    pub fn withstood(&mut self, now: Instant) {
        let pause = match self {
            Self::AtOnce => FIRST,
            Self::At(_, pause) => (*pause * 2).min(LONGEST),
        };
        *self = Self::At(now + pause, pause);
    }

    /// After something new was parked: it need not wait for as long as what is old.
    pub fn begin(&mut self, now: Instant) {
        *self = Self::At(now + FIRST, FIRST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_parked_is_tried_at_the_start_then_ever_more_seldom() {
        let (mut pace, begin) = (Pace::default(), Instant::now());
        let mut tried = Vec::new();
        for second in 0..200 {
            let now = begin + Duration::from_secs(second);
            if pace.is_due(now) {
                tried.push(second);
                pace.withstood(now);
            }
        }
        assert_eq!(tried, [0, 1, 3, 7, 15, 31, 63, 123, 183]);
        pace.begin(begin);
        assert!(!pace.is_due(begin) && pace.is_due(begin + FIRST));
    }

    #[test]
    fn a_subject_has_what_was_parked_of_it_up_to_a_position() {
        let parked = |position: &str, subject: &str| Parked {
            feed: "admission".to_owned(),
            position: position.to_owned(),
            subject: subject.to_owned(),
            kind: String::new(),
            reason: BEHIND.to_owned(),
            parked_at: Timestamp::UNIX_EPOCH,
        };
        let mut parking = Parking::default();
        assert!(!parking.has(None, None));
        parking.add(parked("aa.9", "a"));
        assert!(parking.has(None, None) && parking.has(Some("a"), None) && !parking.has(Some("b"), None));
        assert!(parking.has(Some("a"), Some("aa.10")) && !parking.has(Some("a"), Some("aa.8")));
    }
}
