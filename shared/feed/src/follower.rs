//! Following another service's feed: at least once on the wire, exactly once in effect.
//!
//! Each event's change carries the cursor's swap, so whoever applies it second loses and reads again.

use std::{
    sync::{
        Arc, Mutex as StdMutex, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::FutureExt as _;
use hemgang_db::{Change, CommitError, params};
use hemgang_rpc::{CatchUp, Context, Failure, Peer, wire};
use jiff::Timestamp;
use tokio::{sync::Mutex, time::Instant};
use tokio_stream::StreamExt as _;
use tonic::Status;

use crate::{complaint::Complaint, event::FeedEvent as _, packages::Source};

/// How many events a page asks for.
const PAGE: i32 = 200;

/// How long to wait before trying a feed again that is away or holds an event that cannot be applied.
const AGAIN: Duration = Duration::from_millis(500);

/// How often a page is read again because somebody else was faster, before the feed counts as behind.
const TRIES: u8 = 10;

/// What a service makes of another's events.
#[async_trait::async_trait]
pub trait Follow: Send + Sync + 'static {
    /// The event followed.
    type Event: Source;

    /// Tables that hold nothing of our own and can be rebuilt at will.
    async fn project(&self, cx: &Context, event: &Self::Event) -> Result<Change, Failure>;

    /// Our own rows, events and deadlines. A rebuild does not run this.
    async fn react(&self, _cx: &Context, _event: &Self::Event) -> Result<Change, Failure> {
        Ok(Change::new())
    }
}

/// How far a feed has been followed.
#[derive(Clone, Debug)]
struct FeedCursor {
    feed: String,
    version: i64,
    position: String,
}

hemgang_db::record!(FeedCursor, "feed_cursor", versioned, key(feed), columns(version, position));

/// A follower of one feed.
pub struct Follower<F> {
    cx: Context,
    follow: F,
    peer: Peer,
    /// One catches up at a time; the others find their ticket done.
    running: Mutex<()>,
    tickets: AtomicU64,
    done: AtomicU64,
    state: RwLock<(String, Option<Timestamp>)>,
    complaint: StdMutex<Complaint>,
}

impl<F: Follow> Follower<F> {
    /// A follower that starts where this service's cursor stands.
    pub fn new(cx: Context, follow: F, peer: Peer) -> Arc<Self> {
        Arc::new(Self {
            cx,
            follow,
            peer,
            running: Mutex::new(()),
            tickets: AtomicU64::new(1),
            done: AtomicU64::new(0),
            state: RwLock::default(),
            complaint: StdMutex::default(),
        })
    }

    /// Follows until the process ends. The stream only rings; what it rings for is read by pages.
    pub async fn run(self: Arc<Self>) {
        loop {
            let behind = self.catch_up().await.is_err();
            if !behind && let Ok(mut bell) = F::Event::bell(self.peer.clone(), &self.position()).await {
                while bell.next().await.is_some() {
                    // What rang meanwhile is read by the same pages.
                    while let Some(Some(())) = bell.next().now_or_never() {}
                    if self.catch_up().await.is_err() {
                        break;
                    }
                }
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn cursor(&self) -> Result<Option<FeedCursor>, Failure> {
        let sql = "select * from feed_cursor where feed = $1";
        Ok(self.cx.db.optional(sql, params![F::Event::FEED]).await?)
    }

    /// Applies pages until the head.
    async fn read_to_head(&self) -> Result<(), Failure> {
        let mut lost = 0;
        while lost < TRIES {
            let cursor = self.cursor().await?;
            let position = cursor.as_ref().map(|cursor| cursor.position.clone()).unwrap_or_default();
            // Also after a restart: or `seen` would be empty, and the bell would ring for the whole feed.
            self.stand(Some(position.clone()), None);
            let page = F::Event::read(self.peer.clone(), &position, PAGE)
                .await
                .map_err(|status| self.not_readable(&status))?;
            let swapped = self.apply(cursor, &page.events).await?;
            if swapped && page.at_head {
                let as_of = page.bookmark.as_of.as_ref().and_then(wire::instant);
                self.stand(None, as_of);
                return Ok(());
            }
            lost = if swapped { 0 } else { lost + 1 };
        }
        Err(Failure::Contended)
    }

    /// Applies a page's events in order. False when somebody else moved the cursor or a row: read again.
    async fn apply(&self, mut cursor: Option<FeedCursor>, events: &[F::Event]) -> Result<bool, Failure> {
        for event in events {
            let position = event.header().map(|header| header.cursor.clone()).unwrap_or_default();
            let next = FeedCursor {
                feed: F::Event::FEED.to_owned(),
                version: cursor.as_ref().map_or(1, |cursor| cursor.version + 1),
                position,
            };
            // What `react` tells rests on this very event. When it fails, the next read stands back again.
            self.stand(Some(next.position.clone()), None);
            let change = self.follow.project(&self.cx, event).await?;
            let change = change.and(self.follow.react(&self.cx, event).await?);
            match self.cx.db.commit(change.put(&next)).await {
                Ok(_) => {}
                Err(CommitError::Lost(table)) => {
                    tracing::debug!(feed = F::Event::FEED, table, "somebody else was faster");
                    return Ok(false);
                }
                Err(CommitError::Db(error)) => return Err(error.into()),
                Err(CommitError::Full | CommitError::Answered { .. }) => {
                    return Err(Failure::StoreUnavailable);
                }
            }
            cursor = Some(next);
        }
        Ok(true)
    }

    fn stand(&self, position: Option<String>, as_of: Option<Timestamp>) {
        if let Ok(mut state) = self.state.write() {
            if let Some(position) = position {
                state.0 = position;
            }
            state.1 = as_of.or(state.1);
        }
    }

    /// A feed that does not answer is behind; what it says is for our log.
    fn not_readable(&self, status: &Status) -> Failure {
        let feed = F::Event::FEED;
        if self.is_to_be_told("not readable") {
            let (position, code) = (self.position(), status.code());
            tracing::warn!(feed, position, ?code, message = status.message(), "feed not readable");
        }
        Failure::FeedBehind(feed)
    }

    /// An event that cannot be applied stops the feed until it can.
    fn stopped(&self, cause: &Failure) -> Failure {
        let why = match cause {
            Failure::Contended => "an event loses again and again; the feed waits",
            _ => "an event cannot be applied; the feed stops",
        };
        if self.is_to_be_told(why) {
            let position = self.position();
            tracing::error!(feed = F::Event::FEED, position, error = ?cause, "{why}");
        }
        Failure::FeedBehind(F::Event::FEED)
    }

    fn is_to_be_told(&self, why: &'static str) -> bool {
        self.complaint().stands(why, &self.position(), Instant::now())
    }

    fn complaint(&self) -> std::sync::MutexGuard<'_, Complaint> {
        self.complaint.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl<F: Follow> CatchUp for Follower<F> {
    fn feed(&self) -> &'static str {
        F::Event::FEED
    }

    async fn catch_up(&self) -> Result<(), Failure> {
        let ticket = self.tickets.fetch_add(1, Ordering::SeqCst);
        let _running = self.running.lock().await;
        if self.done.load(Ordering::SeqCst) >= ticket {
            return Ok(());
        }
        // Whoever drew a ticket before this line is served by the read that follows it.
        let served = self.tickets.load(Ordering::SeqCst) - 1;
        self.read_to_head().await.map_err(|failure| match failure {
            Failure::FeedBehind(_) | Failure::StoreUnavailable => failure,
            cause => self.stopped(&cause),
        })?;
        if self.complaint().goes_on() {
            tracing::info!(feed = F::Event::FEED, position = self.position(), "the feed goes on");
        }
        self.done.store(served, Ordering::SeqCst);
        Ok(())
    }

    fn position(&self) -> String {
        self.state.read().map(|state| state.0.clone()).unwrap_or_default()
    }

    fn as_of(&self) -> Option<Timestamp> {
        self.state.read().ok().and_then(|state| state.1)
    }
}
