//! The call to somebody who came home: who is to make it, and that it was made.

use hemgang_core::place::HsaId;
use hemgang_proto::{
    common::EntryReason,
    planning::{HomecomingContactSet, NoticeKind, planning_event::Event},
};
use hemgang_rpc::{Addressee, Audience};
use jiff::Timestamp;

use super::Dossier;
use crate::domain::{case::Case, party::Party};

impl Dossier {
    /// The patient is to be called by the named care contact's unit where that takes part and reads the case, or else by any party
    /// of the kind; by none of those who know that the patient is in hospital again.
    #[must_use]
    pub fn calling(
        mut self,
        by: Addressee,
        named: Option<&HsaId>,
        (from, until): (Timestamp, Timestamp),
        told_of_return: &[HsaId],
    ) -> Self {
        let is_kind = |party: &&mut Party| is_kind(party, by);
        let is_named = |party: &Party| named == Some(&party.unit) && !party.is_kept_out();
        let knows_named = self.parties.iter_mut().filter(is_kind).any(|party| is_named(party));
        for party in self.parties.iter_mut().filter(is_kind) {
            let calls = (!knows_named || is_named(party)) && !told_of_return.contains(&party.unit);
            party.calls_by = calls.then_some(until);
        }
        if self.callers().is_empty() {
            return self;
        }
        let (contact_from, contact_by, contact_runs_out_at) = (Some(from), Some(until), Some(until));
        self.with_case(|case| Case { contact_from, contact_by, contact_runs_out_at, ..case })
    }

    /// Whether the parties were told of the departure as it happened: of what is told afterwards nobody calls.
    pub fn heard_of_departure(&self) -> bool {
        let last = self.notices.iter().rfind(|notice| notice.kind == NoticeKind::Departure);
        last.is_some_and(|notice| notice.entry_reason == EntryReason::Unspecified)
    }

    /// Nobody is to call any more: somebody has, or the patient is not at home.
    #[must_use]
    pub fn uncalled(self) -> Self {
        let callers = self.callers();
        self.uncalled_by(&callers)
    }

    /// Some are to call no more.
    #[must_use]
    pub fn uncalled_by(mut self, units: &[HsaId]) -> Self {
        for party in self.parties.iter_mut().filter(|party| units.contains(&party.unit)) {
            party.calls_by = None;
        }
        if self.callers().is_empty() { self.with_case(Case::uncalled) } else { self }
    }

    /// Nobody called in time: whoever is to is told, once.
    #[must_use]
    pub fn call_missed(mut self, now: Timestamp) -> Self {
        self.case.contact_runs_out_at = None;
        let Some(due_by) = self.case.contact_by else { return self };
        let (source, callers) = (format!("homecoming:{}", due_by.as_microsecond()), self.callers());
        self.inform(&callers, NoticeKind::HomecomingContactMissing, &source, now)
    }

    /// The units of which one is to call.
    pub fn callers(&self) -> Vec<HsaId> {
        let calling = self.parties.iter().filter(|party| party.calls_by.is_some());
        calling.map(|party| party.unit.clone()).collect()
    }

    /// Whether a contact of a unit is the call: it is to make it, or was of the kind that is before it left.
    pub fn was_to_call(&self, unit: &HsaId, by: Addressee) -> bool {
        let mut left = self.former.iter().filter(|party| party.unit == *unit);
        self.callers().contains(unit) || left.any(|party| is_kind(party, by))
    }

    /// Whether somebody is to call who reads the case.
    pub fn has_caller(&self) -> bool {
        self.parties.iter().any(|party| party.calls_by.is_some() && !party.is_kept_out())
    }

    /// What is told to each who is to call from now on, or at another time, or no more.
    pub fn calls_told(&self) -> Vec<(Audience, Event)> {
        let moved = |party: &&Party| {
            party.calls_by != self.as_read(party).and_then(|read| read.calls_by) && !party.is_kept_out()
        };
        let told = self.parties.iter().filter(moved).map(|party| {
            let audience = party.audience();
            let own = std::slice::from_ref(party);
            let case_id = self.case.case_id.to_string();
            let homecoming_contact = self.case.homecoming_contact(own, |_| true);
            (audience, Event::HomecomingContactSet(HomecomingContactSet { case_id, homecoming_contact }))
        });
        told.collect()
    }
}

/// Whether a party is of the kind that calls.
fn is_kind(party: &Party, by: Addressee) -> bool {
    party.municipality.is_some() == (by == Addressee::Municipality)
}
