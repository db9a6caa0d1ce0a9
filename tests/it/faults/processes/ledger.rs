//! What clients were told is done: one entry a stay, written when the answer came.

use std::{cell::RefCell, collections::BTreeMap};

use hemgang_proto::{planning::NoticeKind, readiness::JudgementKind};

/// One stay, as its client knows it.
#[derive(Clone, Debug, Default)]
pub struct Stay {
    pub id: String,
    pub visit: String,
    pub ward: String,
    /// Judged so long ago that the notice is late.
    pub is_late: bool,
    /// Kinds of the events that the acknowledged commands told, by feed, and how many.
    pub told: BTreeMap<(&'static str, &'static str), usize>,
    /// Units that were notified.
    pub parties: Vec<&'static str>,
    /// What each of them is owed, in order.
    pub notices: Vec<NoticeKind>,
    /// Notices that one of them acknowledged.
    pub acknowledged: Vec<String>,
    pub judgements: Vec<JudgementKind>,
    pub has_left: bool,
}

impl Stay {
    /// Counts an acknowledged command's event.
    pub fn tells(&mut self, feed: &'static str, kind: &'static str) {
        *self.told.entry((feed, kind)).or_default() += 1;
    }

    /// Notes what every party is told of, once there are parties.
    pub fn sends(&mut self, kind: NoticeKind) {
        if !self.parties.is_empty() {
            self.notices.push(kind);
        }
    }
}

/// All stays of an installation.
#[derive(Debug, Default)]
pub struct Ledger(RefCell<Vec<Stay>>);

impl Ledger {
    /// Enters a stay, and says where.
    pub fn enter(&self, stay: Stay) -> usize {
        self.0.borrow_mut().push(stay);
        self.0.borrow().len() - 1
    }

    pub fn update(&self, place: usize, change: impl FnOnce(&mut Stay)) {
        change(&mut self.0.borrow_mut()[place]);
    }

    pub fn stay(&self, place: usize) -> Stay {
        self.0.borrow()[place].clone()
    }

    pub fn stays(&self) -> Vec<Stay> {
        self.0.borrow().clone()
    }
}
