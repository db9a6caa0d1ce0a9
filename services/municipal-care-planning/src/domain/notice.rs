//! A notice in the inbox of a unit, or of a ward: delivered once, acknowledged by one person.

use hemgang_core::{
    id::AdmissionId,
    place::{HsaId, MunicipalityCode},
};
use hemgang_db::Deadline;
use hemgang_proto::{
    common::EntryReason,
    planning::{self as pb, CaseState, NoticeKind, planning_event::Event},
};
use hemgang_rpc::{Addressee, Audience, Entry, wire};
use jiff::Timestamp;

use crate::{
    domain::{
        case::{Case, CaseId},
        ending::Ending,
    },
    error::Error,
};

hemgang_core::typed_id! {
    /// A notice.
    NoticeId
}

hemgang_db::text_column!(NoticeId);

/// A notice as kept: a part of its case.
#[expect(clippy::struct_field_names, reason = "fields are columns of the same name")]
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    pub notice_id: NoticeId,
    pub version: i64,
    pub case_id: CaseId,
    pub number: i64,
    pub admission_id: Option<AdmissionId>,
    pub recipient: HsaId,
    /// Of municipal units only.
    pub municipality: Option<MunicipalityCode>,
    /// Of wards only: theirs.
    pub hospital: Option<HsaId>,
    pub kind: NoticeKind,
    pub source: String,
    /// The party that did what it tells of; none of what the sending side did.
    pub sent_by: Option<HsaId>,
    pub sent_at: Timestamp,
    pub entry_reason: EntryReason,
    /// None while it is held for reasons of secrecy.
    pub delivered_at: Option<Timestamp>,
    pub acknowledged_at: Option<Timestamp>,
    pub acknowledged_by: Option<HsaId>,
    /// When it left the inbox of a unit that takes part no more.
    pub withdrawn_at: Option<Timestamp>,
    /// When its receipt is due, or was; none where nothing is.
    pub acknowledge_by: Option<Timestamp>,
    /// When its deadline runs out; none where it has none any more.
    pub runs_out_at: Option<Timestamp>,
    /// Its receipt did not come in time, and whoever sent it was told.
    pub is_missed: bool,
    /// Who was reminded since.
    pub escalations: Escalations,
}

/// Who was reminded of a notice, the first first. Kept as proto3 JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Escalations(pub Vec<pb::Escalation>);

json_column!(Escalations);

impl Notice {
    /// The kind of deadline that it has.
    pub const DEADLINE: &'static str = "receipt";

    /// The addressed side alone: the unit, and its municipality; nobody while it is held, or once it left the inbox.
    pub fn addressee(&self) -> Audience {
        if self.delivered_at.is_some() { self.addressed() } else { Audience::default() }
    }

    /// The addressed side, whether it is held or not.
    pub fn addressed(&self) -> Audience {
        if self.withdrawn_at.is_some() {
            return Audience::default();
        }
        match &self.hospital {
            Some(hospital) => Audience::stay(hospital, &self.recipient),
            None => Audience::default().and_party(&self.recipient, self.municipality.as_ref()),
        }
    }

    /// What kind of addressee has it.
    pub fn addressee_kind(&self) -> Addressee {
        match (&self.hospital, &self.municipality) {
            (Some(_), _) => Addressee::Ward,
            (None, Some(_)) => Addressee::Municipality,
            (None, None) => Addressee::Outpatient,
        }
    }

    /// Whether somebody owes a receipt of it: it lies in an inbox as it was told, nobody has taken note, and there is still
    /// somebody whom it is about and for whom it is planned. A case that is closed owes what it owed.
    pub fn is_owed(&self, case: &Case) -> bool {
        self.is_unread(case) && case.state != CaseState::Interrupted
    }

    /// Whether its receipt was late before planning was broken off: that is no way out of being late. Nobody is reminded any more.
    pub fn stays_late(&self, case: &Case) -> bool {
        let ended_at = case.ended().filter(|_| case.state == CaseState::Interrupted).map(Ending::ended_at);
        let was_late = self.acknowledge_by.zip(ended_at).is_some_and(|(due, ended_at)| due < ended_at);
        self.is_unread(case) && was_late
    }

    fn is_unread(&self, case: &Case) -> bool {
        let is_there = self.delivered_at.is_some() && self.withdrawn_at.is_none();
        let is_live = self.entry_reason == EntryReason::Unspecified;
        is_there && is_live && self.acknowledged_at.is_none() && !case.is_over()
    }

    /// Its deadline, where it has one. The first word says what may meet or end the duty: events of the case.
    pub fn deadline(&self, case: &Case) -> Option<Deadline> {
        let subject = format!("{} {}", case.about(), self.notice_id);
        Some(Deadline { kind: Self::DEADLINE.to_owned(), subject, due_at: self.runs_out_at? })
    }

    /// Whether it is in a unit's inbox, or held for it.
    pub fn is_in_inbox_of(&self, unit: &HsaId) -> bool {
        self.withdrawn_at.is_none() && self.recipient == *unit
    }

    /// Who may see it: the sending side, and the addressed one. No other party. That one unit is still to call tells the sending
    /// side who knows that the patient is in hospital again: it is the unit's alone.
    pub fn audience(&self, case: &Case) -> Audience {
        match self.kind {
            NoticeKind::HomecomingContactMissing => self.addressee(),
            _ => case.senders().and(self.addressee()),
        }
    }

    /// Delivers what was held: it is given now, and any time that runs from it begins.
    pub fn release(&mut self, now: Timestamp) {
        (self.sent_at, self.delivered_at, self.version) = (now, Some(now), self.version + 1);
    }

    /// How its delivery is told: as what it carries was.
    pub fn entry(&self) -> Option<Entry> {
        let entry = Entry { reason: self.entry_reason, stated_at: self.sent_at };
        Some(entry).filter(|entry| entry.reason != EntryReason::Unspecified)
    }

    /// What is told of it: that it was delivered, or held.
    pub fn told(&self) -> Event {
        if self.delivered_at.is_none() {
            return Event::NoticeHeld(pb::NoticeHeld {
                notice_id: self.notice_id.to_string(),
                case_id: self.case_id.to_string(),
                kind: self.kind.into(),
                recipient: self.recipient.to_string(),
                sent_at: Some(wire::timestamp(self.sent_at)),
            });
        }
        Event::NoticeDelivered(pb::NoticeDelivered {
            acknowledge_by: self.acknowledge_by.map(wire::timestamp),
            hospital: self.hospital.as_ref().map(ToString::to_string).unwrap_or_default(),
            notice_id: self.notice_id.to_string(),
            case_id: self.case_id.to_string(),
            kind: self.kind.into(),
            recipient: self.recipient.to_string(),
            sent_at: Some(wire::timestamp(self.sent_at)),
        })
    }

    /// Records who took note (kvittens). The Act knows no receipt; the county's routine does, so the first one
    /// stands.
    pub fn acknowledge(mut self, by: HsaId, at: Timestamp) -> Result<(Self, Event), Error> {
        if let Some(acknowledged_by) = self.acknowledged_by {
            return Err(Error::AlreadyAcknowledged { acknowledged_by });
        }
        if at < self.sent_at {
            return Err(Error::BeforeNotice { sent_at: self.sent_at });
        }
        let event = Event::NoticeAcknowledged(pb::NoticeAcknowledged {
            notice_id: self.notice_id.to_string(),
            case_id: self.case_id.to_string(),
            kind: self.kind.into(),
            recipient: self.recipient.to_string(),
            acknowledged_by: by.to_string(),
        });
        self.version += 1;
        self.acknowledged_at = Some(at);
        self.acknowledged_by = Some(by);
        self.runs_out_at = None;
        Ok((self, event))
    }
}
