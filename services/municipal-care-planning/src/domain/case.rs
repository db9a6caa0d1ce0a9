//! A case (slutenvårdsärende): an admission of which somebody was told, its state and its parties.

use hemgang_core::{
    id::AdmissionId,
    place::{HsaId, MunicipalityCode},
};
use hemgang_proto::{
    common::Destination,
    planning::{self as pb, CaseState, NoticeKind, planning_event::Event},
};
use jiff::Timestamp;

hemgang_core::typed_id! {
    /// A case.
    CaseId
}

hemgang_db::text_column!(CaseId);

/// A case as kept. Every change to a part of it replaces it.
#[expect(clippy::struct_field_names, reason = "fields are columns of the same name")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    pub case_id: CaseId,
    pub version: i64,
    pub admission_id: AdmissionId,
    pub hospital: HsaId,
    pub ward: HsaId,
    pub state: CaseState,
    pub opened_at: Timestamp,
}

/// A unit that takes part: it holds an admission notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    pub case_id: CaseId,
    pub unit: HsaId,
    /// Of municipal units only: those of the region merely lie in one.
    pub municipality: Option<MunicipalityCode>,
    pub since: Timestamp,
    pub version: i64,
    /// Of its case.
    pub opened_at: Timestamp,
    pub is_open: bool,
}

impl Case {
    /// What is told of a new case.
    pub fn opened(&self) -> Event {
        Event::CaseOpened(pb::CaseOpened {
            case_id: self.case_id.to_string(),
            state: self.state.into(),
            hospital: self.hospital.to_string(),
            ward: self.ward.to_string(),
        })
    }

    /// Whether there is still something to plan.
    pub fn is_open(&self) -> bool {
        matches!(self.state, CaseState::Planning | CaseState::Ready)
    }

    /// Follows a judgement of readiness, 1 kap. 3 §. One that is registered after the patient has left changes
    /// nothing of that, so the order in which the feeds are read does not matter.
    #[must_use]
    pub fn judged(mut self, kind: NoticeKind) -> Self {
        self.state = match (self.state, kind) {
            (CaseState::Planning, NoticeKind::Readiness) => CaseState::Ready,
            (CaseState::Ready, NoticeKind::ReadinessWithdrawn) => CaseState::Planning,
            (state, _) => state,
        };
        self
    }

    /// Follows the patient to another ward.
    #[must_use]
    pub fn moved(self, hospital: HsaId, ward: HsaId) -> Self {
        Self { hospital, ward, ..self }
    }

    /// The patient left, or died.
    #[must_use]
    pub fn left(self, destination: Destination) -> Self {
        let died = destination == Destination::Deceased;
        Self { state: if died { CaseState::Deceased } else { CaseState::Discharged }, ..self }
    }

    /// The patient has not left after all.
    #[must_use]
    pub fn stayed(self, ready: bool) -> Self {
        Self { state: if ready { CaseState::Ready } else { CaseState::Planning }, ..self }
    }

    /// The admission never was.
    #[must_use]
    pub fn voided(self) -> Self {
        Self { state: CaseState::Voided, ..self }
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
            admission_id: AdmissionId::fresh(now),
            hospital: place("SE1-H"),
            ward: place("SE1-W"),
            state,
            opened_at: now,
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
