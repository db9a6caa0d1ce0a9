//! What people do about the meetings of a plan.

use hemgang_core::place::HsaId;
use hemgang_proto::common::Person;
use tonic::Status;

use super::{Actors, Hospitals};
use crate::{
    people::{Acted, CaseOf, Meet},
    simulate::meetings::{About, Meeting, Meets},
};

/// What is known of a meeting.
#[derive(Clone, Default)]
pub struct Known {
    /// Our id of it, once it is booked.
    meeting_id: Option<String>,
    /// Our id of the case of a person at home, once a care request opened it.
    case_id: Option<String>,
}

impl<H: Hospitals> Actors<'_, H> {
    /// What is done about a meeting.
    pub(super) async fn meet(&self, place: usize, meets: &Meets) -> Acted {
        let people = self.people;
        let meeting = &self.plan.meetings[place];
        let by = self.caller(meeting)?;
        let meet = |at| Meet { kind: meeting.kind, form: meeting.form, at };
        match meets {
            // Done as the opening of any other case.
            Meets::OpenCase(_) => {}
            Meets::Request => {
                let About::Person(person, asked) = &meeting.about else { return Ok(()) };
                let person = &self.plan.persons[*person];
                let person = Person {
                    person_id: Some(person.identity()),
                    name: person.name.to_string(),
                    address: person.address(),
                    protection: person.protection.into(),
                };
                let case_id = people.request_care(&by, person, asked).await?;
                self.meetings.borrow_mut()[place].case_id = Some(case_id);
            }
            Meets::Book => {
                let (of, planned) = (self.case_of(place)?, meet(meeting.booked_for));
                let booked = people.call_meeting(&by, of, planned, &meeting.invited).await?;
                self.meetings.borrow_mut()[place].meeting_id = Some(booked);
            }
            Meets::Move => people.move_meeting(&by, self.booked(place)?, meeting.starts_at).await?,
            Meets::Cancel => people.cancel_meeting(&by, self.booked(place)?).await?,
            Meets::Record => {
                let (held, patient) = (meet(meeting.starts_at), meeting.patient_takes_part);
                people.record_meeting(&by, self.booked(place)?, held, &meeting.invited, patient).await?;
            }
            Meets::DrawUp => {
                let Some(other) = meeting.invited.first() else { return Ok(()) };
                people.draw_up(&by, self.case_of(place)?, other).await?;
            }
            Meets::Approve(unit) => people.approve(unit, self.case_of(place)?).await?,
        }
        Ok(())
    }

    /// The unit that calls and records: the ward where the patient is, where the plan names none.
    fn caller(&self, meeting: &Meeting) -> Result<HsaId, Status> {
        let ward = match &meeting.about {
            About::Stay(stay) => Some(self.known(*stay)?.1),
            About::Person(..) => None,
        };
        meeting.called_by.clone().or(ward).ok_or_else(|| absent("nobody calls"))
    }

    pub(super) fn case_of(&self, place: usize) -> Result<CaseOf, Status> {
        match &self.plan.meetings[place].about {
            About::Stay(stay) => Ok(CaseOf::Admission(self.known(*stay)?.0)),
            About::Person(..) => {
                let id = self.meetings.borrow()[place].case_id.clone();
                id.map(CaseOf::Case).ok_or_else(|| absent("the care request was refused"))
            }
        }
    }

    fn booked(&self, place: usize) -> Result<String, Status> {
        let id = self.meetings.borrow()[place].meeting_id.clone();
        id.ok_or_else(|| absent("the meeting was refused"))
    }
}

/// What cannot be, because what it rests on was refused before.
fn absent(why: &'static str) -> Status {
    Status::not_found(why)
}
