//! A contact by telephone, as a unit recorded it: much is agreed so. Pure.

use hemgang_core::{id::CaseId, place::HsaId, redacted::Redacted};
use hemgang_proto::planning::{self as pb, ContactTopic, ContactWith, planning_event::Event};
use hemgang_rpc::wire;
use jiff::Timestamp;

use crate::error::Error;

hemgang_core::typed_id! {
    /// A contact.
    ContactId
}

hemgang_db::text_column!(ContactId);

/// A contact as kept: a part of its case.
#[expect(clippy::struct_field_names, reason = "fields are columns of the same name")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    pub contact_id: ContactId,
    pub version: i64,
    pub case_id: CaseId,
    pub unit: HsaId,
    pub counterpart: ContactWith,
    pub other_unit: Option<HsaId>,
    pub is_incoming: bool,
    pub contacted_at: Timestamp,
    pub topic: ContactTopic,
    /// The patient's record.
    pub words: Redacted<String>,
    pub contacted_by: HsaId,
    pub recorded_at: Timestamp,
}

/// What a unit tells of a contact.
#[derive(Clone, Debug)]
pub struct Spoken {
    pub counterpart: ContactWith,
    pub other_unit: Option<HsaId>,
    pub is_incoming: bool,
    pub at: Timestamp,
    pub topic: ContactTopic,
    pub words: Redacted<String>,
    pub by: HsaId,
}

impl Spoken {
    /// That it can have been when it is said to have been: nobody is asked how it is at home before leaving.
    ///
    /// # Errors
    /// `BEFORE_DEPARTURE`.
    pub fn possible(self, discharged_at: Option<Timestamp>) -> Result<Self, Error> {
        let is_home = discharged_at.is_some_and(|left_at| left_at <= self.at);
        if self.topic == ContactTopic::AfterHomecoming && !is_home {
            return Err(Error::BeforeDeparture { discharged_at });
        }
        Ok(self)
    }
}

impl Contact {
    /// A contact of a unit, and what is told of it.
    pub fn record((case_id, unit): (CaseId, HsaId), spoken: Spoken, now: Timestamp) -> (Self, Event) {
        let Spoken { counterpart, other_unit, is_incoming, at, topic, words, by } = spoken;
        let contact = Self {
            contact_id: ContactId::fresh(now),
            version: 1,
            case_id,
            unit,
            counterpart,
            other_unit,
            is_incoming,
            contacted_at: at,
            topic,
            words,
            contacted_by: by,
            recorded_at: now,
        };
        let told = pb::ContactRecorded { case_id: case_id.to_string(), contact: Some(contact.told()) };
        (contact, Event::ContactRecorded(told))
    }

    /// Whether it is the call to somebody who came home that is due from an instant on.
    pub fn is_after_homecoming(&self, from: Timestamp) -> bool {
        self.topic == ContactTopic::AfterHomecoming && self.contacted_at >= from
    }

    /// As the parties read it in the case.
    pub fn shown(&self) -> pb::Contact {
        pb::Contact { text: self.words.expose().clone(), ..self.told() }
    }

    /// As feeds and answers tell of it, which are kept: without the words.
    pub fn told(&self) -> pb::Contact {
        pb::Contact {
            contact_id: self.contact_id.to_string(),
            case_id: self.case_id.to_string(),
            unit: self.unit.to_string(),
            with: self.counterpart.into(),
            other_unit: self.other_unit.as_ref().map(ToString::to_string).unwrap_or_default(),
            incoming: self.is_incoming,
            contacted_at: Some(wire::timestamp(self.contacted_at)),
            topic: self.topic.into(),
            text: String::new(),
            contacted_by: self.contacted_by.to_string(),
            recorded_at: Some(wire::timestamp(self.recorded_at)),
        }
    }

    /// After the record was taken away by law: that somebody was spoken with stays, and the words go.
    #[must_use]
    pub fn blanked(self) -> Self {
        Self { version: self.version + 1, words: Redacted::default(), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_asked_how_it_is_at_home_before_the_departure() {
        let at = |text: &str| text.parse::<Timestamp>().expect("an instant");
        let (noon, one) = (at("2026-09-14T12:00:00Z"), at("2026-09-14T13:00:00Z"));
        let spoken = |topic, at| Spoken {
            counterpart: ContactWith::Patient,
            other_unit: None,
            is_incoming: false,
            at,
            topic,
            words: Redacted::default(),
            by: HsaId::parse("SE2-P1").expect("an HSA-id"),
        };
        let home = |at, left_at| spoken(ContactTopic::AfterHomecoming, at).possible(left_at).is_ok();
        assert!(home(one, Some(noon)) && home(noon, Some(noon)));
        assert!(!home(noon, Some(one)) && !home(noon, None));
        assert!(spoken(ContactTopic::Health, noon).possible(None).is_ok());
    }
}
