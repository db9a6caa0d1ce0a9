//! A follower of another service's feed, as its own service sees it.

use hemgang_db::Table;
use jiff::Timestamp;

use crate::{context::Context, failure::Failure};

/// What a follower waits for before it can go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Another feed that its service follows.
    pub feed: &'static str,
    /// How far the teller of an event had read it.
    pub position: String,
}

/// Which events of a feed have been applied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// All up to here, by plain cursor,
    pub position: String,
    /// and these beyond it,
    pub ahead: Vec<String>,
    /// but not these.
    pub parked: Vec<String>,
}

/// A follower as its service sees it.
#[async_trait::async_trait]
pub trait CatchUp: Send + Sync {
    /// The service that is followed.
    fn feed(&self) -> &'static str;

    /// Returns when everything is applied or parked that stood in the feed when this was called. Coalesced.
    ///
    /// # Errors
    /// `FEED_BEHIND` when the feed is away, or stopped.
    async fn catch_up(&self) -> Result<(), Failure>;

    /// Reads on as far as this feed alone leads: to its head, or to an event that rests on another feed that this
    /// service has yet to read.
    ///
    /// # Errors
    /// As [`CatchUp::catch_up`].
    async fn advance(&self) -> Result<Option<Seen>, Failure>;

    /// Where the follower stands.
    fn position(&self) -> String;

    /// Everything recorded before this instant has been applied or parked; none before the feed's head was first
    /// reached.
    fn as_of(&self) -> Option<Timestamp>;

    /// Whether nobody waits for what it keeps but who brings it on by asking.
    fn is_lazy(&self) -> bool {
        false
    }

    /// Whether an event of this subject is parked that was told up to a position; of any subject, or anywhere, where
    /// none is named.
    fn has_parked(&self, subject: Option<&str>, up_to: Option<&str>) -> bool;

    /// The tables that its projection writes.
    fn projections(&self) -> &'static [Table];

    /// Projects once more what has been applied, onto the fresh tables of a context, and says how many events it read.
    ///
    /// # Errors
    /// When the feed is away, or an event cannot be projected.
    async fn project_anew(&self, onto: &Context, applied: &Applied) -> Result<u64, Failure>;
}

/// Stands for a follower that ended with its process: whoever still asks is told that the feed is behind.
pub(crate) struct Gone {
    pub feed: &'static str,
    pub position: String,
}

#[async_trait::async_trait]
impl CatchUp for Gone {
    fn feed(&self) -> &'static str {
        self.feed
    }

    async fn catch_up(&self) -> Result<(), Failure> {
        Err(Failure::FeedBehind(self.feed))
    }

    async fn advance(&self) -> Result<Option<Seen>, Failure> {
        Err(Failure::FeedBehind(self.feed))
    }

    fn position(&self) -> String {
        self.position.clone()
    }

    fn as_of(&self) -> Option<Timestamp> {
        None
    }

    fn has_parked(&self, _subject: Option<&str>, _up_to: Option<&str>) -> bool {
        false
    }

    fn projections(&self) -> &'static [Table] {
        &[]
    }

    async fn project_anew(&self, _onto: &Context, _applied: &Applied) -> Result<u64, Failure> {
        Err(Failure::FeedBehind(self.feed))
    }
}
