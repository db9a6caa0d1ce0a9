//! What an event rests on: positions of other feeds that its teller had read. It waits until we have read them, too.

use std::sync::{Arc, PoisonError};

use hemgang_rpc::{CatchUp, Failure, Seen};

use crate::{
    cursor::number,
    event::FeedEvent as _,
    follower::{Follow, Follower},
    packages::Source,
};

impl<F: Follow> Follower<F> {
    /// The position of another feed that an event rests on and that this service has yet to read.
    pub(crate) fn waits_for(&self, event: &F::Event) -> Option<Seen> {
        let lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        self.rested_on(event).find_map(|(other, position)| {
            let reached = number(&other.position()) >= number(position);
            let waits = !reached && !lost.contains(position);
            waits.then(|| Seen { feed: other.feed(), position: position.to_owned() })
        })
    }

    /// The other feeds of this service that an event rests on, each with how far its teller had read it.
    pub(crate) fn rested_on<'a>(
        &self,
        event: &'a F::Event,
    ) -> impl Iterator<Item = (Arc<dyn CatchUp>, &'a str)> + use<'a, F> {
        let seen = event.header().filter(|header| !header.seen.is_empty());
        let others = seen.map(|_| self.cx.followers()).unwrap_or_default();
        let others = others.into_iter().filter(|other| other.feed() != F::Event::FEED);
        others.filter_map(move |other| {
            let position = seen?.seen.get(other.feed())?;
            Some((other, position.as_str()))
        })
    }

    /// Brings the feed on that an event rests on. What it does not have at its head was lost with a restore.
    pub(crate) async fn bring_on(&self, seen: &Seen) -> Result<(), Failure> {
        let behind = || Failure::FeedBehind(seen.feed);
        let before: Vec<_> = self.cx.followers().iter().map(|follower| follower.position()).collect();
        let mut progress = false;
        for other in self.cx.followers().into_iter().filter(|other| other.feed() != F::Event::FEED) {
            let stood = other.advance().await;
            if other.feed() != seen.feed {
                continue;
            }
            if stood?.is_none() {
                self.lost.lock().unwrap_or_else(PoisonError::into_inner).insert(seen.position.clone());
                progress = true;
            }
        }
        let after: Vec<_> = self.cx.followers().iter().map(|follower| follower.position()).collect();
        if progress || before != after { Ok(()) } else { Err(behind()) }
    }
}
