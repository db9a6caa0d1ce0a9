//! Who takes part beside those that an admission notice names: units that are added, leave, or hand the case on.

use hemgang_core::place::HsaId;
use hemgang_proto::{
    common::EntryReason,
    planning::{NoticeKind, RemovalReason},
};
use jiff::Timestamp;

use super::{Dossier, Recipient, Sent, inbox::Inbox};
use crate::domain::{
    consent::{Consents, Terms},
    judgement::Judgement,
    party::Party,
};

impl Dossier {
    /// A unit becomes a party, and reads of the case what may be disclosed to it.
    pub(super) fn introduces(
        &mut self,
        recipient: Recipient,
        since: Timestamp,
        (consents, terms): (&Consents, Terms),
    ) -> Party {
        let mut party = self.joins(recipient, since);
        let bars = consents.bars(&party.unit, terms);
        party.is_barred = bars.notices;
        if bars.case {
            party.keep_out(self.case.introduced());
        }
        party
    }

    /// Lets a unit take part from now on: it holds the notice that the case began with, and is told of the readiness that
    /// stands, 3 kap. 1 §.
    #[must_use]
    pub fn add(
        mut self,
        recipient: Recipient,
        judgements: &[Judgement],
        consents: (&Consents, Terms),
        now: Timestamp,
    ) -> Self {
        let party = self.introduces(recipient, now, consents);
        let kind = match self.case.requested_by {
            Some(_) => NoticeKind::CareRequest,
            None => NoticeKind::Admission,
        };
        let source = format!("recipient:{}", self.next().version);
        let live = Sent { source: &source, at: now, entry_reason: EntryReason::Unspecified, by: None };
        self.deliver(&Inbox::of(&party), kind, &live, now);
        if let Some(standing) = judgements.last().filter(|judgement| judgement.kind == NoticeKind::Readiness)
        {
            self.deliver(&Inbox::of(&party), NoticeKind::Readiness, &standing.sent(), now);
        }
        self.parties.push(party);
        self
    }

    /// Takes a unit out of the case; what was delivered to it leaves its inbox. The side that sent is told of what was not for
    /// the unit (felsänt).
    #[must_use]
    pub fn remove(mut self, unit: &HsaId, reason: RemovalReason, now: Timestamp) -> Self {
        self.leaves(unit, reason, now);
        if self.callers().is_empty() {
            self = self.uncalled();
        }
        for notice in self.notices.iter_mut().filter(|notice| notice.is_in_inbox_of(unit)) {
            (notice.withdrawn_at, notice.version) = (Some(now), notice.version + 1);
            self.moved.push(notice.notice_id);
        }
        match reason {
            RemovalReason::Misdirected => {
                let source = format!("misdirected:{}", self.next().version);
                self.inform_sender(NoticeKind::Misdirected, &source, now)
            }
            _ => self,
        }
    }

    /// Puts a unit in the place of another one of its organisation: its notices are the other's, with their times and
    /// receipts.
    #[must_use]
    pub fn forward(mut self, from: &HsaId, to: Recipient, now: Timestamp) -> Self {
        let Some(before) = self.leaves(from, RemovalReason::Forwarded, now) else { return self };
        if let Some(former) = self.former.last_mut() {
            former.left_to = Some(to.unit.clone());
        }
        let mut party = self.joins(to, before.since);
        party.calls_by = before.calls_by;
        for notice in self.notices.iter_mut().filter(|notice| notice.is_in_inbox_of(from)) {
            (notice.recipient, notice.municipality) = (party.unit.clone(), party.municipality.clone());
            notice.version += 1;
            self.moved.push(notice.notice_id);
        }
        self.parties.push(party);
        self
    }

    /// The party that took the place of one that left, however often it was handed on; none where nobody did.
    pub(super) fn in_place_of(&self, former: &Party) -> Option<Recipient> {
        let mut next = former.left_to.as_ref();
        for _ in 0..=self.former.len() {
            let unit = next?;
            if let Some(party) = self.party(unit) {
                return Some(Recipient {
                    unit: party.unit.clone(),
                    municipality: party.municipality.clone(),
                });
            }
            next = self.former.iter().find(|party| party.unit == *unit)?.left_to.as_ref();
        }
        None
    }

    /// The party as it was; none where the unit takes no part.
    fn leaves(&mut self, unit: &HsaId, reason: RemovalReason, now: Timestamp) -> Option<Party> {
        let place = self.parties.iter().position(|party| party.unit == *unit)?;
        let before = self.parties.remove(place);
        let mut left = before.clone();
        left.leave(reason, now);
        self.former.push(left);
        Some(before)
    }
}
