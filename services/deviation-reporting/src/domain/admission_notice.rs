//! The duty to send an admission notice: within 24 elapsed hours of the judgement that somebody may be needed.
//! 2 kap. 1 § lag (2017:612).

use hemgang_proto::{admission::AdmissionState, common::EntryReason};
use jiff::{SignedDuration, Timestamp};

use super::{standing::Standing, stay::Stay};

/// The rule as a signal names it.
pub const RULE: &str = "2 kap. 1 § lag (2017:612): inom 24 timmar";

/// Elapsed time, never wall clock: a day of 23 or 25 hours moves nothing.
const ALLOWED: SignedDuration = SignedDuration::from_hours(24);

/// When a duty from this judgement runs out. A judgement before the admission counts from the admission.
pub fn due_at(needed_since: Timestamp, admitted_at: Timestamp) -> Timestamp {
    needed_since.max(admitted_at).checked_add(ALLOWED).unwrap_or(Timestamp::MAX)
}

/// Judges a stay by when things happened, whatever the order in which we were told.
pub fn standing(stay: &Stay) -> Standing {
    // What a paper of the reserve routine or another system says is no news here, and nobody can act on it any more.
    let told_afterwards =
        [stay.needed_entry, stay.notified_entry].iter().any(|entry| *entry != EntryReason::Unspecified);
    let is_watched = stay.state != AdmissionState::Voided && !told_afterwards;
    let Some(needed_since) = stay.needed_since.filter(|_| is_watched) else {
        return Standing::Clear;
    };
    let due_at = due_at(needed_since, stay.admitted_at);
    // Nobody is to be told of what is planned no more; whoever judged since that somebody is needed owes it anew.
    let interrupted_at = stay.interrupted_at.filter(|at| *at >= needed_since);
    let ended_at = [stay.discharged_at, interrupted_at].into_iter().flatten().min();
    match (stay.notified_at, ended_at) {
        (Some(sent_at), _) if sent_at <= due_at => Standing::Clear,
        (_, Some(ended_at)) if ended_at < due_at => Standing::Clear,
        (Some(met_at), _) => Standing::Late { due_at, met_at },
        (None, _) => Standing::Owed { due_at },
    }
}

#[cfg(test)]
mod tests;
