//! Messages that came before the admission of their visit: in memory, by visit, in the order in which they came.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use hemgang_proto::admission::VisitNumber;

use super::Outcome;
use crate::adt::Reading;

/// More are not held for release: a feed of strangers must not fill the memory. Whoever hands them in keeps them.
const MOST: usize = 100_000;

/// What became of a message that waited.
#[derive(Clone, Debug, PartialEq)]
pub struct Released {
    /// Which message.
    pub reading: Reading,
    /// What became of it.
    pub outcome: Outcome,
}

/// Where messages wait.
#[derive(Default)]
pub(super) struct Parking {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    by_visit: BTreeMap<(String, String), Vec<Reading>>,
    /// Visits of which something names another patient.
    conflicts: BTreeSet<(String, String)>,
    held: usize,
    released: Vec<Released>,
}

impl Parking {
    pub fn hold(&self, visit: VisitNumber, reading: Reading, is_conflict: bool) {
        let mut state = self.state();
        if state.held < MOST {
            state.held += 1;
            let visit = key(visit);
            if is_conflict {
                state.conflicts.insert(visit.clone());
            }
            state.by_visit.entry(visit).or_default().push(reading);
        }
    }

    /// Visits of which something names another patient.
    pub fn conflicts(&self) -> Vec<VisitNumber> {
        let visit = |(authority, value): &(String, String)| VisitNumber {
            authority: authority.clone(),
            value: value.clone(),
        };
        self.state().conflicts.iter().map(visit).collect()
    }

    /// Everything that waits for a visit.
    pub fn take(&self, visit: &VisitNumber) -> Vec<Reading> {
        let mut state = self.state();
        let visit = key(visit.clone());
        state.conflicts.remove(&visit);
        let taken = state.by_visit.remove(&visit).unwrap_or_default();
        state.held -= taken.len();
        taken
    }

    /// What was taken and could not be handed on goes before what has come since.
    pub fn put_back(&self, visit: &VisitNumber, first: Reading, rest: impl Iterator<Item = Reading>) {
        let mut state = self.state();
        let waiting = state.by_visit.entry(key(visit.clone())).or_default();
        let since = std::mem::take(waiting);
        let before = since.len();
        waiting.push(first);
        waiting.extend(rest);
        waiting.extend(since);
        let added = waiting.len() - before;
        state.held += added;
        // Whether one of them was a conflict is not known any more, and another try costs little.
        state.conflicts.insert(key(visit.clone()));
    }

    pub fn released(&self, reading: Reading, outcome: Outcome) {
        self.state().released.push(Released { reading, outcome });
    }

    pub fn take_released(&self) -> Vec<Released> {
        std::mem::take(&mut self.state().released)
    }

    pub fn waiting(&self) -> Vec<Reading> {
        self.state().by_visit.values().flatten().cloned().collect()
    }

    /// A lock is held for moving values only, so what a panic left behind is whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(visit: VisitNumber) -> (String, String) {
    (visit.authority, visit.value)
}
