//! Following the directory's feed: one follower a process, which keeps the directory that every gate and handler decides
//! by. It is read whole and held in memory.
//!
//! A process that does not run the directory service keeps a copy in its database, so that it starts by what it knew last
//! while that service is away.

mod copy;
pub mod wire;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::StreamExt as _;
use hemgang_core::directory::Directory;
use hemgang_db::Db;
use hemgang_proto::directory::DirectoryEvent;
use hemgang_rpc::{DirectorySource, Failure, LiveDirectory, Peer};
use tokio::sync::Mutex;

use self::copy::Copy;
use crate::{follower::is_unknown_place, packages::Source as _};

/// How many events a page asks for.
const PAGE: i32 = 500;

/// How long a process that starts waits for the directory service before it goes on by what it knows.
const AT_START: Duration = Duration::from_secs(2);

/// How long to wait before trying a feed again that is away.
const AGAIN: Duration = Duration::from_millis(500);

/// Keeps a process's directory up to date.
pub struct DirectoryFollower {
    live: LiveDirectory,
    peer: Peer,
    /// Where the copy is kept; none where the feed itself is at hand.
    kept_in: Option<Db>,
    tickets: AtomicU64,
    /// One reads on at a time; the others find their ticket done.
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Everything up to here is in the directory; empty before anything of the feed is.
    position: String,
    done: u64,
}

impl DirectoryFollower {
    /// A follower that has read what is there, or as much of it as the copy holds while the feed is away.
    ///
    /// # Errors
    /// When the copy cannot be read.
    pub async fn start(live: &LiveDirectory, peer: Peer, kept_in: Option<Db>) -> Result<Arc<Self>, Failure> {
        let mut state = State::default();
        if let Some(db) = &kept_in
            && let Some(copy) = Copy::read(db).await?
        {
            live.replace(copy.directory()?);
            state.position = copy.position;
        }
        let (live, tickets, state) = (live.clone(), AtomicU64::new(1), Mutex::new(state));
        let follower = Arc::new(Self { live, peer, kept_in, tickets, state });
        if !matches!(tokio::time::timeout(AT_START, follower.catch_up()).await, Ok(Ok(()))) {
            tracing::warn!(
                "the directory service is away: what was known of units last, or the file says, holds"
            );
        }
        Ok(follower)
    }

    /// Follows until the process ends. The stream only rings; what it rings for is read by pages.
    pub async fn run(self: Arc<Self>) {
        loop {
            if self.catch_up().await.is_ok() {
                let position = self.state.lock().await.position.clone();
                if let Ok(mut bell) = DirectoryEvent::bell(self.peer.clone(), &position).await {
                    while bell.next().await.is_some() && self.catch_up().await.is_ok() {}
                }
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Reads to the head, and only then lets the directory change: half of one must not decide anything.
    async fn read_to_head(&self, state: &mut State) -> Result<(), Failure> {
        let mut position = state.position.clone();
        let mut next: Option<Directory> = None;
        loop {
            let page = match DirectoryEvent::read(self.peer.clone(), &position, PAGE).await {
                Ok(page) => page,
                // It was restored from a copy, or is another: what holds is what it says now.
                Err(status) if is_unknown_place(&status) && !position.is_empty() => {
                    position = String::new();
                    next = None;
                    continue;
                }
                Err(status) => {
                    tracing::debug!(code = ?status.code(), "the directory's feed cannot be read");
                    return Err(Failure::FeedBehind(DirectoryEvent::FEED));
                }
            };
            for event in &page.events {
                let from =
                    || if position.is_empty() { Directory::default() } else { (*self.live.now()).clone() };
                wire::apply(next.get_or_insert_with(from), event)?;
            }
            position = page.bookmark.cursor;
            if page.at_head {
                break;
            }
        }
        if let Some(directory) = next {
            self.live.replace(directory);
            self.keep(&position).await;
        }
        state.position = position;
        Ok(())
    }

    /// Keeps the copy, if there is one. What could not be kept is read once more after a restart.
    async fn keep(&self, position: &str) {
        if let Some(db) = &self.kept_in
            && let Err(failure) = Copy::keep(db, position, &self.live.now()).await
        {
            tracing::warn!(error = ?failure, "the directory's copy cannot be kept");
        }
    }
}

#[async_trait::async_trait]
impl DirectorySource for DirectoryFollower {
    async fn catch_up(&self) -> Result<(), Failure> {
        let ticket = self.tickets.fetch_add(1, Ordering::SeqCst);
        let mut state = self.state.lock().await;
        if state.done >= ticket {
            return Ok(());
        }
        // Whoever asked by now is served by what is read from now on.
        let served = self.tickets.load(Ordering::SeqCst) - 1;
        self.read_to_head(&mut state).await?;
        state.done = served;
        Ok(())
    }
}
