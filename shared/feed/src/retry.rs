//! Trying again what is parked, each subject's events in order.

use hemgang_db::Change;
use hemgang_rpc::Failure;
use tokio::time::Instant;

use crate::{
    cursor::{FeedCursor, just_before, position},
    event::FeedEvent as _,
    follower::{Follow, Follower, is_unknown_place},
    packages::Source,
    parked::{BEHIND, Parked},
};

/// What became of a parked event.
enum Tried {
    /// It is applied, and the cursor stepped.
    Applied(FeedCursor),
    /// It cannot be applied.
    Withstood,
    /// It waits for another feed, whose parked events come first.
    Waits,
    /// Somebody else was faster.
    Lost,
}

impl<F: Follow> Follower<F> {
    /// Tries what is parked, when it is time to.
    ///
    /// # Errors
    /// When the feed or the store is away. What cannot be applied stays parked.
    pub(crate) async fn retry(&self) -> Result<(), Failure> {
        // What another replica parks is known as soon as a page is read.
        if self.knows_nothing_parked() || !self.pace().is_due(Instant::now()) {
            return Ok(());
        }
        let _applies = self.cx.applies().await;
        let standing = self.standing().await?;
        let (mut cursor, mut withstood) = (standing.cursor, false);
        for queue in standing.parking.queues() {
            for parked in queue {
                match self.try_again(&cursor, parked).await? {
                    Tried::Applied(stepped) => cursor = stepped,
                    Tried::Withstood => {
                        withstood = true;
                        break;
                    }
                    Tried::Waits => break,
                    Tried::Lost => {
                        self.standing().await?;
                        return Ok(());
                    }
                }
            }
        }
        if withstood {
            self.pace().withstood(Instant::now());
        }
        self.standing().await?;
        Ok(())
    }

    async fn try_again(&self, cursor: &FeedCursor, parked: &Parked) -> Result<Tried, Failure> {
        // A restore took it: the next page tells so.
        let Some(event) = self.parked_event(parked).await? else { return Ok(Tried::Waits) };
        if self.waits_for(&event).is_some() || self.is_behind_another(&event) {
            return Ok(Tried::Waits);
        }
        let stepped = cursor.stepped();
        let written = match self.change(&event).await {
            Ok(change) => self.commit(change.remove(parked).put(&stepped)).await,
            Err(failure) => Err(failure),
        };
        match written {
            Ok(true) => {
                let (feed, position) = (F::Event::FEED, position(&event));
                tracing::info!(feed, service = self.cx.name, position, "a parked event is applied");
                Ok(Tried::Applied(stepped))
            }
            Ok(false) => Ok(Tried::Lost),
            Err(failure @ (Failure::Internal(_) | Failure::NotFound { .. })) => {
                self.still_parked(cursor, parked, &failure).await
            }
            Err(failure) => Err(failure),
        }
    }

    /// What queued and cannot be applied either, now that its turn has come, says so.
    async fn still_parked(
        &self,
        cursor: &FeedCursor,
        parked: &Parked,
        failure: &Failure,
    ) -> Result<Tried, Failure> {
        if parked.reason == BEHIND {
            let reason = if matches!(failure, Failure::NotFound { .. }) { "NOT_FOUND" } else { "INTERNAL" };
            let (feed, position) = (F::Event::FEED, &parked.position);
            tracing::error!(feed, position, error = ?failure, "a parked event cannot be applied either");
            let told = Parked { reason: reason.to_owned(), ..parked.clone() };
            let change = Change::new().remove(parked).insert(&told).put(&cursor.stepped());
            // The rest is tried at the next interval, from a cursor that is read anew.
            self.commit(change).await?;
            self.pace().withstood(Instant::now());
            return Ok(Tried::Lost);
        }
        Ok(Tried::Withstood)
    }

    /// The event itself, read again; none when the feed has it no more.
    async fn parked_event(&self, parked: &Parked) -> Result<Option<F::Event>, Failure> {
        let read = F::Event::read(self.peer.clone(), &just_before(&parked.position), 1).await;
        match read {
            Ok(page) => {
                let event = page.events.into_iter().next();
                Ok(event.filter(|event| event.is_known() && position(event) == parked.position))
            }
            Err(status) if is_unknown_place(&status) => Ok(None),
            Err(status) => Err(self.not_readable(&status)),
        }
    }
}
