//! A case: an admission of which somebody was told (slutenvårdsärende), or a person whom a care request is about
//! (öppenvårdsprocess); its state, and who reads it how.

pub use hemgang_core::id::CaseId;
use hemgang_core::{id::AdmissionId, place::HsaId};
use hemgang_db::Deadline;
use hemgang_feed::Subject;
use hemgang_proto::{
    common::Destination,
    planning::{self as pb, CaseState, NoticeKind, planning_event::Event},
};
use hemgang_rpc::{Audience, Sight, wire};
use jiff::Timestamp;

use super::{
    ending::Ending,
    party::{Party, Shown},
};

/// A case as kept. Every change to a part of it replaces it.
#[expect(clippy::struct_field_names, reason = "fields are columns of the same name")]
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    pub case_id: CaseId,
    pub version: i64,
    /// Of an inpatient case, with where the patient is.
    pub admission_id: Option<AdmissionId>,
    pub hospital: Option<HsaId>,
    pub ward: Option<HsaId>,
    /// The unit whose care request opened a case without an admission.
    pub requested_by: Option<HsaId>,
    /// What everybody reads, made of the two below.
    pub state: CaseState,
    /// What follows from the stay: the state that it has unless it has ended.
    pub course: CaseState,
    /// How it ended, the last time; also of one that is open again.
    pub ending: Option<Ending>,
    pub opened_at: Timestamp,
    /// Of a patient who came home and is to be called: from when and until when.
    pub contact_from: Option<Timestamp>,
    pub contact_by: Option<Timestamp>,
    /// When the deadline of that runs out; none where it has none any more.
    pub contact_runs_out_at: Option<Timestamp>,
}

impl Case {
    /// A case without an admission: nobody is in hospital, and it is planned for.
    pub fn requested(by: HsaId, now: Timestamp) -> Self {
        Self {
            case_id: CaseId::fresh(now),
            version: 0,
            admission_id: None,
            hospital: None,
            ward: None,
            requested_by: Some(by),
            state: CaseState::Planning,
            course: CaseState::Planning,
            ending: None,
            opened_at: now,
            contact_from: None,
            contact_by: None,
            contact_runs_out_at: None,
        }
    }

    /// What events of the case are about.
    pub fn subject(&self) -> Subject {
        self.admission_id.map_or(Subject::Case(self.case_id), Subject::Admission)
    }

    /// The side that sends: the staff of hospital and ward, or the unit whose care request it is.
    pub fn senders(&self) -> Audience {
        self.requested_by.iter().fold(self.staff(), |audience, unit| audience.and_party(unit, None))
    }

    /// The staff of hospital and ward; nobody, of a case without an admission.
    pub fn staff(&self) -> Audience {
        let staff = self.hospital.as_ref().zip(self.ward.as_ref());
        staff.map(|(hospital, ward)| Audience::stay(hospital, ward)).unwrap_or_default()
    }

    /// Whether a unit stands for the hospital's side: the hospital, or its ward where the patient is.
    pub fn is_hospitals(&self, unit: &HsaId) -> bool {
        [&self.hospital, &self.ward].into_iter().flatten().any(|place| place == unit)
    }

    /// What decisions about it are kept under: its admission, where it has one.
    pub fn about(&self) -> String {
        self.admission_id.map_or_else(|| self.case_id.to_string(), |id| id.to_string())
    }

    /// What a caller reads in place of the case; none where it is the case itself. The sending side reads that, and
    /// whoever reaches a party from which it is not kept.
    pub fn shown_to<'a>(&self, sight: &Sight, parties: &'a [Party]) -> Option<&'a Shown> {
        if sight.admits(&self.senders()) {
            return None;
        }
        let mut own: Vec<_> = parties.iter().filter(|party| sight.admits(&party.audience())).collect();
        own.sort_by(|a, b| (a.is_kept_out(), &a.unit).cmp(&(b.is_kept_out(), &b.unit)));
        own.first().and_then(|party| party.shown.as_ref())
    }

    /// The case as a unit reads it that was told of nothing but the four fields of 2 kap. 3 §, and by whom.
    pub fn introduced(&self) -> pb::Case {
        pb::Case {
            state: CaseState::Planning.into(),
            hospital: self.hospital.as_ref().map(ToString::to_string).unwrap_or_default(),
            ward: self.ward.as_ref().map(ToString::to_string).unwrap_or_default(),
            requested_by: self.requested_by.as_ref().map(ToString::to_string).unwrap_or_default(),
            ..pb::Case::default()
        }
    }

    /// Whether the patient died, or the stay never was.
    pub fn is_over(&self) -> bool {
        matches!(self.state, CaseState::Deceased | CaseState::Voided)
    }

    /// What is told of a new case.
    pub fn opened(&self) -> Event {
        Event::CaseOpened(pb::CaseOpened {
            case_id: self.case_id.to_string(),
            state: self.state.into(),
            hospital: self.hospital.as_ref().map(ToString::to_string).unwrap_or_default(),
            ward: self.ward.as_ref().map(ToString::to_string).unwrap_or_default(),
        })
    }

    /// What is told where the case says something else that no event carries.
    pub fn revised(&self) -> Event {
        Event::CaseRevised(pb::CaseRevised { case_id: self.case_id.to_string() })
    }

    /// Whether there is still something to plan.
    pub fn is_open(&self) -> bool {
        matches!(self.state, CaseState::Planning | CaseState::Ready)
    }

    /// The case by what follows from the stay. A death and a void go before what people said of it.
    #[must_use]
    pub(super) fn settled(self, course: CaseState) -> Self {
        let ended = self.ended().map(|ending| ending.0.state());
        let is_over = matches!(course, CaseState::Deceased | CaseState::Voided);
        let state = ended.filter(|_| !is_over).unwrap_or(course);
        Self { state, course, ..self }
    }

    /// Follows a judgement of readiness, 1 kap. 3 §. One that is registered after the patient has left changes
    /// nothing of that, so the order in which the feeds are read does not matter.
    #[must_use]
    pub fn judged(self, kind: NoticeKind) -> Self {
        let course = match (self.course, kind) {
            (CaseState::Planning, NoticeKind::Readiness) => CaseState::Ready,
            (CaseState::Ready, NoticeKind::ReadinessWithdrawn) => CaseState::Planning,
            (course, _) => course,
        };
        self.settled(course)
    }

    /// Follows the patient to another ward.
    #[must_use]
    pub fn moved(self, hospital: HsaId, ward: HsaId) -> Self {
        Self { hospital: Some(hospital), ward: Some(ward), ..self }
    }

    /// The patient left, or died.
    #[must_use]
    pub fn left(self, destination: Destination) -> Self {
        let died = destination == Destination::Deceased;
        self.settled(if died { CaseState::Deceased } else { CaseState::Discharged })
    }

    /// The patient has not left after all.
    #[must_use]
    pub fn stayed(self, ready: bool) -> Self {
        self.settled(if ready { CaseState::Ready } else { CaseState::Planning })
    }

    /// The admission never was.
    #[must_use]
    pub fn voided(self) -> Self {
        self.settled(CaseState::Voided)
    }
}

impl Case {
    /// The kind of deadline of who came home.
    pub const HOMECOMING: &'static str = "homecoming-contact";

    /// Nobody is to call the patient.
    #[must_use]
    pub fn uncalled(self) -> Self {
        Self { contact_from: None, contact_by: None, contact_runs_out_at: None, ..self }
    }

    /// The deadline of who came home, where it has one.
    pub fn contact_deadline(&self) -> Option<Deadline> {
        let (kind, subject) = (Self::HOMECOMING.to_owned(), self.about());
        Some(Deadline { kind, subject, due_at: self.contact_runs_out_at? })
    }

    /// When the patient is to be called, as somebody reads it: whoever is to call knows it, and nobody else learns from it
    /// that the patient is in hospital again.
    pub fn homecoming_contact(
        &self,
        parties: &[Party],
        reads: impl Fn(&Audience) -> bool,
    ) -> Option<pb::HomecomingContact> {
        let (due_from, due_by) = self.contact_from.zip(self.contact_by)?;
        let calling = parties.iter().filter(|party| party.calls_by.is_some() && !party.is_kept_out());
        let own = calling.filter(|party| reads(&party.audience()));
        let units: Vec<_> = own.map(|party| party.unit.to_string()).collect();
        let (due_from, due_by) = (Some(wire::timestamp(due_from)), Some(wire::timestamp(due_by)));
        Some(pb::HomecomingContact { due_from, due_by, units }).filter(|contact| !contact.units.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(state: CaseState) -> Case {
        let now = Timestamp::UNIX_EPOCH;
        let place = |text| HsaId::parse(text).expect("an HSA-id");
        Case {
            case_id: CaseId::fresh(now),
            version: 1,
            admission_id: Some(AdmissionId::fresh(now)),
            hospital: Some(place("SE1-H")),
            ward: Some(place("SE1-W")),
            requested_by: None,
            state,
            course: state,
            ending: None,
            opened_at: now,
            contact_from: None,
            contact_by: None,
            contact_runs_out_at: None,
        }
    }

    #[test]
    fn a_judgement_moves_an_open_case_and_leaves_a_closed_one() {
        use CaseState::{Deceased, Discharged, Planning, Ready, Voided};
        let judged = |state, kind| case(state).judged(kind).state;
        assert_eq!(judged(Planning, NoticeKind::Readiness), Ready);
        assert_eq!(judged(Ready, NoticeKind::ReadinessWithdrawn), Planning);
        for closed in [Discharged, Deceased, Voided] {
            assert_eq!(judged(closed, NoticeKind::Readiness), closed);
            assert_eq!(judged(closed, NoticeKind::ReadinessWithdrawn), closed);
        }
        assert_eq!(case(Ready).left(Destination::Home).state, Discharged);
        assert_eq!(case(Ready).left(Destination::Deceased).state, Deceased);
        assert_eq!(case(Discharged).voided().state, Voided);
    }
}
