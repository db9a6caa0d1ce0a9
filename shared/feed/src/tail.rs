//! The one reader of a feed in a process: it reads what is new once, and hands it on to whoever may see it.
//!
//! A subscriber comes from pages of the database to what is handed on through a ring of the last events: it joins once
//! the ring begins where its pages end, so nothing is missed and nothing comes twice.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak},
    time::Duration,
};

use hemgang_rpc::{Context, Failure, Sight};
use jiff::Timestamp;
use tokio::{
    sync::{mpsc, watch},
    time::{MissedTickBehavior, interval},
};
use tonic::Status;

use crate::{
    blank::is_blanking,
    event::{FeedEvent, Told},
    outlet::{Reached, SCAN, SETTLED, after},
};

/// Events that are kept.
const RING: usize = 2048;

/// Events that wait for one subscriber. Whoever lets more of them pile up is cut off.
const BUFFER: usize = 1024;

/// How often the feed is read although nobody rang: bookmarks move on, and what another process committed is found
/// also where its word was lost.
pub(crate) const TICK: Duration = Duration::from_secs(1);

/// A feed's reader. It reads as long as somebody listens.
pub(crate) struct Tail<E> {
    cx: Context,
    state: Mutex<State<E>>,
}

struct State<E> {
    is_read: bool,
    /// How far the feed has been read and handed on.
    reached: Reached,
    /// What lies after this, up to `reached`, is in the ring.
    from: i64,
    ring: VecDeque<Arc<Told<E>>>,
    places: Vec<Place<E>>,
}

/// Where a subscriber's events are handed to.
struct Place<E> {
    sight: Sight,
    /// The subscriber read up to here by itself.
    after: i64,
    queue: mpsc::Sender<Arc<Told<E>>>,
    end: Arc<OnceLock<End>>,
}

/// Why nothing is handed on any more.
#[derive(Clone, Debug)]
pub(crate) enum End {
    /// The subscriber did not take what came.
    TooSlow,
    /// The feed could not be read.
    Failed(Status),
    /// The process ends.
    Stopping,
}

/// What is handed to one subscriber.
pub(crate) struct Handed<E> {
    /// From the ring.
    pub waiting: VecDeque<Arc<Told<E>>>,
    /// What comes.
    pub queue: mpsc::Receiver<Arc<Told<E>>>,
    /// Set before the queue closes.
    pub end: Arc<OnceLock<End>>,
}

impl<E: FeedEvent> Tail<E> {
    pub fn new(cx: Context) -> Arc<Self> {
        let (from, ring, places) = (0, VecDeque::new(), Vec::new());
        let reached = Reached { seq: 0, as_of: Timestamp::MIN };
        Arc::new(Self { cx, state: Mutex::new(State { is_read: false, reached, from, ring, places }) })
    }

    /// Everything that the sight admits after a position is handed on from now on; none where the ring does not reach
    /// back so far, and the subscriber reads on by itself. Where nobody reads, whoever is at the head begins it.
    pub fn join(self: &Arc<Self>, sight: &Sight, stands: Reached, at_head: bool) -> Option<Handed<E>> {
        let mut state = self.state();
        if !state.is_read && at_head {
            (state.is_read, state.reached, state.from) = (true, stands, stands.seq);
            let (head, stopped) = (self.cx.db.head(), self.cx.stopped());
            tokio::spawn(read(Arc::downgrade(self), head, stopped));
        }
        if !state.is_read || stands.seq < state.from {
            return None;
        }
        let is_new = |told: &&Arc<Told<E>>| told.seq > stands.seq && sight.admits(&told.audience);
        let waiting = state.ring.iter().filter(is_new).cloned().collect();
        let (queue, handed) = mpsc::channel(BUFFER);
        let end = Arc::default();
        let after = stands.seq.max(state.reached.seq);
        state.places.push(Place { sight: sight.clone(), after, queue, end: Arc::clone(&end) });
        Some(Handed { waiting, queue: handed, end })
    }

    /// What the sight admits after a position, so many at most, as far as it is in memory, and where that ends.
    pub fn kept_after(&self, sight: &Sight, seq: i64, size: usize) -> Option<(Vec<Arc<Told<E>>>, i64)> {
        let state = self.state();
        if !state.is_read || seq < state.from || seq >= state.reached.seq {
            return None;
        }
        let is_new = state.ring.iter().skip(state.ring.partition_point(|told| told.seq <= seq));
        let kept: Vec<_> = is_new.filter(|told| sight.admits(&told.audience)).take(size).cloned().collect();
        let last = kept.get(size - 1).map_or(state.reached.seq, |told| told.seq);
        Some((kept, last))
    }

    /// How far everything has been handed on.
    pub fn reached(&self) -> Reached {
        self.state().reached
    }

    /// Reads to the head. False when nobody listens any more, or nothing can be read.
    async fn read_on(&self) -> bool {
        while let Some(seq) = self.wanted_after() {
            let as_of = self.cx.clock.now() - SETTLED;
            match self.read_after(seq).await {
                Ok(told) => {
                    let at_head = told.len() < SCAN;
                    self.hand_on(told, at_head.then_some(as_of));
                    if at_head {
                        return true;
                    }
                }
                Err(failure) => {
                    self.end(&End::Failed(failure.status()));
                    return false;
                }
            }
        }
        false
    }

    async fn read_after(&self, seq: i64) -> Result<Vec<Told<E>>, Failure> {
        after(&self.cx.db, seq, SCAN).await?.iter().map(crate::event::StoredEvent::read).collect()
    }

    /// Where to read on; nowhere without listeners.
    fn wanted_after(&self) -> Option<i64> {
        let mut state = self.state();
        state.places.retain(|place| !place.queue.is_closed());
        if state.places.is_empty() {
            state.rest();
        }
        state.is_read.then_some(state.reached.seq)
    }

    fn hand_on(&self, told: Vec<Told<E>>, as_of: Option<Timestamp>) {
        let mut state = self.state();
        for told in told.into_iter().map(Arc::new) {
            state.places.retain(|place| place.takes(&told));
            state.reached.seq = told.seq;
            if is_blanking(told.kind()) {
                // What was read before may say whom it was about; the feed does not any more.
                state.ring.clear();
                state.from = told.seq - 1;
            }
            state.ring.push_back(told);
            if state.ring.len() > RING
                && let Some(oldest) = state.ring.pop_front()
            {
                state.from = oldest.seq;
            }
        }
        state.reached.as_of = as_of.unwrap_or(state.reached.as_of);
    }

    /// Ends what is handed on, to everybody.
    fn end(&self, why: &End) {
        let mut state = self.state();
        for place in state.places.drain(..) {
            let _ = place.end.set(why.clone());
        }
        state.rest();
    }

    fn state(&self) -> MutexGuard<'_, State<E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<E> State<E> {
    fn rest(&mut self) {
        self.is_read = false;
        self.ring.clear();
    }
}

impl<E: FeedEvent> Place<E> {
    /// Hands an event on, where it is for this subscriber. False when that cannot be.
    fn takes(&self, told: &Arc<Told<E>>) -> bool {
        if told.seq <= self.after || !self.sight.admits(&told.audience) {
            return true;
        }
        match self.queue.try_send(Arc::clone(told)) {
            Ok(()) => true,
            Err(mpsc::error::TrySendError::Full(_)) => {
                let _ = self.end.set(End::TooSlow);
                false
            }
            Err(mpsc::error::TrySendError::Closed(_)) => false,
        }
    }
}

/// Reads on whenever somebody committed, here or in another process, and at the tick. It keeps neither the feed's
/// database nor its subscribers alive.
async fn read<E: FeedEvent>(
    tail: Weak<Tail<E>>,
    mut head: watch::Receiver<i64>,
    stopped: impl Future<Output = ()> + Send,
) {
    tokio::pin!(stopped);
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tick.reset();
    loop {
        head.mark_unchanged();
        let Some(reader) = tail.upgrade() else { return };
        if !reader.read_on().await {
            return;
        }
        drop(reader);
        let is_over = tokio::select! {
            _ = tick.tick() => false,
            rang = head.changed() => rang.is_err(),
            () = &mut stopped => true,
        };
        if is_over {
            if let Some(reader) = tail.upgrade() {
                reader.end(&End::Stopping);
            }
            return;
        }
    }
}
