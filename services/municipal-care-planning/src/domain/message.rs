//! A message about a case: to some of those who take part, or to everybody; corrected, or voided. Pure.

use hemgang_core::{
    id::CaseId,
    place::{HsaId, MunicipalityCode},
    redacted::Redacted,
};
use hemgang_proto::planning::{self as pb, MessageKind, MessageState, planning_event::Event};
use hemgang_rpc::{Audience, wire};
use jiff::Timestamp;

use super::dossier::Dossier;
use crate::error::Error;

hemgang_core::typed_id! {
    /// A message.
    MessageId
}

hemgang_db::text_column!(MessageId);

/// A message as kept: a part of its case.
#[expect(clippy::struct_field_names, reason = "fields are columns of the same name")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub message_id: MessageId,
    pub version: i64,
    pub case_id: CaseId,
    pub unit: HsaId,
    /// Of the unit that sent it, where a municipality runs that: it may be no party itself.
    pub municipality: Option<MunicipalityCode>,
    /// Everybody when empty.
    pub recipients: Vec<HsaId>,
    /// Whether the hospital's side sent it, or is named among the recipients.
    pub is_hospitals: bool,
    pub kind: MessageKind,
    pub state: MessageState,
    /// Of what it says, from 1.
    pub number: i64,
    pub answers: Option<MessageId>,
    /// The patient's record; of one that was voided, nothing.
    pub words: Redacted<String>,
    pub sent_by: HsaId,
    pub sent_at: Timestamp,
    pub corrected_by: Option<HsaId>,
    pub corrected_at: Option<Timestamp>,
}

/// What somebody writes, and to whom.
#[derive(Clone, Debug)]
pub struct Written {
    pub kind: MessageKind,
    pub recipients: Vec<HsaId>,
    pub answers: Option<MessageId>,
    pub words: Redacted<String>,
    pub by: HsaId,
}

/// The side that sends.
#[derive(Clone, Debug)]
pub struct Sender {
    pub unit: HsaId,
    pub municipality: Option<MunicipalityCode>,
    /// Whether it is the hospital's side that sends, or one of those to whom it is sent.
    pub is_hospitals: bool,
}

impl Message {
    /// A message that is sent, and what is told of it.
    pub fn send(case_id: CaseId, from: Sender, written: Written, now: Timestamp) -> (Self, Event) {
        let Sender { unit, municipality, is_hospitals } = from;
        let Written { kind, recipients, answers, words, by } = written;
        let message = Self {
            message_id: MessageId::fresh(now),
            version: 1,
            case_id,
            unit,
            municipality,
            recipients,
            is_hospitals,
            kind,
            state: MessageState::Sent,
            number: 1,
            answers,
            words,
            sent_by: by,
            sent_at: now,
            corrected_by: None,
            corrected_at: None,
        };
        let told = pb::MessageSent { case_id: case_id.to_string(), message: Some(message.told()) };
        (message, Event::MessageSent(told))
    }

    /// The message as it is corrected: by what it says from now on, or voided by nothing.
    ///
    /// # Errors
    /// `NOT_THE_AUTHOR`, `MESSAGE_VOIDED`.
    pub fn correct(
        self,
        (unit, by): (&HsaId, HsaId),
        words: Option<Redacted<String>>,
        now: Timestamp,
    ) -> Result<(Self, Event), Error> {
        if self.unit != *unit {
            return Err(Error::NotTheAuthor { unit: self.unit });
        }
        if self.state == MessageState::Voided {
            return Err(Error::MessageVoided);
        }
        let message = Self {
            version: self.version + 1,
            number: self.number + 1,
            state: if words.is_some() { MessageState::Sent } else { MessageState::Voided },
            words: words.unwrap_or_default(),
            corrected_by: Some(by),
            corrected_at: Some(now),
            ..self
        };
        let (case_id, told) = (message.case_id.to_string(), Some(message.told()));
        let event = match message.state {
            MessageState::Voided => Event::MessageVoided(pb::MessageVoided { case_id, message: told }),
            _ => Event::MessageCorrected(pb::MessageCorrected { case_id, message: told }),
        };
        Ok((message, event))
    }

    /// The message as it is for a unit in the place of one that it was sent to; none where it was not.
    pub fn handed_on(self, from: &HsaId, to: &HsaId) -> Option<Self> {
        if !self.recipients.contains(from) {
            return None;
        }
        // It may be named beside one that left before.
        let others = self.recipients.into_iter().filter(|unit| unit != from && unit != to);
        let recipients = others.chain([to.clone()]).collect();
        Some(Self { version: self.version + 1, recipients, ..self })
    }

    /// For whom it is there: the side that sent it, and those to whom it was sent.
    pub fn audience(&self, dossier: &Dossier) -> Audience {
        if self.is_to_all() { dossier.audience() } else { self.addressed(dossier, |_| true) }
    }

    /// Who is told of what becomes of it: of those, everybody that the case is not kept from.
    pub fn listeners(&self, dossier: &Dossier) -> Audience {
        if self.is_to_all() {
            dossier.listeners()
        } else {
            self.addressed(dossier, |unit| dossier.may_tell(unit))
        }
    }

    /// The parties that find it in their inboxes.
    pub fn receivers(&self, dossier: &Dossier, sender: &HsaId) -> Vec<HsaId> {
        let parties = dossier.parties.iter().map(|party| &party.unit).filter(|unit| *unit != sender);
        parties.filter(|unit| self.is_to_all() || self.recipients.contains(unit)).cloned().collect()
    }

    /// Whether the ward finds it in its inbox, unless it sent it: it is to everybody, or to the hospital's side.
    pub fn is_for_ward(&self) -> bool {
        self.is_to_all() || self.is_hospitals
    }

    /// What a notice of it carries, so that it is delivered once.
    pub fn source(&self) -> String {
        format!("message:{}.{}", self.message_id, self.number)
    }

    /// As those for whom it is there read it in the case.
    pub fn shown(&self) -> pb::Message {
        pb::Message { text: self.words.expose().clone(), ..self.told() }
    }

    /// As feeds and answers tell of it, which are kept: without the words.
    pub fn told(&self) -> pb::Message {
        pb::Message {
            message_id: self.message_id.to_string(),
            case_id: self.case_id.to_string(),
            etag: self.version.to_string(),
            kind: self.kind.into(),
            state: self.state.into(),
            unit: self.unit.to_string(),
            recipients: self.recipients.iter().map(ToString::to_string).collect(),
            version: i32::try_from(self.number).unwrap_or(i32::MAX),
            answers: self.answers.map(|id| id.to_string()).unwrap_or_default(),
            text: String::new(),
            sent_by: self.sent_by.to_string(),
            sent_at: Some(wire::timestamp(self.sent_at)),
            corrected_by: self.corrected_by.as_ref().map(ToString::to_string).unwrap_or_default(),
            corrected_at: self.corrected_at.map(wire::timestamp),
        }
    }

    /// After the record was taken away by law: that it was sent stays, and the words go.
    #[must_use]
    pub fn blanked(self) -> Self {
        Self { version: self.version + 1, words: Redacted::default(), ..self }
    }

    fn is_to_all(&self) -> bool {
        self.recipients.is_empty()
    }

    fn addressed(&self, dossier: &Dossier, is_told: impl Fn(&HsaId) -> bool) -> Audience {
        let sender = Audience::default().and_party(&self.unit, self.municipality.as_ref());
        let parties = dossier.parties.iter().filter(|party| self.recipients.contains(&party.unit));
        let told = parties.filter(|party| is_told(&party.unit));
        let audience = told.fold(sender, |audience, party| audience.and(party.audience()));
        if self.is_hospitals { audience.and(dossier.case.staff()) } else { audience }
    }
}

/// Whether a unit reads a message, as it is shown: it sent it, or was sent it.
pub fn is_read_by(message: &pb::Message, unit: &HsaId) -> bool {
    let is_it = |named: &String| named == unit.as_str();
    message.recipients.is_empty() || is_it(&message.unit) || message.recipients.iter().any(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(text: &str) -> HsaId {
        HsaId::parse(text).expect("an HSA-id")
    }

    fn message(recipients: &[&str]) -> Message {
        let now = Timestamp::UNIX_EPOCH;
        let from = Sender { unit: unit("SE2-U1"), municipality: None, is_hospitals: false };
        let written = Written {
            kind: MessageKind::Question,
            recipients: recipients.iter().map(|text| unit(text)).collect(),
            answers: None,
            words: Redacted::new("Vem hämtar?".to_owned()),
            by: unit("SE2-P1"),
        };
        let (message, event) = Message::send(CaseId::fresh(now), from, written, now);
        let Event::MessageSent(told) = event else { panic!("another event") };
        assert!(told.message.is_some_and(|told| told.text.is_empty()), "no words in the feed");
        message
    }

    #[test]
    fn the_unit_that_sent_it_corrects_it_until_it_is_voided() {
        let (own, by, now) = (unit("SE2-U1"), || unit("SE2-P1"), Timestamp::UNIX_EPOCH);
        let words = || Some(Redacted::new("När?".to_owned()));
        let corrected = message(&[]).correct((&own, by()), words(), now).expect("corrected").0;
        assert_eq!((corrected.number, corrected.shown().text.as_str()), (2, "När?"));
        let other = corrected.clone().correct((&unit("SE2-U2"), by()), words(), now);
        assert!(matches!(other, Err(Error::NotTheAuthor { unit }) if unit == own));
        let (voided, event) = corrected.correct((&own, by()), None, now).expect("voided");
        assert!(matches!(event, Event::MessageVoided(_)));
        assert_eq!((voided.state, voided.shown().text.as_str()), (MessageState::Voided, ""));
        assert!(matches!(voided.correct((&own, by()), words(), now), Err(Error::MessageVoided)));
    }

    #[test]
    fn a_message_to_some_is_nobody_elses() {
        let reads = |recipients: &[&str], reader| is_read_by(&message(recipients).shown(), &unit(reader));
        assert!(reads(&[], "SE2-U3") && reads(&["SE2-U2"], "SE2-U2") && reads(&["SE2-U2"], "SE2-U1"));
        assert!(!reads(&["SE2-U2"], "SE2-U3"));
        assert!(!format!("{:?}", message(&[])).contains("Vem"), "no words in a log");
    }
}
