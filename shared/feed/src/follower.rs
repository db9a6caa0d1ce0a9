//! Following another service's feed: at least once on the wire, exactly once in effect.
//!
//! A change carries the cursor's swap, so whoever applies its events second loses and reads again. How a page is applied
//! stands in `page.rs`, what its events wait for in `seen.rs`, how parked ones are tried again in `retry.rs`, and what
//! follows when the feed was restored from a copy in `anew.rs`.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex as StdMutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::{FutureExt as _, StreamExt as _};
use hemgang_db::{Change, CommitError, Table, params};
use hemgang_rpc::{Applied, CatchUp, Context, Failure, Peer, Seen, wire};
use jiff::Timestamp;
use tokio::{sync::Mutex, time::Instant};
use tonic::{Code, Status};

use crate::{
    complaint::Complaint,
    cursor::FeedCursor,
    packages::Source,
    page::{Outcome, WAVE},
    parked::{Pace, Parking},
};

/// How many events a page asks for.
const PAGE: i32 = 200;

/// How long to wait before trying a feed again that is away or stopped.
const AGAIN: Duration = Duration::from_millis(500);

/// How long events gather once the bell has rung: what comes together is applied in one change. Whoever needs them at
/// once, [`CatchUp`] serves at once.
const GATHER: Duration = Duration::from_millis(5);

/// The same for a follower that nobody waits for unless they ask.
const GATHER_LAZILY: Duration = Duration::from_millis(500);

/// How long one replica lets another go on that was faster.
const YIELD: Duration = Duration::from_millis(20);

/// How often a page is read again because somebody else was faster, before the feed counts as behind.
const TRIES: u8 = 10;

/// What a service makes of another's events.
#[async_trait::async_trait]
pub trait Follow: Send + Sync + 'static {
    /// The event followed.
    type Event: Source;

    /// The tables that `project` writes, and nobody else.
    const PROJECTIONS: &'static [Table];

    /// Whether nobody waits for what it keeps but who brings it on by asking: it follows seldom, in large pages.
    const IS_LAZY: bool = false;

    /// Whether anything follows from an event. One from which nothing does waits for no other of its subject.
    fn concerns(&self, _event: &Self::Event) -> bool {
        true
    }

    /// Tables that hold nothing of our own and can be rebuilt at will. They are read by `Db::projected`.
    async fn project(&self, cx: &Context, event: &Self::Event) -> Result<Change, Failure>;

    /// Our own rows, events and deadlines. A rebuild does not run this.
    async fn react(&self, _cx: &Context, _event: &Self::Event) -> Result<Change, Failure> {
        Ok(Change::new())
    }
}

/// A follower of one feed.
pub struct Follower<F> {
    pub(crate) cx: Context,
    pub(crate) follow: F,
    pub(crate) peer: Peer,
    /// One reads on at a time; the others find their ticket done.
    running: Mutex<()>,
    tickets: AtomicU64,
    done: AtomicU64,
    state: RwLock<State>,
    /// Positions of other feeds that events rest on and that those feeds, read to their heads, do not have any more.
    pub(crate) lost: StdMutex<HashSet<String>>,
    pace: StdMutex<Pace>,
    complaint: StdMutex<Complaint>,
}

/// Where a follower stands.
#[derive(Debug, Default)]
struct State {
    /// As it was read or written last. What is parked changes with the cursor only.
    standing: Option<Standing>,
    /// Whether nobody else has moved the cursor since, as far as we know.
    is_ours: bool,
    as_of: Option<Timestamp>,
}

/// Whether a feed does not know a place in it: a restore took it, or it is another feed.
pub(crate) fn is_unknown_place(status: &Status) -> bool {
    status.code() == Code::InvalidArgument || Failure::resumes_at(status).is_some()
}

/// What is kept of a feed in the database.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub cursor: FeedCursor,
    pub parking: Parking,
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
            lost: StdMutex::default(),
            pace: StdMutex::default(),
            complaint: StdMutex::default(),
        })
    }

    /// Follows until the process ends. The stream only rings; what it rings for is read by pages.
    pub async fn run(self: Arc<Self>) {
        loop {
            let behind = self.catch_up().await.is_err();
            if !behind && let Ok(mut bell) = F::Event::bell(self.peer.clone(), &self.position()).await {
                while bell.next().await.is_some() {
                    tokio::time::sleep(if F::IS_LAZY { GATHER_LAZILY } else { GATHER }).await;
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

    /// Where a page is read from. While nobody else moves the cursor it need not be read: a change that rests on an
    /// older one loses, and an empty page says that the older one is at the head. What is parked others may apply without
    /// passing anything.
    async fn reads_from(&self) -> Result<Standing, Failure> {
        let known = {
            let state = self.state();
            let own = state.standing.as_ref().filter(|standing| state.is_ours && standing.parking.is_empty());
            own.cloned()
        };
        match known {
            Some(standing) => Ok(standing),
            None => self.standing().await,
        }
    }

    /// What the database keeps, the cursor first: whoever parks or applies something after it was read makes us lose.
    /// Told to whoever asks, also after a restart: or `seen` would be empty, and the bell would ring for the whole feed.
    pub(crate) async fn standing(&self) -> Result<Standing, Failure> {
        let sql = "select * from feed_cursor where feed = $1";
        let cursor = self.cx.db.optional(sql, params![F::Event::FEED]).await?;
        let cursor = cursor.unwrap_or_else(|| FeedCursor::beginning(F::Event::FEED));
        let parking = match self.known_parking(cursor.version) {
            Some(parking) => parking,
            None => Parking::read(&self.cx.db, F::Event::FEED).await?,
        };
        let standing = Standing { cursor, parking };
        self.stand(&standing, false);
        Ok(standing)
    }

    /// Applies pages until the head, or until an event rests on what another feed has yet to bring.
    async fn read_to_head(&self) -> Result<Option<Seen>, Failure> {
        let (mut tries, mut at_once, mut stood) = (0, WAVE, 0);
        while tries < TRIES {
            let standing = self.reads_from().await?;
            let version = standing.cursor.version;
            // Another replica went on from here: nothing is stuck, and its work is left to it for a moment.
            if tries > 0 && version > stood {
                (tries, at_once, stood) = (0, WAVE, version);
                tokio::time::sleep(YIELD).await;
                continue;
            }
            stood = version;
            let page = match F::Event::read(self.peer.clone(), &standing.cursor.position, PAGE).await {
                Ok(page) => page,
                Err(status) if is_unknown_place(&status) => {
                    self.go_on_after_restore().await?;
                    tries += 1;
                    continue;
                }
                Err(status) => return Err(self.not_readable(&status)),
            };
            match self.apply_from(standing, &page.events, at_once).await {
                Ok(Outcome::Waits(seen)) => return Ok(Some(seen)),
                Ok(Outcome::Applied) if page.at_head => {
                    let as_of = page.bookmark.as_of.as_ref().and_then(wire::instant);
                    let mut state = self.state_mut();
                    state.as_of = as_of.or(state.as_of);
                    return Ok(None);
                }
                Ok(Outcome::Applied) => (tries, at_once) = (0, WAVE),
                // One by one, what does not stand in anybody's way is applied.
                Ok(Outcome::Lost) => (tries, at_once) = (tries + 1, 1),
                Err(_) if at_once > 1 => at_once = 1,
                Err(failure) => return Err(failure),
            }
        }
        Err(Failure::Contended)
    }

    /// Applies a page that was read from a cursor. Whatever stepped the cursor since, projections that were made anew
    /// among it, makes the first wave lose.
    async fn apply_from(
        &self,
        standing: Standing,
        events: &[F::Event],
        at_once: usize,
    ) -> Result<Outcome, Failure> {
        if events.is_empty() {
            return Ok(Outcome::Applied);
        }
        let _applies = self.cx.applies().await;
        self.apply(standing, events, at_once).await
    }

    /// Writes a change that steps the cursor. False when somebody else moved the cursor or a row: read again.
    pub(crate) async fn commit(&self, change: Change) -> Result<bool, Failure> {
        match self.cx.db.commit(change).await {
            Ok(_) => Ok(true),
            Err(CommitError::Lost(table)) => {
                self.state_mut().is_ours = false;
                tracing::debug!(feed = F::Event::FEED, table, "somebody else was faster");
                Ok(false)
            }
            Err(CommitError::Db(error)) => Err(error.into()),
            Err(CommitError::Full | CommitError::Answered { .. }) => Err(Failure::StoreUnavailable),
        }
    }

    pub(crate) fn knows_nothing_parked(&self) -> bool {
        self.state().standing.as_ref().is_some_and(|standing| standing.parking.is_empty())
    }

    fn known_parking(&self, version: i64) -> Option<Parking> {
        let state = self.state();
        let known = state.standing.as_ref().filter(|standing| standing.cursor.version == version);
        known.map(|standing| standing.parking.clone())
    }

    /// Stands where it was read or written; `is_ours` where we wrote it.
    pub(crate) fn stand(&self, standing: &Standing, is_ours: bool) {
        let mut state = self.state_mut();
        (state.standing, state.is_ours) = (Some(standing.clone()), is_ours);
    }

    /// Until its head is reached again, nothing can be said to be missing.
    pub(crate) fn as_of_nothing(&self) {
        self.state_mut().as_of = None;
    }

    fn state(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn state_mut(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads on for a ticket and for whoever drew one before.
    async fn advance_for(&self, ticket: u64) -> Result<Option<Seen>, Failure> {
        let _running = self.running.lock().await;
        if self.done.load(Ordering::SeqCst) >= ticket {
            return Ok(None);
        }
        // Whoever drew a ticket before this line is served by the read that follows it.
        let served = self.tickets.load(Ordering::SeqCst) - 1;
        let read = async {
            self.retry().await?;
            self.read_to_head().await
        };
        let waits = read.await.map_err(|failure| match failure {
            Failure::FeedBehind(_) | Failure::StoreUnavailable => failure,
            cause => self.stopped(&cause),
        })?;
        if waits.is_some() {
            return Ok(waits);
        }
        if self.complaint().goes_on() {
            tracing::info!(feed = F::Event::FEED, position = self.position(), "the feed goes on");
        }
        self.lost.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.done.store(served, Ordering::SeqCst);
        Ok(None)
    }

    /// A feed that does not answer is behind; what it says is for our log.
    pub(crate) fn not_readable(&self, status: &Status) -> Failure {
        let feed = F::Event::FEED;
        if self.is_to_be_told("not readable") {
            let (position, code) = (self.position(), status.code());
            tracing::warn!(feed, position, ?code, message = status.message(), "feed not readable");
        }
        Failure::FeedBehind(feed)
    }

    /// What stops the feed until it is mended.
    fn stopped(&self, cause: &Failure) -> Failure {
        let why = match cause {
            Failure::Contended => "an event loses again and again; the feed waits",
            _ => "the feed stops",
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

    fn complaint(&self) -> MutexGuard<'_, Complaint> {
        self.complaint.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl<F: Follow> CatchUp for Follower<F> {
    fn feed(&self) -> &'static str {
        F::Event::FEED
    }

    async fn catch_up(&self) -> Result<(), Failure> {
        let ticket = self.tickets.fetch_add(1, Ordering::SeqCst);
        // Another feed is brought on while ours is not held: it may rest on ours in turn.
        while let Some(seen) = self.advance_for(ticket).await? {
            self.bring_on(&seen).await?;
        }
        Ok(())
    }

    async fn advance(&self) -> Result<Option<Seen>, Failure> {
        let ticket = self.tickets.fetch_add(1, Ordering::SeqCst);
        self.advance_for(ticket).await
    }

    fn position(&self) -> String {
        self.state().standing.as_ref().map(|standing| standing.cursor.position.clone()).unwrap_or_default()
    }

    fn is_lazy(&self) -> bool {
        F::IS_LAZY
    }

    fn as_of(&self) -> Option<Timestamp> {
        self.state().as_of
    }

    fn has_parked(&self, subject: Option<&str>, up_to: Option<&str>) -> bool {
        self.state().standing.as_ref().is_some_and(|standing| standing.parking.has(subject, up_to))
    }

    fn projections(&self) -> &'static [Table] {
        F::PROJECTIONS
    }

    async fn project_anew(&self, onto: &Context, applied: &Applied) -> Result<u64, Failure> {
        self.project_applied(onto, applied).await
    }
}
