//! The duty to send an admission notice within 24 elapsed hours, 2 kap. 1 § lag (2017:612), as
//! `notice_within_24h` counts it. The signal of deviation reporting reads judgements in the same way.

use hemgang_core::day::local_day;
use hemgang_feed::recipients::{Course, Step};
use hemgang_proto::{admission::AdmissionState, common::EntryReason};
use jiff::{SignedDuration, Timestamp};

use super::stay::Stay;

/// Elapsed time, never wall clock: a day of 23 or 25 hours moves nothing.
const ALLOWED: SignedDuration = SignedDuration::from_secs(86_400);

impl Stay {
    /// The stay as judgements and notices leave it: made of all that was told, because a notice that did not reach the right
    /// unit may turn out after what was judged since.
    #[must_use]
    pub fn weighed(self, course: &Course) -> Self {
        let (version, admitted_at) = (self.version + 1, self.admitted_at);
        let unspecified = EntryReason::Unspecified;
        let untold = Self {
            needed_since: None,
            needed_entry: unspecified,
            notified_at: None,
            notified_on: None,
            notified_entry: unspecified,
            ..self
        };
        let stay = course.steps().into_iter().fold(untold, |stay, step| match step {
            // Whether the duty had run out by then was judged by what was known of the admission.
            Step::Judged(judged) => Self { admitted_at: judged.admitted_at, ..stay }.assessed(
                judged.needed,
                judged.assessed_at,
                judged.entry,
            ),
            Step::Notified(at, entry) => stay.notified(at, entry),
        });
        Self { version, admitted_at, ..stay }
    }

    /// A physician judged whether somebody may be needed. The first judgement that somebody is stands, until one
    /// that nobody is; what was judged once a notice was sent moves nothing.
    #[must_use]
    pub fn assessed(self, needed: bool, at: Timestamp, entry: EntryReason) -> Self {
        let stands = (self.needed_since, self.needed_entry);
        // Late registration: what was judged earlier may be told later. What counts goes before what does not.
        let rank = |at, entry| (entry == EntryReason::DowntimeRoutine, at);
        let (needed_since, needed_entry) = match stands {
            _ if self.notified_before(at, entry) => stands,
            (Some(since), of) if needed && rank(since, of) <= rank(at, entry) => stands,
            _ if needed => (Some(at), entry),
            // The 24 hours had run out by then: the notice was owed and not sent.
            (Some(since), _) if self.due_at(since) < at => stands,
            // Somebody was judged to be needed after it.
            (Some(since), _) if entry != EntryReason::Unspecified && at < since => stands,
            _ => (None, EntryReason::Unspecified),
        };
        Self { version: self.version + 1, needed_since, needed_entry, ..self }
    }

    /// An admission notice reached a unit that takes part: the stay is a case.
    #[must_use]
    pub fn notified(self, at: Timestamp, entry: EntryReason) -> Self {
        let (first, notified_entry) = match self.notified_at {
            Some(first) if first <= at => (first, self.notified_entry),
            _ => (at, entry),
        };
        let (notified_at, notified_on) = (Some(first), Some(local_day(first)));
        Self { version: self.version + 1, notified_at, notified_on, notified_entry, ..self }
    }

    /// Whether a judgement comes after the notice, and moves nothing. Papers are entered in any order, so of what is
    /// told afterwards its time decides.
    fn notified_before(&self, at: Timestamp, entry: EntryReason) -> bool {
        match entry {
            EntryReason::Unspecified => self.notified_at.is_some(),
            _ => self.notified_at.is_some_and(|sent_at| sent_at < at),
        }
    }

    /// Of a stay that is over, whether the required notice was sent in time: from the judgement of need when one was
    /// recorded, else from the admission. None when it was not required. Never sent is a failure, but a stay of under 24
    /// hours without a notice is out, and so is a duty that began or was met on paper: while no system is to be had
    /// nobody can send one.
    pub fn notice_in_time(&self) -> Option<bool> {
        let on_paper = [self.needed_entry, self.notified_entry].contains(&EntryReason::DowntimeRoutine);
        if on_paper || self.state == AdmissionState::Voided {
            return None;
        }
        let left_at = self.discharged_at?;
        match (self.needed_since, self.notified_at) {
            (since, Some(sent_at)) => Some(sent_at <= self.due_at(since.unwrap_or(self.admitted_at))),
            (Some(_), None) => (left_at.duration_since(self.admitted_at) >= ALLOWED).then_some(false),
            (None, None) => None,
        }
    }

    /// A judgement before the admission counts from the admission.
    fn due_at(&self, since: Timestamp) -> Timestamp {
        since.max(self.admitted_at).checked_add(ALLOWED).unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests;
