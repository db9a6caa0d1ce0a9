//! Serving a feed: pages of what the caller may see, and streams that go on.

use std::time::Duration;

use hemgang_db::{CursorFault, Db, params};
use hemgang_proto::common::Bookmark;
use hemgang_rpc::{Audience, Call, Context, Failure, Sight, Violation, wire};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;
use tonic::Status;

use crate::{
    event::{FeedEvent, StoredEvent},
    packages::Page,
};

/// The longest that a call takes from its reading of the clock to its commit. What was recorded earlier than this
/// is in the feed, or failed.
const SETTLED: SignedDuration = SignedDuration::from_secs(30);

/// How often a stream says that nothing came, and looks for commits of other processes.
const BOOKMARK: Duration = Duration::from_secs(1);

/// Rows read at a time, and how often for one page: most rows may not be for this reader.
const SCAN: i64 = 500;
const SCANS: u32 = 20;

/// One reader of the feed.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    cx: Context,
    sight: Sight,
    plain: bool,
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

    /// At most `size` events after `seq`, and where the page ends.
    pub(crate) async fn page<E: FeedEvent>(
        &self,
        mut seq: i64,
        size: usize,
    ) -> Result<(Page<E>, i64), Failure> {
        let as_of = self.cx.clock.now() - SETTLED;
        let (mut events, mut at_head) = (Vec::new(), false);
        for _ in 0..SCANS {
            let rows = after(&self.cx.db, seq).await?;
            at_head = rows.len() < usize::try_from(SCAN).unwrap_or(usize::MAX);
            for row in rows {
                if events.len() == size {
                    at_head = false;
                    break;
                }
                seq = row.seq;
                if self.sight.admits(&Audience::from_words(&row.audience)) {
                    events.push(row.read(self.cursor(seq), self.plain)?);
                }
            }
            if at_head || events.len() == size {
                break;
            }
        }
        Ok((Page { events, bookmark: self.bookmark(seq, as_of), at_head }, seq))
    }

    /// Sends pages as they come until the receiver goes or its token has run out.
    ///
    /// Bookmarks come at the tick, never because somebody else's event was committed: that would tell volumes.
    pub(crate) async fn follow<E: FeedEvent, T>(
        self,
        mut seq: i64,
        sink: mpsc::Sender<Result<T, Status>>,
        event: fn(E) -> T,
        bookmark: fn(Bookmark) -> T,
    ) {
        let mut head = self.cx.db.head();
        let mut tick = tokio::time::interval(BOOKMARK);
        tick.reset();
        let mut ticked = true;
        while !sink.is_closed() {
            head.mark_unchanged();
            let page = match self.next(seq).await {
                Ok((page, reached)) => {
                    seq = reached;
                    page
                }
                Err(failure) => {
                    let _ = sink.send(Err(failure.status())).await;
                    return;
                }
            };
            let marked = (page.at_head && (ticked || self.plain)).then(|| bookmark(page.bookmark));
            for item in page.events.into_iter().map(event).chain(marked) {
                if sink.send(Ok(item)).await.is_err() {
                    return;
                }
            }
            ticked = false;
            if page.at_head {
                // Woken by a commit of this process, or by the tick, which also finds commits of others.
                tokio::select! {
                    _ = tick.tick() => ticked = true,
                    _ = head.changed() => {}
                }
            }
        }
    }

    /// The next page of a stream, as long as its token counts.
    async fn next<E: FeedEvent>(&self, seq: i64) -> Result<(Page<E>, i64), Failure> {
        if self.cx.clock.now() > self.expires_at {
            return Err(Failure::TokenInvalid);
        }
        self.page(seq, 100).await
    }

    fn cursor(&self, seq: i64) -> String {
        let cursors = self.cx.db.cursors();
        if self.plain { cursors.plain(seq) } else { cursors.sealed(seq) }
    }

    fn bookmark(&self, seq: i64, as_of: Timestamp) -> Bookmark {
        Bookmark { cursor: self.cursor(seq), as_of: Some(wire::timestamp(as_of)) }
    }
}

async fn after(db: &Db, seq: i64) -> Result<Vec<StoredEvent>, Failure> {
    Ok(db.list("select * from feed_event where seq > $1 order by seq limit $2", params![seq, SCAN]).await?)
}
