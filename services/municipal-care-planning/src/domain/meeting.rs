//! A meeting about a case: booked, answered, moved, held or taken off. Pure.

mod invitation;

use hemgang_core::{day::local_day, place::HsaId};
use hemgang_proto::planning::{
    self as pb, MeetingForm, MeetingKind, MeetingState, NoticeKind, planning_event::Event,
};
use hemgang_rpc::wire;
use jiff::{Timestamp, civil::Date};

pub use self::invitation::{Answers, Invitees};
use crate::{domain::case::CaseId, error::Error};

hemgang_core::typed_id! {
    /// A meeting.
    MeetingId
}

hemgang_db::text_column!(MeetingId);

/// A meeting as kept: a part of its case. How it came to be so is in the feed.
#[expect(clippy::struct_field_names, reason = "fields are columns of the same name")]
#[derive(Clone, Debug, PartialEq)]
pub struct Meeting {
    pub meeting_id: MeetingId,
    pub version: i64,
    pub case_id: CaseId,
    pub kind: MeetingKind,
    pub state: MeetingState,
    pub form: MeetingForm,
    pub starts_at: Timestamp,
    pub called_by: HsaId,
    /// Whether it was called as 4 kap. 3 § says.
    pub is_statutory: bool,
    pub invited: Vec<HsaId>,
    pub booked_at: Timestamp,
    pub held_at: Option<Timestamp>,
    /// The local day that figures count it on.
    pub held_on: Option<Date>,
    pub participants: Vec<HsaId>,
    pub patient_took_part: bool,
    pub relatives_took_part: bool,
    /// What invited units answered to the meeting as it is planned, one a unit.
    pub answers: Answers,
    /// Who is invited without a login.
    pub invitees: Invitees,
}

/// When and how people are to meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    pub starts_at: Timestamp,
    pub form: MeetingForm,
}

/// Who calls whom.
#[derive(Clone, Debug)]
pub struct Called {
    pub by: HsaId,
    pub invited: Vec<HsaId>,
    pub invitees: Vec<pb::Invitee>,
    pub is_statutory: bool,
}

/// How a meeting was.
#[derive(Clone, Debug)]
pub struct Held {
    pub at: Timestamp,
    pub form: MeetingForm,
    pub participants: Vec<HsaId>,
    pub patient_took_part: bool,
    pub relatives_took_part: bool,
}

impl Meeting {
    /// A meeting that is to be held, and what is told of it.
    pub fn book(
        case_id: CaseId,
        kind: MeetingKind,
        Planned { starts_at, form }: Planned,
        Called { by: called_by, invited, invitees, is_statutory }: Called,
        now: Timestamp,
    ) -> (Self, Event) {
        let meeting = Self {
            meeting_id: MeetingId::fresh(now),
            version: 1,
            case_id,
            kind,
            state: MeetingState::Booked,
            form,
            starts_at,
            called_by,
            is_statutory,
            invited,
            booked_at: now,
            held_at: None,
            held_on: None,
            participants: Vec::new(),
            patient_took_part: false,
            relatives_took_part: false,
            answers: Answers::default(),
            invitees: Invitees(invitees),
        };
        let event = meeting.called();
        (meeting, event)
    }

    /// A booked meeting as it is for a unit in the place of one that it concerns; none where it concerns another.
    pub fn handed_on(mut self, from: &HsaId, to: &HsaId) -> Option<Self> {
        let concerns = self.called_by == *from || self.invited.contains(from);
        if self.state != MeetingState::Booked || !concerns {
            return None;
        }
        for unit in self.invited.iter_mut().chain([&mut self.called_by]).filter(|unit| *unit == from) {
            *unit = to.clone();
        }
        self.invited.dedup();
        self.answers.handed_on(from, to);
        self.version += 1;
        Some(self)
    }

    /// As its parties read it in the case.
    pub fn shown(&self) -> pb::Meeting {
        pb::Meeting { invitees: self.invitees.0.clone(), ..self.told() }
    }

    /// As feeds and answers tell of it, which are kept: without the words.
    pub fn told(&self) -> pb::Meeting {
        pb::Meeting {
            meeting_id: self.meeting_id.to_string(),
            case_id: self.case_id.to_string(),
            etag: self.version.to_string(),
            kind: self.kind.into(),
            state: self.state.into(),
            form: self.form.into(),
            starts_at: Some(wire::timestamp(self.starts_at)),
            called_by: self.called_by.to_string(),
            invited: words(&self.invited),
            held_at: self.held_at.map(wire::timestamp),
            participants: words(&self.participants),
            patient_took_part: self.patient_took_part,
            relatives_took_part: self.relatives_took_part,
            statutory: self.is_statutory,
            answers: self.answers.0.clone(),
            invitees: self.invitees.told(),
        }
    }

    fn called(&self) -> Event {
        let (meeting_id, case_id) = (self.meeting_id.to_string(), self.case_id.to_string());
        let (called_by, invited) = (self.called_by.to_string(), words(&self.invited));
        let (starts_at, form) = (Some(wire::timestamp(self.starts_at)), self.form.into());
        if self.kind == MeetingKind::Sip {
            return Event::SipInvited(pb::SipInvited {
                meeting_id,
                case_id,
                called_by,
                invited,
                starts_at,
                form,
                statutory: self.is_statutory,
                invitees: self.invitees.told(),
            });
        }
        Event::MeetingBooked(pb::MeetingBooked { meeting_id, case_id, called_by, invited, starts_at, form })
    }

    /// The notice that its invitation gives.
    pub fn invitation(&self) -> NoticeKind {
        if self.kind == MeetingKind::Sip { NoticeKind::SipInvitation } else { NoticeKind::PlanningMeeting }
    }

    /// What a notice of it as it is now carries, so that it is delivered once.
    pub fn source(&self) -> String {
        format!("meeting:{}.{}", self.meeting_id, self.version)
    }

    /// Another time, or another form: whoever was asked is asked anew.
    ///
    /// # Errors
    /// When it was held or cancelled.
    pub fn reschedule(self, Planned { starts_at, form }: Planned) -> Result<(Self, Event), Error> {
        let meeting = Self { form, starts_at, answers: Answers::default(), ..self.changed()? };
        let event = pb::MeetingRescheduled {
            meeting_id: meeting.meeting_id.to_string(),
            case_id: meeting.case_id.to_string(),
            kind: meeting.kind.into(),
            starts_at: Some(wire::timestamp(starts_at)),
            form: form.into(),
        };
        Ok((meeting, Event::MeetingRescheduled(event)))
    }

    /// It is not held.
    ///
    /// # Errors
    /// When it was held or cancelled.
    pub fn cancel(self) -> Result<(Self, Event), Error> {
        let meeting = Self { state: MeetingState::Cancelled, ..self.changed()? };
        let event = pb::MeetingCancelled {
            meeting_id: meeting.meeting_id.to_string(),
            case_id: meeting.case_id.to_string(),
            kind: meeting.kind.into(),
        };
        Ok((meeting, Event::MeetingCancelled(event)))
    }

    /// It was held, of a stay since `admitted_at`. Also once the patient has left or died: it is told afterwards.
    ///
    /// # Errors
    /// When it was held or cancelled, or cannot have been then.
    pub fn hold(self, held: Held, admitted_at: Option<Timestamp>) -> Result<(Self, Event), Error> {
        let meeting = self.changed()?;
        if let Some(admitted_at) = admitted_at.filter(|admitted_at| held.at < *admitted_at) {
            return Err(Error::HeldBeforeAdmission { admitted_at });
        }
        let event = pb::MeetingHeld {
            meeting_id: meeting.meeting_id.to_string(),
            case_id: meeting.case_id.to_string(),
            kind: meeting.kind.into(),
            form: held.form.into(),
            held_at: Some(wire::timestamp(held.at)),
            participants: words(&held.participants),
            patient_took_part: held.patient_took_part,
            relatives_took_part: held.relatives_took_part,
        };
        let meeting = Self {
            state: MeetingState::Held,
            form: held.form,
            held_at: Some(held.at),
            held_on: Some(local_day(held.at)),
            participants: held.participants,
            patient_took_part: held.patient_took_part,
            relatives_took_part: held.relatives_took_part,
            ..meeting
        };
        Ok((meeting, Event::MeetingHeld(event)))
    }

    /// The next version of a meeting that is still to be held.
    fn changed(self) -> Result<Self, Error> {
        match self.state {
            MeetingState::Booked => Ok(Self { version: self.version + 1, ..self }),
            state => Err(Error::MeetingNotBooked { state }),
        }
    }
}

fn words(units: &[HsaId]) -> Vec<String> {
    units.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;

    fn booked() -> Meeting {
        let now = Timestamp::UNIX_EPOCH;
        let planned = Planned { starts_at: now + 24.hours(), form: MeetingForm::Video };
        let unit = HsaId::parse("SE1-U").expect("an HSA-id");
        let (meeting, event) = Meeting::book(
            CaseId::fresh(now),
            MeetingKind::Planning,
            planned,
            Called { by: unit.clone(), invited: vec![unit], invitees: Vec::new(), is_statutory: false },
            now,
        );
        assert!(matches!(event, Event::MeetingBooked(_)));
        meeting
    }

    fn held(at: Timestamp) -> Held {
        let participants = vec![HsaId::parse("SE1-U").expect("an HSA-id")];
        let form = MeetingForm::Telephone;
        Held { at, form, participants, patient_took_part: true, relatives_took_part: false }
    }

    #[test]
    fn a_booked_meeting_moves_and_ends_once() {
        let now = Timestamp::UNIX_EPOCH;
        let planned = Planned { starts_at: now + 48.hours(), form: MeetingForm::InPerson };
        let (moved, _) = booked().reschedule(planned).expect("moved");
        assert_eq!(
            (moved.version, moved.starts_at, moved.form),
            (2, now + 48.hours(), MeetingForm::InPerson)
        );
        let (cancelled, _) = moved.clone().cancel().expect("cancelled");
        let (held_one, _) = moved.hold(held(now + 49.hours()), None).expect("held");
        assert_eq!((held_one.form, held_one.state), (MeetingForm::Telephone, MeetingState::Held));
        for (over, state) in [(cancelled, MeetingState::Cancelled), (held_one, MeetingState::Held)] {
            let refused = |result: Result<(Meeting, Event), Error>| matches!(result, Err(Error::MeetingNotBooked { state: said }) if said == state);
            assert!(refused(over.clone().reschedule(planned)) && refused(over.clone().cancel()));
            assert!(refused(over.hold(held(now + 49.hours()), None)));
        }
    }

    #[test]
    fn a_meeting_counts_on_its_local_day_and_never_before_the_stay() {
        let evening: Timestamp = "2026-03-31T22:30:00Z".parse().expect("an instant");
        let (meeting, _) = booked().hold(held(evening), Some(evening)).expect("held");
        assert_eq!(meeting.held_on, Some(jiff::civil::date(2026, 4, 1)));
        let early = booked().hold(held(evening - 1.second()), Some(evening));
        assert!(matches!(early, Err(Error::HeldBeforeAdmission { .. })));
    }
}
