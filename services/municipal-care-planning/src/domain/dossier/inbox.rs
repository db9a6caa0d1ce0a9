//! How a notice comes into the inbox of a unit or of a ward, and goes along with a ward's patient.

use hemgang_core::place::{HsaId, MunicipalityCode};
use hemgang_proto::{common::EntryReason, planning::NoticeKind};
use jiff::Timestamp;

use super::{Dossier, Sent};
use crate::domain::{
    consent::is_statutory,
    notice::{Escalations, Notice, NoticeId},
    party::Party,
};

/// Where a notice goes.
pub(super) struct Inbox {
    unit: HsaId,
    municipality: Option<MunicipalityCode>,
    hospital: Option<HsaId>,
    since: Timestamp,
    is_barred: bool,
}

impl Inbox {
    /// A party's.
    pub(super) fn of(party: &Party) -> Self {
        Self {
            unit: party.unit.clone(),
            municipality: party.municipality.clone(),
            hospital: None,
            since: party.since,
            is_barred: party.is_barred,
        }
    }
}

impl Dossier {
    /// Puts into the inbox of the ward where the patient is what a caller elsewhere did just now. Nothing is kept from a ward,
    /// which decides what others are told; a case without an admission has none.
    #[must_use]
    pub fn inform_ward(mut self, kind: NoticeKind, source: &str, now: Timestamp) -> Self {
        if let Some((hospital, ward)) = self.case.hospital.clone().zip(self.case.ward.clone()) {
            let sent = self.sent(source, now);
            let (municipality, is_barred, since) = (None, false, self.case.opened_at);
            let ward = Inbox { unit: ward, municipality, hospital: Some(hospital), since, is_barred };
            self.deliver(&ward, kind, &sent, now);
        }
        self
    }

    /// The same into that of the side that sends: the ward, or the unit whose care request it is.
    #[must_use]
    pub fn inform_sender(self, kind: NoticeKind, source: &str, now: Timestamp) -> Self {
        let requested_by: Vec<_> = self.case.requested_by.iter().cloned().collect();
        self.inform(&requested_by, kind, source, now).inform_ward(kind, source, now)
    }

    /// Follows the patient to another ward, with what lies in the ward's inbox: times that run go on.
    #[must_use]
    pub fn move_to(mut self, hospital: &HsaId, ward: &HsaId) -> Self {
        let lies_there = |notice: &&mut Notice| notice.hospital.is_some() && notice.recipient != *ward;
        for notice in self.notices.iter_mut().filter(lies_there) {
            (notice.hospital, notice.recipient) = (Some(hospital.clone()), ward.clone());
            notice.version += 1;
            self.moved.push(notice.notice_id);
        }
        self.with_case(|case| case.moved(hospital.clone(), ward.clone()))
    }

    /// Puts a notice into an inbox, unless this one is there. Nobody was sent anything before being a party.
    pub(super) fn deliver(&mut self, to: &Inbox, kind: NoticeKind, sent: &Sent<'_>, now: Timestamp) {
        let is_there = |notice: &Notice| {
            notice.is_in_inbox_of(&to.unit) && notice.kind == kind && notice.source == sent.source
        };
        if self.notices.iter().any(is_there) {
            return;
        }
        // What is told afterwards says itself when it was sent.
        let is_live = sent.entry_reason == EntryReason::Unspecified;
        let sent_at = if is_live { sent.at.max(to.since) } else { sent.at };
        // The system of before delivered what is imported: an inbox shows it in its own time.
        let delivered_at = if sent.entry_reason == EntryReason::Import { sent_at } else { now };
        let is_held = to.is_barred && !is_statutory(kind);
        let delivered_at = (!is_held).then_some(delivered_at);
        let number = 1 + self.notices.iter().map(|notice| notice.number).max().unwrap_or_default();
        self.notices.push(Notice {
            notice_id: NoticeId::fresh(now),
            version: 1,
            case_id: self.case.case_id,
            number,
            admission_id: self.case.admission_id,
            recipient: to.unit.clone(),
            municipality: to.municipality.clone(),
            hospital: to.hospital.clone(),
            kind,
            source: sent.source.to_owned(),
            sent_by: sent.by.clone(),
            sent_at,
            entry_reason: sent.entry_reason,
            delivered_at,
            acknowledged_at: None,
            acknowledged_by: None,
            withdrawn_at: None,
            acknowledge_by: None,
            runs_out_at: None,
            is_missed: false,
            escalations: Escalations::default(),
        });
    }
}
