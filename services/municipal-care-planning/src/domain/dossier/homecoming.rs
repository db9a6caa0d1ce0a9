//! The call to somebody who came home: who is to make it, and that it was made.

use hemgang_core::place::HsaId;
use hemgang_proto::planning::{HomecomingContactSet, NoticeKind, planning_event::Event};
use hemgang_rpc::Addressee;
use jiff::Timestamp;

use super::Dossier;
use crate::domain::case::Case;

impl Dossier {
    /// The patient is to be called by the named care contact's unit where that takes part, or else by any party of the kind; by
    /// nobody where there is none.
    #[must_use]
    pub fn to_be_called(
        mut self,
        by: Addressee,
        named: Option<&HsaId>,
        (from, until): (Timestamp, Timestamp),
    ) -> Self {
        let is_kind = |is_municipal: bool| is_municipal == (by == Addressee::Municipality);
        let is_named = |unit: &HsaId| named == Some(unit);
        let knows_named =
            self.parties.iter().any(|party| is_named(&party.unit) && is_kind(party.municipality.is_some()));
        for party in &mut self.parties {
            let calls = is_kind(party.municipality.is_some()) && (!knows_named || is_named(&party.unit));
            party.calls_by = calls.then_some(until);
        }
        if self.callers().is_empty() {
            return self;
        }
        let (contact_from, contact_by, contact_runs_out_at) = (Some(from), Some(until), Some(until));
        self.with_case(|case| Case { contact_from, contact_by, contact_runs_out_at, ..case })
    }

    /// Nobody is to call any more: somebody has, or the patient is not at home.
    #[must_use]
    pub fn uncalled(mut self) -> Self {
        self.parties.iter_mut().for_each(|party| party.calls_by = None);
        self.with_case(Case::uncalled)
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

    /// What is told where who is to call, or when, is another by now.
    pub fn call_told(&self) -> Option<Event> {
        let takes_part = self.parties_read.iter().filter(|party| party.left_at.is_none());
        let before = self.read.homecoming_contact(&takes_part.cloned().collect::<Vec<_>>());
        let homecoming_contact = self.case.homecoming_contact(&self.parties);
        (before != homecoming_contact).then(|| {
            Event::HomecomingContactSet(HomecomingContactSet {
                case_id: self.case.case_id.to_string(),
                homecoming_contact,
            })
        })
    }
}
