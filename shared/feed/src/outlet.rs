//! Serving a feed: one reader, and pages of what it may see.

use hemgang_db::{CursorFault, Db, params};
use hemgang_proto::common::Bookmark;
use hemgang_rpc::{Call, Context, Failure, Sight, Violation, wire};
use jiff::{SignedDuration, Timestamp};

use crate::{
    event::{FeedEvent, StoredEvent},
    packages::Page,
    tail::Tail,
};

/// The longest that a call takes from its reading of the clock to its commit. What was recorded earlier than this
/// is in the feed, or failed.
pub(crate) const SETTLED: SignedDuration = SignedDuration::from_secs(30);

/// Rows read at a time, and how often for one page: most rows may not be for this reader.
pub(crate) const SCAN: usize = 500;
const SCANS: u32 = 20;

/// How far a feed has been read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reached {
    pub seq: i64,
    /// Everything recorded before this instant is at or before `seq`.
    pub as_of: Timestamp,
}

/// One reader of the feed.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    cx: Context,
    pub(crate) sight: Sight,
    /// Our own services compare positions, and learn what an event rested on.
    pub(crate) plain: bool,
    expires_at: Timestamp,
}

impl Reader {
    pub(crate) fn new(cx: &Context, call: &Call) -> Self {
        let (plain, expires_at) = (call.caller.is_service(), call.caller.expires_at);
        Self { cx: cx.clone(), sight: call.sight.clone(), plain, expires_at }
    }

    /// The position that a cursor stands for.
    pub(crate) fn position(&self, cursor: &str) -> Result<i64, Failure> {
        self.cx.db.cursors().read(cursor, self.plain).map_err(|fault| match fault {
            CursorFault::Restored { common } => Failure::FeedRestored { resume: self.cursor(common) },
            CursorFault::Foreign => {
                let (field, description) = ("cursor".to_owned(), fault.to_string());
                Failure::Invalid(vec![Violation { field, description }])
            }
        })
    }

    /// At most `size` events after `seq`, and where the page ends. What its tail holds is not read once more.
    pub(crate) async fn page<E: FeedEvent>(
        &self,
        tail: &Tail<E>,
        mut seq: i64,
        size: usize,
    ) -> Result<(Page<E>, Reached), Failure> {
        let as_of = self.cx.clock.now() - SETTLED;
        let (mut events, mut at_head) = (Vec::new(), false);
        if let Some((kept, last)) = tail.kept_after(&self.sight, seq, size) {
            seq = last;
            events.extend(kept.iter().map(|told| told.shown(self.cursor(told.seq), self.plain)));
        }
        for _ in 0..SCANS {
            if events.len() == size {
                break;
            }
            // Whoever sees everything needs no more rows than events.
            let scan = if self.sight.is_all() { size - events.len() } else { SCAN };
            let rows = after(&self.cx.db, seq, scan).await?;
            at_head = rows.len() < scan;
            for row in rows {
                if events.len() == size {
                    at_head = false;
                    break;
                }
                seq = row.seq;
                if self.sight.admits(&row.audience()) {
                    events.push(row.read::<E>()?.shown(self.cursor(seq), self.plain));
                }
            }
            if at_head {
                break;
            }
        }
        let reached = Reached { seq, as_of };
        Ok((Page { events, bookmark: self.bookmark(reached), at_head }, reached))
    }

    /// Whether a stream may go on: while its token counts and the process runs.
    pub(crate) fn expect_valid(&self) -> Result<(), Failure> {
        if self.cx.clock.now() > self.expires_at {
            return Err(Failure::TokenInvalid);
        }
        if self.cx.is_stopping() { Err(Failure::Stopping) } else { Ok(()) }
    }

    /// A position in the form that this reader gets.
    pub(crate) fn cursor(&self, seq: i64) -> String {
        let cursors = self.cx.db.cursors();
        if self.plain { cursors.plain(seq) } else { cursors.sealed(seq) }
    }

    /// How far the feed has been read, for this reader.
    pub(crate) fn bookmark(&self, Reached { seq, as_of }: Reached) -> Bookmark {
        Bookmark { cursor: self.cursor(seq), as_of: Some(wire::timestamp(as_of)) }
    }
}

/// The next rows after a position, so many at most.
pub(crate) async fn after(db: &Db, seq: i64, at_most: usize) -> Result<Vec<StoredEvent>, Failure> {
    let limit = i64::try_from(at_most).unwrap_or(i64::MAX);
    Ok(db.list("select * from feed_event where seq > $1 order by seq limit $2", params![seq, limit]).await?)
}
