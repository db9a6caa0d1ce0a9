//! A unit that takes part in a case, and what it reads of it.

use std::fmt;

use hemgang_core::{
    id::CaseId,
    place::{HsaId, MunicipalityCode},
};
use hemgang_proto::planning::{self as pb, CaseState, RemovalReason};
use hemgang_rpc::Audience;
use jiff::Timestamp;

use super::{discharge_information::wordless, invitee::silence, message::is_read_by, related_persons, sip};

/// A unit that takes part: it holds an admission notice, or a care request is from it or to it. Or one that did.
#[derive(Clone, Debug, PartialEq)]
pub struct Party {
    pub case_id: CaseId,
    pub unit: HsaId,
    /// Of municipal units only: those of the region merely lie in one.
    pub municipality: Option<MunicipalityCode>,
    pub since: Timestamp,
    pub version: i64,
    /// Of its case.
    pub opened_at: Timestamp,
    /// Of its case, as far as it is told.
    pub is_open: bool,
    /// Whether notices to it are held.
    pub is_barred: bool,
    /// What it reads while the case is kept from it, and the state that lists find that under.
    pub shown: Option<Shown>,
    pub shown_state: Option<String>,
    /// When it left the case, and why; unspecified while it takes part.
    pub left_at: Option<Timestamp>,
    pub left_reason: RemovalReason,
    /// The unit that took its place.
    pub left_to: Option<HsaId>,
    /// Of a unit that is to call the patient who came home: until when.
    pub calls_by: Option<Timestamp>,
}

/// A case as it stood when the last was disclosed, without its patient. Kept as proto3 JSON.
#[derive(Clone, PartialEq)]
pub struct Shown(pub pb::Case);

impl fmt::Debug for Shown {
    /// Without the words that it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Shown").field(&self.0.case_id).finish_non_exhaustive()
    }
}

json_column!(Shown);

impl Party {
    /// The unit, and its municipality.
    pub fn audience(&self) -> Audience {
        Audience::default().and_party(&self.unit, self.municipality.as_ref())
    }

    /// Takes part no more: it reads nothing from now on.
    pub fn leave(&mut self, reason: RemovalReason, now: Timestamp) {
        (self.shown, self.shown_state, self.calls_by) = (None, None, None);
        (self.is_open, self.left_at, self.left_reason) = (false, Some(now), reason);
    }

    /// Whether the case is kept from it.
    pub fn is_kept_out(&self) -> bool {
        self.shown.is_some()
    }

    /// Reads this from now on, whatever becomes of the case: of its messages, those that are the unit's.
    pub fn keep_out(&mut self, mut shown: pb::Case) {
        shown.messages.retain(|message| is_read_by(message, &self.unit));
        self.shown_state = Some(shown.state().as_str_name().to_owned());
        self.shown = Some(Shown(shown));
    }

    /// Reads the case again.
    pub fn let_in(&mut self, is_open: bool) {
        (self.shown, self.shown_state, self.is_open) = (None, None, is_open);
    }

    /// Reads no more in what words something was handed over, planned or said.
    pub fn blank(&mut self) {
        if let Some(Shown(shown)) = &mut self.shown {
            shown.discharge_information = shown.discharge_information.take().map(wordless);
            shown.related_persons = shown.related_persons.take().map(related_persons::wordless);
            shown.sip = shown.sip.take().map(sip::wordless);
            shown.meetings.iter_mut().for_each(|meeting| silence(&mut meeting.invitees));
            shown.contacts.iter_mut().for_each(|contact| contact.text.clear());
            shown.messages.iter_mut().for_each(|message| message.text.clear());
        }
    }

    /// Reads a message no more that was voided.
    pub fn take_back(&mut self, voided: &pb::Message) {
        let shown = self.shown.iter_mut().flat_map(|Shown(shown)| &mut shown.messages);
        for message in shown.filter(|message| message.message_id == voided.message_id) {
            *message = voided.clone();
        }
    }

    /// Learns that the admission never was: whoever was notified wrongly is told so.
    pub fn void(&mut self) {
        if let Some(Shown(shown)) = self.shown.take() {
            self.keep_out(pb::Case { state: CaseState::Voided.into(), ..shown });
            self.is_open = false;
        }
    }
}
