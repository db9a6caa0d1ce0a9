//! What is told afterwards: from the papers of the reserve routine, or from the system that was used before.

use hemgang_proto::common::{EntryReason, EventHeader, RetrospectiveEntry};
use jiff::Timestamp;

use crate::{failure::Failure, wire};

/// Why something is told afterwards, and when it was sent or registered there and then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Never unspecified.
    pub reason: EntryReason,
    /// There and then.
    pub stated_at: Timestamp,
}

impl Entry {
    /// The reason; unspecified for what is told as it happens.
    pub fn reason(entry: Option<Self>) -> EntryReason {
        entry.map_or(EntryReason::Unspecified, |entry| entry.reason)
    }

    /// When something was sent or registered: there and then, or now.
    pub fn stated_or(entry: Option<Self>, now: Timestamp) -> Timestamp {
        entry.map_or(now, |entry| entry.stated_at)
    }

    /// How the event of a header was told; none when it was told as it happened.
    ///
    /// # Errors
    /// INTERNAL when it is not one of ours: the feed stops rather than count by a wrong time.
    pub fn of(header: &EventHeader) -> Result<Option<Self>, Failure> {
        let Some(said) = &header.retrospective_entry else { return Ok(None) };
        let entry = Self::read(said);
        entry.map(Some).ok_or_else(|| Failure::Internal("an entry without its reason or time".into()))
    }

    /// From the contract; none when it says no reason or no time.
    pub fn read(said: &RetrospectiveEntry) -> Option<Self> {
        let reason = EntryReason::try_from(said.reason).ok();
        let reason = reason.filter(|reason| *reason != EntryReason::Unspecified)?;
        Some(Self { reason, stated_at: wire::instant(said.stated_at.as_ref()?)? })
    }
}
