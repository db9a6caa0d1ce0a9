//! Applying a page: in waves, each with one event of a subject, in one change with the cursor.
//!
//! Events of different subjects have no order among each other. What a wave applies ahead of an event that waits for the
//! next is kept in the cursor.

use std::collections::HashSet;

use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream};
use hemgang_db::Change;
use hemgang_rpc::{Failure, Seen};
use tokio::time::Instant;

use crate::{
    cursor::{position, subject, wave},
    event::FeedEvent as _,
    follower::{Follow, Follower, Standing},
    packages::Source,
    parked::{BEHIND, Parked},
};

/// How many events a wave applies at most. They are read for at the same time, so the reads become sets.
pub(crate) const WAVE: usize = 64;

/// What became of a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All of it is applied or parked.
    Applied,
    /// Somebody else moved the cursor or a row: read again.
    Lost,
    /// An event rests on what another feed has yet to bring. The rest of the page is applied.
    Waits(Seen),
}

impl<F: Follow> Follower<F> {
    /// Applies a page's events, those of each subject in order. One by one, an event that cannot be applied is parked,
    /// and what comes of its subject queues behind it.
    pub(crate) async fn apply(
        &self,
        mut standing: Standing,
        events: &[F::Event],
        at_once: usize,
    ) -> Result<Outcome, Failure> {
        // A kind that this program does not know stops the feed: consumers are upgraded first.
        let known = events.iter().take_while(|event| event.is_known()).count();
        let page: Vec<_> = events[..known].iter().map(position).collect();
        let (mut waiting, waits) = self.ready(&standing, &events[..known]);
        while !waiting.is_empty() {
            let (behind, free): (Vec<_>, Vec<_>) =
                waiting.into_iter().partition(|event| self.is_behind(&standing, event));
            // One by one, whichever fails is the one.
            let concerns = |event: &F::Event| at_once == 1 || self.follow.concerns(event);
            let (wave, rest) = wave(free, at_once, concerns);
            let (change, parked) = match self.changes(&wave).await {
                Ok(change) => (change, None),
                Err(failure) if at_once == 1 => {
                    (Change::new(), Some((wave[0], self.reason(wave[0], failure)?)))
                }
                Err(failure) => return Err(failure),
            };
            let parked = match self.step(&mut standing, &page, (&wave, &behind), change, parked).await {
                Ok(true) => None,
                Ok(false) => return Ok(Outcome::Lost),
                // The database refuses it.
                Err(failure) if at_once == 1 && !wave.is_empty() => {
                    Some((wave[0], self.reason(wave[0], failure)?))
                }
                Err(failure) => return Err(failure),
            };
            if parked.is_some()
                && !self.step(&mut standing, &page, (&wave, &behind), Change::new(), parked).await?
            {
                return Ok(Outcome::Lost);
            }
            waiting = rest;
        }
        if known < events.len() {
            return Err(Failure::Internal("an event of an unknown kind".into()));
        }
        Ok(waits.map_or(Outcome::Applied, Outcome::Waits))
    }

    /// The events that can be applied now, and what the first that cannot waits for. Nothing overtakes an event of its
    /// subject.
    fn ready<'a>(&self, standing: &Standing, events: &'a [F::Event]) -> (Vec<&'a F::Event>, Option<Seen>) {
        let (mut held, mut waits) = (HashSet::new(), None);
        let mut ready = Vec::new();
        for event in events.iter().filter(|event| !standing.cursor.has_applied(position(*event))) {
            if held.contains(subject(event)) {
                continue;
            }
            if let Some(seen) = self.waits_for(event) {
                held.insert(subject(event));
                waits.get_or_insert(seen);
            } else {
                ready.push(event);
            }
        }
        (ready, waits)
    }

    /// Whether an event queues behind a parked one: of its subject in this feed, or among what it rests on in another.
    fn is_behind(&self, standing: &Standing, event: &F::Event) -> bool {
        let of = Some(subject(event));
        standing.parking.has(of, None) || self.is_behind_another(event)
    }

    /// Whether an event rests on a parked one of its subject in another feed.
    pub(crate) fn is_behind_another(&self, event: &F::Event) -> bool {
        let of = Some(subject(event));
        self.rested_on(event).any(|(other, seen)| other.has_parked(of, Some(seen)))
    }

    /// Writes a wave with what queues behind parked events, an event that is parked for a reason of its own, and the
    /// cursor. False when somebody else was faster.
    async fn step(
        &self,
        standing: &mut Standing,
        page: &[&str],
        (wave, behind): (&[&F::Event], &[&F::Event]),
        change: Change,
        parked: Option<(&F::Event, &'static str)>,
    ) -> Result<bool, Failure> {
        let (feed, now) = (F::Event::FEED, self.cx.clock.now());
        let behind_it = behind.iter().map(|event| Parked::new(feed, *event, BEHIND, now));
        let parked = parked.map(|(event, reason)| Parked::new(feed, event, reason, now));
        let parked: Vec<_> = behind_it.chain(parked).collect();
        let passed: Vec<_> = wave.iter().chain(behind).map(|event| position(*event)).collect();
        let cursor = standing.cursor.after(page, &passed);
        let change = parked.iter().fold(change.put(&cursor), Change::insert);
        if !self.commit(change).await? {
            return Ok(false);
        }
        if !parked.is_empty() {
            self.pace().begin(Instant::now());
        }
        for parked in parked {
            standing.parking.add(parked);
        }
        standing.cursor = cursor;
        self.stand(standing, true);
        Ok(true)
    }

    async fn changes(&self, wave: &[&F::Event]) -> Result<Change, Failure> {
        let changes: Vec<_> = wave.iter().map(|event| self.change(event).boxed()).collect();
        let changes: Vec<_> = stream::iter(changes).buffered(WAVE).try_collect().await?;
        Ok(changes.into_iter().fold(Change::new(), Change::and))
    }

    /// What an event changes.
    pub(crate) async fn change(&self, event: &F::Event) -> Result<Change, Failure> {
        let cx = self.cx.applying(F::Event::FEED, position(event).to_owned());
        let (projected, own) =
            futures::try_join!(self.follow.project(&cx, event), self.follow.react(&cx, event))?;
        let is_projection = |name| F::PROJECTIONS.iter().any(|table| table.name == name);
        if projected.tells() || !projected.tables().all(is_projection) || own.tables().any(is_projection) {
            return Err(Failure::Internal("a projection and a reaction that write the same table".into()));
        }
        Ok(projected.and(own))
    }

    /// Why an event is parked, which the log tells once; what is no fault of the event is given back.
    fn reason(&self, event: &F::Event, failure: Failure) -> Result<&'static str, Failure> {
        let reason = match &failure {
            Failure::Internal(_) => "INTERNAL",
            Failure::NotFound { .. } => "NOT_FOUND",
            _ => return Err(failure),
        };
        let (feed, service, position) = (F::Event::FEED, self.cx.name, position(event));
        tracing::error!(feed, service, position, error = ?failure, "an event cannot be applied; it is parked");
        Ok(reason)
    }
}
