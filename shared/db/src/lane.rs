//! The write lane: the only place that opens a transaction.
//!
//! Changes are written in a task of its own, so that a cancelled handler does not cancel its change (a cancelled
//! `begin()` of sqlx 0.9.0 lost acknowledged writes). It takes the changes that wait at that moment, writes them as
//! sets in one transaction, and answers each: one flush of the disk for all of them.

use std::{collections::HashSet, time::Duration};

use hemgang_core::redacted::Redacted;
use sqlx::AnyPool;
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::Instant,
};

use crate::{
    batch::{self, Failed},
    change::Change,
    error::DbError,
    open::{Backend, Storage},
    touch::Touched,
    wake::reach,
};

/// How many changes may wait. A full queue is answered UNAVAILABLE rather than grown.
const QUEUE: usize = 4096;

/// How many changes are written at once, so that the first of them does not wait long for the last.
const BATCH: usize = 256;

/// How long a change may wait in the queue. A transaction under way is never cancelled; the database ends it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where a feed stands: within an epoch, the sequence number of its last event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// Changes when a database is restored.
    pub epoch: String,
    /// The last event's number.
    pub seq: i64,
}

/// Why a change was not written.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// A row was changed, removed or taken by somebody else since it was read: decide again.
    #[error("a row of {0} moved")]
    Lost(&'static str),
    /// The request id was answered before.
    #[error("the request was answered before")]
    Answered {
        /// Hash of the body that was answered.
        request_hash: String,
        /// The answer.
        response: Redacted<String>,
    },
    /// The queue is full, or moves too slowly.
    #[error("the write queue takes nothing now")]
    Full,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Takes changes and answers each when it is durable. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Lane {
    queue: mpsc::Sender<Job>,
    head: watch::Receiver<i64>,
}

/// Where the feed stands, as far as this process knows.
#[derive(Debug)]
pub(crate) struct Heads {
    /// By its own commits.
    pub own: watch::Sender<i64>,
    /// By anybody's.
    pub any: watch::Sender<i64>,
}

/// A change and whoever waits for it.
#[derive(Debug)]
struct Job {
    change: Change,
    came: Instant,
    done: oneshot::Sender<Result<Position, CommitError>>,
}

impl Job {
    /// The caller may have gone; its change stands all the same.
    fn answer(self, result: Result<Position, CommitError>) {
        let _ = self.done.send(result);
    }
}

impl Lane {
    /// Starts the lane on a pool of its own. Until its last change is written the place stays ours, whoever
    /// drops the storage before.
    pub(crate) fn start(pool: AnyPool, backend: Backend, heads: Heads, place: Storage) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let head = heads.any.subscribe();
        let mut writer = Writer { pool: pool.clone(), backend, heads };
        tokio::spawn(async move {
            let mut waiting = Waiting { jobs, deferred: Vec::new() };
            while let Some(jobs) = waiting.next().await {
                writer.write(jobs).await;
            }
            pool.close().await;
            drop(place);
        });
        Self { queue, head }
    }

    pub(crate) async fn commit(&self, change: Change) -> Result<Position, CommitError> {
        // A change that names one row twice would be written once, whatever else it says.
        if let Some(table) = Touched::twice(&change) {
            return Err(CommitError::Lost(table));
        }
        if change.holds_nul() {
            return Err(DbError::Nul.into());
        }
        let (done, answer) = oneshot::channel();
        self.queue.try_send(Job { change, came: Instant::now(), done }).map_err(|_| CommitError::Full)?;
        answer.await.map_err(|_| CommitError::Full)?
    }

    pub(crate) fn head(&self) -> watch::Receiver<i64> {
        self.head.clone()
    }
}

/// Changes that wait: those that came, before them those that stood in each other's way.
struct Waiting {
    jobs: mpsc::Receiver<Job>,
    deferred: Vec<Job>,
}

impl Waiting {
    /// The next batch: what waits now, without two changes that touch one row or one request. None at the end.
    ///
    /// Two versions of one row in one set statement return its key once on both databases: one change would be lost
    /// and answered OK. A lone change never waits for company.
    async fn next(&mut self) -> Option<Vec<Job>> {
        let mut came = std::mem::take(&mut self.deferred);
        if came.is_empty() {
            came.push(self.jobs.recv().await?);
        }
        while came.len() < QUEUE
            && let Ok(job) = self.jobs.try_recv()
        {
            came.push(job);
        }
        let (mut batch, mut taken) = (Vec::new(), HashSet::new());
        for job in came {
            // What waited too long is not written: its caller has been told, or is gone, and readers of the feed rely
            // on nothing coming so late.
            if job.came.elapsed() >= PATIENCE {
                job.answer(Err(CommitError::Full));
                continue;
            }
            let rows = Touched::of(&job.change);
            let free = batch.len() < BATCH && rows.iter().all(|row| !taken.contains(row));
            // What waits keeps its rows: a later change of them waits behind it.
            taken.extend(rows);
            if free { batch.push(job) } else { self.deferred.push(job) }
        }
        Some(batch)
    }
}

/// Writes batches, and tells the head of the feed.
struct Writer {
    pool: AnyPool,
    backend: Backend,
    heads: Heads,
}

impl Writer {
    /// Writes a batch. Whoever loses fails alone: the rest is written again without it.
    async fn write(&mut self, mut jobs: Vec<Job>) {
        while !jobs.is_empty() {
            let changes: Vec<_> = jobs.iter().map(|job| &job.change).collect();
            match batch::write(&self.pool, self.backend, &changes).await {
                Ok(positions) => {
                    if let Some(last) = positions.last() {
                        reach(&self.heads.own, last.seq);
                        reach(&self.heads.any, last.seq);
                    }
                    for (job, position) in jobs.into_iter().zip(positions) {
                        job.answer(Ok(position));
                    }
                    return;
                }
                Err(Failed::Losers(losers)) => jobs = without(jobs, losers),
                // Which of them the database refuses shows when each is alone.
                Err(Failed::Refused(_)) if jobs.len() > 1 => {
                    for job in jobs {
                        Box::pin(self.write(vec![job])).await;
                    }
                    return;
                }
                Err(Failed::Refused(error) | Failed::Away(error)) => {
                    for job in jobs {
                        job.answer(Err(CommitError::Db(error.clone())));
                    }
                    return;
                }
            }
        }
    }
}

/// Answers the losers, by their places in ascending order, and leaves the others.
fn without(jobs: Vec<Job>, losers: Vec<(usize, CommitError)>) -> Vec<Job> {
    let mut losers = losers.into_iter().peekable();
    let mut rest = Vec::new();
    for (place, job) in jobs.into_iter().enumerate() {
        match losers.next_if(|(loser, _)| *loser == place) {
            Some((_, error)) => job.answer(Err(error)),
            None => rest.push(job),
        }
    }
    rest
}
