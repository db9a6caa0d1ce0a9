//! What a handler works with, the same in every service.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use hemgang_core::{clock::Clock, day::local_day};
use hemgang_db::{Db, Fresh};
use jiff::{SignedDuration, Timestamp, civil::Date};
use tokio::sync::{RwLock as Gate, RwLockReadGuard, RwLockWriteGuard, watch};

use crate::{
    access_log::AccessLog,
    catch_up::{CatchUp, Gone},
    directory::LiveDirectory,
    escalation::Escalations,
    failure::Failure,
    homecoming::Homecoming,
    receipts::Receipts,
    reminders::Reminders,
    sign::Signer,
};

/// How long a read that misses a followed row waits for its follower.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Settings that are one service's alone.
#[derive(Debug)]
pub struct Own {
    /// Admission's: how long what was said of a person without a stay is kept.
    pub persons_kept: SignedDuration,
    /// Planning's: what may be disclosed where nobody has decided.
    pub disclosure: Disclosure,
    /// Planning's: within what time notices are acknowledged.
    pub receipts: Receipts,
    /// Planning's: who is reminded where nobody does.
    pub escalations: Escalations,
    /// Planning's: how they are; nobody is where there is nothing.
    pub reminders: Option<Reminders>,
    /// Planning's: when somebody who came home is called.
    pub homecoming: Homecoming,
    /// The access log's: what signs its heads.
    pub log_signer: Signer,
}

/// What may be disclosed to a receiving unit where neither consent nor a harm test is recorded. The Act leaves it to the
/// rules of secrecy (3 kap. 1 and 2 §§ lag (2017:612)), so it is the region's policy, with a date.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disclosure {
    /// From this local day on nothing but the four fields of 2 kap. 3 §; before it, and where there is no such day, what
    /// the ward sends it has judged by sending.
    pub record_required_from: Option<Date>,
}

impl Disclosure {
    /// Whether nothing may be disclosed at an instant unless a decision is recorded.
    pub fn needs_record(&self, at: Timestamp) -> bool {
        self.record_required_from.is_some_and(|from| from <= local_day(at))
    }
}

/// One service at work.
#[derive(Clone)]
pub struct Context {
    /// Its name, as in its package: `admission`.
    pub name: &'static str,
    /// Its database.
    pub db: Db,
    /// The process's clock.
    pub clock: Clock,
    /// Organisations and units, as they stand now. A call has one of its own, [`crate::Call::directory`].
    pub directory: LiveDirectory,
    /// What is one service's alone.
    pub own: Arc<Own>,
    followers: Arc<RwLock<Vec<Arc<dyn CatchUp>>>>,
    access_log: Arc<RwLock<Option<AccessLog>>>,
    /// Held by whoever applies events; alone by whoever makes projections anew.
    projections: Arc<Gate<()>>,
    /// The event that is being applied: its feed and position.
    applying: Option<(&'static str, String)>,
    stopping: watch::Sender<bool>,
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Context {
    /// A service that follows nobody yet.
    pub fn new(name: &'static str, db: Db, clock: Clock, directory: LiveDirectory, own: Arc<Own>) -> Self {
        Self {
            name,
            db,
            clock,
            directory,
            own,
            followers: Arc::default(),
            access_log: Arc::default(),
            projections: Arc::default(),
            applying: None,
            stopping: watch::Sender::new(false),
        }
    }

    /// Sets the followers, once, when the peers are known.
    pub fn set_followers(&self, followers: Vec<Arc<dyn CatchUp>>) {
        *self.followers.write().unwrap_or_else(PoisonError::into_inner) = followers;
    }

    /// Sets where accesses are written, once, when the peers are known.
    pub fn set_access_log(&self, log: AccessLog) {
        *self.access_log.write().unwrap_or_else(PoisonError::into_inner) = Some(log);
    }

    /// Where accesses are written.
    ///
    /// # Errors
    /// `ACCESS_LOG_UNAVAILABLE` when there is none: nothing is shown that is not written down.
    pub fn access_log(&self) -> Result<AccessLog, Failure> {
        let log = self.access_log.read().unwrap_or_else(PoisonError::into_inner).clone();
        log.ok_or(Failure::AccessLogUnavailable)
    }

    /// The followers of this service.
    pub fn followers(&self) -> Vec<Arc<dyn CatchUp>> {
        self.followers.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets the followers and the log go when the process ends. They hold this context, and their peers may be the
    /// routes that hold it, too: nobody else could end that circle, and the database would stay open behind it.
    pub fn close(&self) {
        self.stop();
        *self.access_log.write().unwrap_or_else(PoisonError::into_inner) = None;
        let gone = |follower: &Arc<dyn CatchUp>| -> Arc<dyn CatchUp> {
            Arc::new(Gone { feed: follower.feed(), position: follower.position() })
        };
        self.set_followers(self.followers().iter().map(gone).collect());
    }

    /// Tells whoever would go on forever, as a stream of events does, that the process ends.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Whether the process ends.
    pub fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Returns when the process ends.
    pub fn stopped(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut stopping = self.stopping.subscribe();
        async move {
            let _ = stopping.wait_for(|stopping| *stopping).await;
        }
    }

    /// Brings every follower to its head, within half a second in all.
    ///
    /// # Errors
    /// `FEED_BEHIND` when a feed is away or too far ahead.
    pub async fn catch_up(&self) -> Result<(), Failure> {
        self.catch_up_with(|_| true, LOOK_AGAIN).await
    }

    /// The same within a time of the caller's own.
    ///
    /// # Errors
    /// As [`Context::catch_up`].
    pub async fn catch_up_within(&self, within: Duration) -> Result<(), Failure> {
        self.catch_up_with(|_| true, within).await
    }

    /// Brings the follower of one feed to its head, within half a second.
    ///
    /// # Errors
    /// As [`Context::catch_up`].
    pub async fn catch_up_on(&self, feed: &str) -> Result<(), Failure> {
        self.catch_up_with(|name| name == feed, LOOK_AGAIN).await
    }

    /// Brings the followers of some feeds to their heads, within a time for all of them.
    pub(crate) async fn catch_up_with(
        &self,
        wanted: impl Fn(&str) -> bool,
        within: Duration,
    ) -> Result<(), Failure> {
        let until = tokio::time::Instant::now() + within;
        for follower in self.followers().into_iter().filter(|follower| wanted(follower.feed())) {
            let behind = Failure::FeedBehind(follower.feed());
            tokio::time::timeout_at(until, follower.catch_up()).await.unwrap_or(Err(behind))?;
        }
        Ok(())
    }

    /// Waits while projections are made anew; until the guard goes, none are.
    pub async fn applies(&self) -> RwLockReadGuard<'_, ()> {
        self.projections.read().await
    }

    /// Waits until nobody applies events; until the guard goes, nobody does.
    pub async fn applies_alone(&self) -> RwLockWriteGuard<'_, ()> {
        self.projections.write().await
    }

    /// The same service, whose projections are read where they are made anew.
    #[must_use]
    pub fn with_fresh(&self, fresh: Fresh) -> Self {
        Self { db: self.db.with_fresh(fresh), ..self.clone() }
    }

    /// Refuses what rests on a subject of which an event is parked; on any subject, where none is named.
    ///
    /// # Errors
    /// `FEED_BEHIND`.
    pub fn rests_on(&self, subject: Option<&str>) -> Result<(), Failure> {
        let parked = self.followers().into_iter().find(|follower| follower.has_parked(subject, None));
        parked.map_or(Ok(()), |follower| Err(Failure::FeedBehind(follower.feed())))
    }

    /// The same service while it applies an event: what it tells rests on that very event.
    #[must_use]
    pub fn applying(&self, feed: &'static str, position: String) -> Self {
        Self { applying: Some((feed, position)), ..self.clone() }
    }

    /// Where the followers stand: what a decision made now rests on. `name=cursor` words.
    pub fn seen(&self) -> String {
        let position = |follower: &Arc<dyn CatchUp>| match &self.applying {
            Some((feed, position)) if *feed == follower.feed() => position.clone(),
            _ => follower.position(),
        };
        // No decision rests on what is followed lazily: naming it would make every reader of ours wait for that feed.
        let words = self.followers();
        let words = words
            .iter()
            .filter(|follower| !follower.is_lazy())
            .map(|follower| format!("{}={}", follower.feed(), position(follower)));
        words.collect::<Vec<_>>().join(" ")
    }

    /// The instant up to which "nothing came" may be judged: all feeds have been read past it, but those that are followed
    /// lazily, on which no duty rests.
    pub fn horizon(&self) -> Option<Timestamp> {
        let followers = self.followers().into_iter().filter(|follower| !follower.is_lazy());
        let instants = followers.map(|follower| follower.as_of());
        instants.chain([Some(self.clock.now())]).min().flatten()
    }

    /// Reads what a follower keeps: when it is missing, catches up and looks again, since a client may outrun
    /// a follower. None only when caught up.
    ///
    /// # Errors
    /// When the store fails, or the feed is behind or away.
    pub async fn followed<T, F>(&self, read: impl Fn() -> F) -> Result<Option<T>, Failure>
    where
        F: Future<Output = Result<Option<T>, Failure>>,
    {
        if let Some(found) = read().await? {
            return Ok(Some(found));
        }
        self.catch_up().await?;
        read().await
    }
}
