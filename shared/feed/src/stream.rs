//! One subscriber's stream: by pages of the database until it is near the head, then what is handed on.

use std::{collections::VecDeque, sync::Arc};

use futures::{
    StreamExt as _,
    stream::{self, BoxStream},
};
use hemgang_proto::common::Bookmark;
use hemgang_rpc::Failure;
use jiff::Timestamp;
use tokio::{
    sync::mpsc::error::TryRecvError,
    time::{Interval, MissedTickBehavior, interval},
};
use tonic::Status;

use crate::{
    event::FeedEvent,
    outlet::{Reached, Reader},
    tail::{End, Handed, TICK, Tail},
};

/// How many events a page of a stream has at most.
const PAGE: usize = 100;

/// One thing that came.
#[derive(Clone, Debug)]
pub enum Item<E> {
    /// An event.
    Event(E),
    /// How far the feed has been read.
    Bookmark(Bookmark),
}

struct Subscriber<E> {
    reader: Reader,
    tail: Arc<Tail<E>>,
    /// Of a page, what has not been delivered.
    page: VecDeque<E>,
    at_head: bool,
    /// Everything up to here has been delivered, or is in the page.
    stands: Reached,
    handed: Option<Handed<E>>,
    tick: Interval,
    has_ticked: bool,
    /// The position of the last bookmark.
    marked: i64,
}

/// What comes after a position, as the subscriber takes it: nothing is read or kept ahead of one that does not, but
/// for what waits in its queue.
pub(crate) fn follow<E: FeedEvent>(
    reader: Reader,
    tail: Arc<Tail<E>>,
    seq: i64,
) -> BoxStream<'static, Result<Item<E>, Status>> {
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tick.reset();
    let subscriber = Subscriber {
        reader,
        tail,
        page: VecDeque::new(),
        at_head: false,
        stands: Reached { seq, as_of: Timestamp::MIN },
        handed: None,
        tick,
        has_ticked: true,
        marked: seq,
    };
    let items = stream::unfold(Some(subscriber), |subscriber| async move {
        let mut subscriber = subscriber?;
        match subscriber.next().await {
            Ok(item) => Some((Ok(item), Some(subscriber))),
            Err(status) => Some((Err(status), None)),
        }
    });
    items.boxed()
}

impl<E: FeedEvent> Subscriber<E> {
    /// The next event or bookmark, as long as the token counts.
    async fn next(&mut self) -> Result<Item<E>, Status> {
        loop {
            self.reader.expect_valid().map_err(|failure| failure.status())?;
            if let Some(event) = self.page.pop_front() {
                return Ok(Item::Event(event));
            }
            if self.handed.is_none() {
                self.handed = self.tail.join(&self.reader.sight, self.stands, self.at_head);
            }
            if self.handed.is_none() {
                self.read().await.map_err(|failure| failure.status())?;
            } else if let Some(item) = self.take().await? {
                // It was waited for, and the token may have run out meanwhile.
                self.reader.expect_valid().map_err(|failure| failure.status())?;
                return Ok(item);
            }
        }
    }

    async fn read(&mut self) -> Result<(), Failure> {
        let (page, reached) = self.reader.page(&self.tail, self.stands.seq, PAGE).await?;
        (self.page, self.at_head, self.stands) = (page.events.into(), page.at_head, reached);
        Ok(())
    }

    /// What was handed on, or a bookmark when that is all.
    ///
    /// To outside readers a bookmark comes at the tick, never because of somebody else's event: that would tell
    /// volumes.
    async fn take(&mut self) -> Result<Option<Item<E>>, Status> {
        let Some(handed) = &mut self.handed else { return Ok(None) };
        // Read before the queue is looked into: what was handed on up to here is in it.
        let reached = self.tail.reached();
        let told = match handed.waiting.pop_front().map_or_else(|| handed.queue.try_recv(), Ok) {
            Ok(told) => Some(told),
            Err(TryRecvError::Disconnected) => None,
            Err(TryRecvError::Empty) => {
                let seq = self.stands.seq.max(reached.seq);
                if self.has_ticked || (self.reader.plain && seq > self.marked) {
                    (self.has_ticked, self.marked, self.stands.seq) = (false, seq, seq);
                    let bookmark = self.reader.bookmark(Reached { seq, ..reached });
                    return Ok(Some(Item::Bookmark(bookmark)));
                }
                tokio::select! {
                    biased;
                    told = handed.queue.recv() => told,
                    _ = self.tick.tick() => {
                        self.has_ticked = true;
                        return Ok(None);
                    }
                }
            }
        };
        let Some(told) = told else { return self.ended() };
        self.stands.seq = told.seq;
        Ok(Some(Item::Event(told.shown(self.reader.cursor(told.seq), self.reader.plain))))
    }

    /// Nothing is handed on any more.
    fn ended(&mut self) -> Result<Option<Item<E>>, Status> {
        let end = self.handed.take().and_then(|handed| handed.end.get().cloned());
        match end {
            // A follower is rung for, and reads by pages: one that is busy with them is not to wait until it may
            // follow again.
            Some(End::TooSlow) if self.reader.plain => {
                self.at_head = false;
                Ok(None)
            }
            Some(End::TooSlow) => {
                let cursor = self.reader.cursor(self.stands.seq);
                Err(Failure::SubscriberTooSlow { cursor }.status())
            }
            Some(End::Failed(status)) => Err(status),
            Some(End::Stopping) | None => Err(Failure::Stopping.status()),
        }
    }
}
