//! An event of another feed as we heard it, and how positions of a feed compare.

use hemgang_core::id::AdmissionId;
use hemgang_proto::common::EventHeader;
use hemgang_rpc::{Entry, Failure, wire};
use jiff::Timestamp;

use super::dossier::Sent;

/// What the header of a followed event says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    pub admission_id: AdmissionId,
    /// Name of the feed and the event's cursor: what a notice carries, so that it is delivered once.
    pub source: String,
    /// The event's own position.
    pub cursor: String,
    /// How far the teller had read admission; empty when it did not say.
    pub seen_admission: String,
    /// When the teller was told. Notices are sent then, whenever the thing itself happened.
    pub recorded_at: Timestamp,
    /// When the thing itself happened.
    pub occurred_at: Timestamp,
    /// Set for what was told afterwards: its notices were sent at its stated time.
    pub entry: Option<Entry>,
    /// Now.
    pub now: Timestamp,
}

impl Heard {
    /// Reads a header of a feed.
    ///
    /// # Errors
    /// INTERNAL when it is not one of ours: the feed stops rather than lose an event.
    pub fn read(feed: &str, header: Option<&EventHeader>, now: Timestamp) -> Result<Self, Failure> {
        let header = header.ok_or_else(|| broken("an event without a header"))?;
        let recorded_at = header.recorded_at.as_ref().and_then(wire::instant);
        let recorded_at = recorded_at.ok_or_else(|| broken("an event without a time"))?;
        Ok(Self {
            admission_id: header.admission_id.parse().map_err(|_| broken("an event without an admission"))?,
            source: format!("{feed}:{}", header.cursor),
            cursor: header.cursor.clone(),
            seen_admission: header.seen.get("admission").cloned().unwrap_or_default(),
            entry: Entry::of(header)?,
            recorded_at,
            occurred_at: header.occurred_at.as_ref().and_then(wire::instant).unwrap_or(recorded_at),
            now,
        })
    }
}

impl Heard {
    /// When the notices that it gives were sent.
    pub fn sent_at(&self) -> Timestamp {
        Entry::stated_or(self.entry, self.recorded_at)
    }

    /// The sending of the notices that it gives.
    pub fn sent(&self) -> Sent<'_> {
        Sent { source: &self.source, at: self.sent_at(), entry_reason: Entry::reason(self.entry), by: None }
    }

    /// An event of the same admission that was heard before, by what a notice keeps of it.
    #[must_use]
    pub fn earlier(&self, source: &str, recorded_at: Timestamp) -> Self {
        let cursor = source.split_once(':').map_or("", |(_, cursor)| cursor).to_owned();
        Self { source: source.to_owned(), cursor, recorded_at, ..self.clone() }
    }
}

/// An event that is not what its contract says.
pub fn broken(what: &'static str) -> Failure {
    Failure::Internal(what.into())
}

/// Whether a reader who stood at `position` had read the event at `cursor`. Unknown positions had not.
pub fn covers(position: &str, cursor: &str) -> bool {
    let parse = |text: &str| {
        let (epoch, number) = text.split_once('.')?;
        Some((epoch.to_owned(), number.parse::<i64>().ok()?))
    };
    match (parse(position), parse(cursor)) {
        (Some((epoch, stood)), Some((of, at))) => epoch == of && stood >= at,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_covers_what_lies_at_or_before_it_in_its_epoch() {
        assert!(covers("aa.10", "aa.9") && covers("aa.10", "aa.10"));
        assert!(!covers("aa.9", "aa.10") && !covers("ab.10", "aa.9") && !covers("", "aa.1"));
    }
}
