//! What invited units answer, and who is invited without a login.

use std::fmt;

use hemgang_core::place::HsaId;
use hemgang_proto::planning::{self as pb, InvitationAnswer, planning_event::Event};

use super::Meeting;
use crate::{domain::invitee::silence, error::Error};

/// Answers to one invitation, one a unit. Kept as proto3 JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers(pub Vec<InvitationAnswer>);

/// Who is invited without a login. Kept as proto3 JSON: the names are the patient's record, and no part of a log.
#[derive(Clone, Default, PartialEq)]
pub struct Invitees(pub Vec<pb::Invitee>);

json_column!(Answers);
json_column!(Invitees);

impl fmt::Debug for Invitees {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Invitees").field(&self.0.len()).finish()
    }
}

impl Meeting {
    /// An invited unit answers, in the place of what it answered before.
    ///
    /// # Errors
    /// `MEETING_NOT_BOOKED`, `NOT_INVITED`.
    pub fn answer(self, answer: InvitationAnswer) -> Result<(Self, Event), Error> {
        let mut meeting = self.changed()?;
        if !meeting.invited.iter().any(|unit| unit.as_str() == answer.unit) {
            return Err(Error::NotInvited);
        }
        meeting.answers.0.retain(|before| before.unit != answer.unit);
        meeting.answers.0.push(answer.clone());
        let told = pb::SipInvitationAnswered {
            meeting_id: meeting.meeting_id.to_string(),
            case_id: meeting.case_id.to_string(),
            answer: Some(answer),
        };
        Ok((meeting, Event::SipInvitationAnswered(told)))
    }

    /// After the record was taken away by law: that somebody was invited stays, and the names go.
    #[must_use]
    pub fn blanked(self) -> Self {
        Self { version: self.version + 1, invitees: Invitees(self.invitees.told()), ..self }
    }
}

impl Answers {
    /// What a unit answered is the answer of the unit in its place.
    pub(super) fn handed_on(&mut self, from: &HsaId, to: &HsaId) {
        if self.0.iter().any(|answer| answer.unit == to.as_str()) {
            self.0.retain(|answer| answer.unit != from.as_str());
        }
        for answer in self.0.iter_mut().filter(|answer| answer.unit == from.as_str()) {
            answer.unit = to.to_string();
        }
    }
}

impl Invitees {
    /// Without the names.
    pub fn told(&self) -> Vec<pb::Invitee> {
        let mut told = self.0.clone();
        silence(&mut told);
        told
    }
}

#[cfg(test)]
mod tests {
    use hemgang_core::id::CaseId;
    use hemgang_proto::planning::{Attendance, MeetingForm, MeetingKind, MeetingState};
    use jiff::{Timestamp, ToSpan as _};

    use super::{
        super::{Called, Planned},
        *,
    };

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn unit(text: &str) -> HsaId {
        HsaId::parse(text).expect("an HSA-id")
    }

    fn planned() -> Planned {
        Planned { starts_at: NOW + 24.hours(), form: MeetingForm::Video }
    }

    fn called() -> Meeting {
        let invited = vec![unit("SE1-H"), unit("SE1-S")];
        let name = "Lindskolan".to_owned();
        let invitees = vec![pb::Invitee { name, ..pb::Invitee::default() }];
        let called = Called { by: unit("SE2-V"), invited, invitees, is_statutory: true };
        let (meeting, event) = Meeting::book(CaseId::fresh(NOW), MeetingKind::Sip, planned(), called, NOW);
        assert!(!format!("{event:?}").contains("Lindskolan"));
        meeting
    }

    fn answer(unit: &str, attendance: Attendance) -> InvitationAnswer {
        let attendance = attendance.into();
        InvitationAnswer { unit: unit.to_owned(), attendance, ..InvitationAnswer::default() }
    }

    fn answered(meeting: &Meeting) -> Vec<(&str, Attendance)> {
        meeting.answers.0.iter().map(|answer| (answer.unit.as_str(), answer.attendance())).collect()
    }

    #[test]
    fn the_last_answer_of_a_unit_holds_until_the_meeting_is_moved() {
        let (meeting, _) = called().answer(answer("SE1-H", Attendance::Comes)).expect("answered");
        let (meeting, _) = meeting.answer(answer("SE1-S", Attendance::SendsDeputy)).expect("answered");
        let (meeting, _) = meeting.answer(answer("SE1-H", Attendance::Cannot)).expect("answered anew");
        assert_eq!(answered(&meeting), [("SE1-S", Attendance::SendsDeputy), ("SE1-H", Attendance::Cannot)]);
        let (moved, _) = meeting.clone().reschedule(planned()).expect("moved");
        assert_eq!((moved.version, answered(&moved)), (5, Vec::new()));
        assert_eq!(moved.shown().invitees[0].name, "Lindskolan");
        assert!(
            moved.told().invitees[0].name.is_empty() && moved.blanked().shown().invitees[0].name.is_empty()
        );

        let (health, other) = (unit("SE1-H"), unit("SE1-O"));
        let handed_on = meeting.clone().handed_on(&health, &other).expect("handed on");
        assert_eq!(answered(&handed_on), [("SE1-S", Attendance::SendsDeputy), ("SE1-O", Attendance::Cannot)]);
        let merged = meeting.handed_on(&health, &unit("SE1-S")).expect("handed on");
        assert_eq!(answered(&merged), [("SE1-S", Attendance::SendsDeputy)]);
    }

    #[test]
    fn nobody_else_answers_nor_anybody_once_it_is_over() {
        let stranger = called().answer(answer("SE2-V", Attendance::Comes));
        assert!(matches!(stranger, Err(Error::NotInvited)), "who called it");
        let (cancelled, _) = called().cancel().expect("cancelled");
        let late = cancelled.answer(answer("SE1-H", Attendance::Comes));
        assert!(matches!(late, Err(Error::MeetingNotBooked { state: MeetingState::Cancelled })));
    }
}
