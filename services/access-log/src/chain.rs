//! The chain that this process writes: one entry after the other, many at once, each durable when it is answered.
//!
//! A batch whose commit is in doubt is settled by the head that stands: the head and its entries are one change.

use std::{collections::HashSet, time::Duration};

use hemgang_core::id;
use hemgang_db::{Change, CommitError, Db};
use hemgang_rpc::{Context, Failure, Signer};
use jiff::Timestamp;
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::{Instant, timeout_at},
};

use crate::{
    domain::{
        checkpoint::Checkpoint,
        head::Head,
        link::{Link, NewEntry, links},
    },
    index, store,
};

/// How many askers one change serves at most.
const BATCH: usize = 256;

/// How many askers may wait.
const QUEUE: usize = 4096;

/// How long after an entry a checkpoint names it.
const CHECKPOINT: Duration = Duration::from_mins(1);

/// Takes entries. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Chain {
    queue: mpsc::Sender<Job>,
}

/// Entries and whoever waits for them.
#[derive(Debug)]
struct Job {
    entries: Vec<NewEntry>,
    done: oneshot::Sender<bool>,
}

impl Chain {
    /// Begins a chain of this process. It ends when nobody holds it any more.
    pub fn start(cx: &Context) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let chain = id::fresh(cx.clock.now()).to_string();
        let (written, to_index) = watch::channel(0);
        // Beside the writer: whoever waits for an entry does not wait for the index.
        tokio::spawn(index::follow(cx.db.clone(), chain.clone(), to_index));
        let writer = Writer { cx: cx.clone(), head: Some(Head::of(&chain)), chain, written };
        tokio::spawn(writer.run(jobs));
        Self { queue }
    }

    /// Writes entries; durable when it returns. An event that was copied before is not copied once more.
    ///
    /// # Errors
    /// `STORE_UNAVAILABLE`.
    pub async fn append(&self, entries: Vec<NewEntry>) -> Result<(), Failure> {
        let (done, written) = oneshot::channel();
        self.queue.try_send(Job { entries, done }).map_err(|_| Failure::StoreUnavailable)?;
        match written.await {
            Ok(true) => Ok(()),
            _ => Err(Failure::StoreUnavailable),
        }
    }
}

struct Writer {
    cx: Context,
    chain: String,
    /// As it stands; none while that is in doubt.
    head: Option<Head>,
    /// The number of the last entry, for whoever indexes the chain.
    written: watch::Sender<i64>,
}

impl Writer {
    async fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        let mut waiting = Vec::new();
        // What the process before wrote last, and the beginning of this chain, are named before anything is answered.
        if jobs.recv_many(&mut waiting, BATCH).await > 0 {
            self.write(std::mem::take(&mut waiting), true).await;
        }
        let mut due: Option<Instant> = None;
        loop {
            let more = jobs.recv_many(&mut waiting, BATCH);
            let came = match due {
                Some(due) => timeout_at(due, more).await.ok(),
                None => Some(more.await),
            };
            match came {
                Some(0) => break,
                Some(_) => {
                    self.write(std::mem::take(&mut waiting), false).await;
                    due = due.or_else(|| Some(Instant::now() + CHECKPOINT));
                }
                None => {}
            }
            if due.is_some_and(|due| due <= Instant::now()) {
                due = None;
                self.checkpoint().await;
            }
        }
        if due.is_some() {
            self.checkpoint().await;
        }
    }

    async fn write(&mut self, mut jobs: Vec<Job>, is_first: bool) {
        let entries = jobs.iter_mut().flat_map(|job| job.entries.drain(..)).collect();
        let is_written = self.append(entries).await;
        if let Some(head) = self.head.as_ref().filter(|_| is_written) {
            self.written.send_replace(head.number);
        }
        if is_first {
            self.checkpoint().await;
        }
        for job in jobs {
            // Whoever asked may have gone.
            let _ = job.done.send(is_written);
        }
    }

    async fn append(&mut self, mut entries: Vec<NewEntry>) -> bool {
        let mut sources = HashSet::new();
        entries.retain(|new| new.source.as_ref().is_none_or(|source| sources.insert(source.clone())));
        match self.commit(&entries).await {
            Ok(()) => true,
            // Another replica, or we ourselves before a restart, copied some of these events.
            Err(CommitError::Lost(_)) => match self.without_copied(entries).await {
                Ok(entries) => self.commit(&entries).await.map_err(|error| self.tell(&error)).is_ok(),
                Err(error) => {
                    self.tell(&error);
                    false
                }
            },
            Err(error) => {
                self.tell(&error);
                false
            }
        }
    }

    async fn commit(&mut self, entries: &[NewEntry]) -> Result<(), CommitError> {
        if entries.is_empty() {
            return Ok(());
        }
        let db = &self.cx.db;
        let head = match self.head.take() {
            Some(head) => head,
            None => store::chain::head(db, &self.chain).await?.unwrap_or_else(|| Head::of(&self.chain)),
        };
        let (change, moved) = self.chained(&head, entries);
        match db.commit(change).await {
            Ok(_) => {
                self.head = Some(moved);
                Ok(())
            }
            Err(CommitError::Db(error)) => {
                // It may stand all the same.
                let stands = store::chain::head(db, &self.chain).await?;
                let is_written = stands.as_ref().is_some_and(|stands| stands.signature == moved.signature);
                self.head = Some(stands.unwrap_or_else(|| Head::of(&self.chain)));
                if is_written { Ok(()) } else { Err(error.into()) }
            }
            Err(error) => {
                self.head = Some(head);
                Err(error)
            }
        }
    }

    /// The change that writes these entries behind a head, and the head after them.
    fn chained(&self, head: &Head, entries: &[NewEntry]) -> (Change, Head) {
        let (mut change, mut number, mut hash) = (Change::new(), head.number, head.hash.clone());
        for new in links(entries) {
            let link = Link::after((number, &hash), &self.chain, new);
            change = change.insert(&link);
            (number, hash) = (link.number, link.hash);
        }
        let moved = head.moved((number, hash), self.cx.clock.now(), self.signer());
        (change.put(&moved), moved)
    }

    async fn without_copied(&self, mut entries: Vec<NewEntry>) -> Result<Vec<NewEntry>, CommitError> {
        let sources: Vec<_> = entries.iter().filter_map(|new| new.source.clone()).collect();
        let copied = store::link::of_sources(&self.cx.db, &sources).await?;
        let copied: HashSet<_> = copied.into_iter().filter_map(|link| link.source).collect();
        entries.retain(|new| new.source.as_ref().is_none_or(|source| !copied.contains(source)));
        Ok(entries)
    }

    /// Signs the heads that have moved. Of replicas that do so at once one is the next.
    async fn checkpoint(&self) {
        // One that finds no place in the queue comes a minute later; of a process that ends, with the next one's first.
        if let Err(error) = checkpoint(&self.cx.db, &self.cx, self.signer()).await
            && !matches!(error, CommitError::Lost(_) | CommitError::Full)
        {
            tracing::warn!(%error, "no checkpoint of the access log");
        }
    }

    fn signer(&self) -> &Signer {
        &self.cx.own.log_signer
    }

    fn tell(&self, error: &CommitError) {
        tracing::warn!(%error, chain = self.chain, "accesses could not be written down");
    }
}

async fn checkpoint(db: &Db, cx: &Context, signer: &Signer) -> Result<(), CommitError> {
    let before = store::chain::last_checkpoint(db).await?;
    let named_at =
        before.as_ref().and_then(Checkpoint::said).and_then(|said| said.at.parse::<Timestamp>().ok());
    // A head that was signed just before the last one may have come too late for it.
    let since = named_at.map(|at| at - CHECKPOINT * 10).unwrap_or_default();
    let heads = store::chain::heads_since(db, since).await?;
    let Some(checkpoint) = Checkpoint::after(before.as_ref(), &heads, cx.clock.now(), signer) else {
        return Ok(());
    };
    db.commit(Change::new().insert(&checkpoint)).await?;
    // What is told here is kept elsewhere than the database, by whoever keeps our log.
    tracing::info!(number = checkpoint.number, digest = checkpoint.digest(), "checkpoint of the access log");
    Ok(())
}
