//! Following another service's feed: at least once on the wire, exactly once in effect.
//!
//! A change carries the cursor's swap, so whoever applies its events second loses and reads again. Events of different
//! admissions have no order among each other: a page is applied in waves, each with one event of an admission, in one
//! change. What a wave applies ahead of an event that waits for the next is kept in the cursor.

use std::{
    sync::{
        Arc, Mutex as StdMutex, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream};
use hemgang_db::{Change, CommitError, params};
use hemgang_rpc::{CatchUp, Context, Failure, Peer, wire};
use jiff::Timestamp;
use tokio::{sync::Mutex, time::Instant};
use tonic::Status;

use crate::{
    complaint::Complaint,
    cursor::{FeedCursor, concerns_same, position, wave},
    packages::Source,
};

/// How many events a page asks for.
const PAGE: i32 = 200;

/// How long to wait before trying a feed again that is away or holds an event that cannot be applied.
const AGAIN: Duration = Duration::from_millis(500);

/// How long one replica lets another go on that was faster.
const YIELD: Duration = Duration::from_millis(20);

/// How many events a wave applies at most, and how many of them are read for at once.
const WAVE: usize = 64;
const READS: usize = 8;

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

    async fn cursor(&self) -> Result<FeedCursor, Failure> {
        let sql = "select * from feed_cursor where feed = $1";
        let cursor = self.cx.db.optional(sql, params![F::Event::FEED]).await?;
        Ok(cursor.unwrap_or_else(|| FeedCursor::beginning(F::Event::FEED)))
    }

    /// Applies pages until the head.
    async fn read_to_head(&self) -> Result<(), Failure> {
        let (mut lost, mut at_once, mut stood) = (0, WAVE, 0);
        while lost < TRIES {
            let cursor = self.cursor().await?;
            // Another replica went on from here: nothing is stuck, and its work is left to it for a moment.
            if lost > 0 && cursor.version > stood {
                (lost, at_once) = (0, WAVE);
                tokio::time::sleep(YIELD).await;
                continue;
            }
            stood = cursor.version;
            // Also after a restart: or `seen` would be empty, and the bell would ring for the whole feed.
            self.stand(Some(cursor.position.clone()), None);
            let page = F::Event::read(self.peer.clone(), &cursor.position, PAGE)
                .await
                .map_err(|status| self.not_readable(&status))?;
            match self.apply(cursor, &page.events, at_once).await {
                Ok(true) if page.at_head => {
                    let as_of = page.bookmark.as_of.as_ref().and_then(wire::instant);
                    self.stand(None, as_of);
                    return Ok(());
                }
                Ok(true) => (lost, at_once) = (0, WAVE),
                // One by one, what does not stand in anybody's way is applied.
                Ok(false) => (lost, at_once) = (lost + 1, 1),
                Err(_) if at_once > 1 => at_once = 1,
                Err(failure) => return Err(failure),
            }
        }
        Err(Failure::Contended)
    }

    /// Applies a page's events, those of each admission in order. False when somebody else moved the cursor or a row:
    /// read again. One by one, an event that cannot be applied holds up its admission only, to the end of the page.
    async fn apply(
        &self,
        mut cursor: FeedCursor,
        events: &[F::Event],
        at_once: usize,
    ) -> Result<bool, Failure> {
        let page: Vec<_> = events.iter().map(position).collect();
        let mut waiting: Vec<_> =
            events.iter().filter(|event| !cursor.has_applied(position(*event))).collect();
        let mut stopped = Ok(true);
        while !waiting.is_empty() {
            let (wave, mut rest) = wave(waiting, at_once);
            let changes: Vec<_> = wave.iter().map(|event| self.change(event).boxed()).collect();
            let changes: Vec<_> = match stream::iter(changes).buffered(READS).try_collect().await {
                Ok(changes) => changes,
                Err(failure @ (Failure::Internal(_) | Failure::NotFound { .. })) if at_once == 1 => {
                    rest.retain(|event| wave.iter().all(|held| !concerns_same(*held, *event)));
                    stopped = stopped.and(Err(failure));
                    waiting = rest;
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            cursor = cursor.after(&page, &wave.into_iter().map(position).collect::<Vec<_>>());
            let change = changes.into_iter().fold(Change::new(), Change::and);
            match self.cx.db.commit(change.put(&cursor)).await {
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
            self.stand(Some(cursor.position.clone()), None);
            waiting = rest;
        }
        stopped
    }

    /// What an event changes.
    async fn change(&self, event: &F::Event) -> Result<Change, Failure> {
        let cx = self.cx.applying(F::Event::FEED, position(event).to_owned());
        let change = self.follow.project(&cx, event).await?;
        Ok(change.and(self.follow.react(&cx, event).await?))
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
