//! One stay in the model: what was accepted, and what follows from it in as few words as possible.

use hemgang_proto::{
    admission::AdmissionState,
    planning::CaseState,
    readiness::{JudgementKind, ReadinessState},
};
use jiff::Timestamp;

use super::act::What;

/// A stay.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, in any combination")]
#[derive(Clone, Debug)]
pub struct Stay {
    pub id: String,
    pub admitted_at: Timestamp,
    departed_at: Option<Timestamp>,
    died_at: Option<Timestamp>,
    is_void: bool,
    /// Whether it is at the other of the two wards.
    pub at_other: bool,
    pub on_leave: bool,
    pub is_needed: bool,
    pub notices: usize,
    pub judgements: Vec<(JudgementKind, Timestamp)>,
    /// Whether the ward of the latest judgement was the other one.
    judged_at_other: bool,
}

impl Stay {
    pub fn admitted(id: String, at: Timestamp) -> Self {
        Self {
            id,
            admitted_at: at,
            departed_at: None,
            died_at: None,
            is_void: false,
            at_other: false,
            on_leave: false,
            is_needed: false,
            notices: 0,
            judgements: Vec::new(),
            judged_at_other: false,
        }
    }

    pub fn state(&self) -> AdmissionState {
        if self.is_void { AdmissionState::Voided } else { self.end().0 }
    }

    pub fn ended_at(&self) -> Option<Timestamp> {
        self.end().1
    }

    /// A departure that is told after a death does not undo it; a death after the departure is not this stay's.
    fn end(&self) -> (AdmissionState, Option<Timestamp>) {
        match (self.departed_at, self.died_at) {
            (Some(departed), Some(died)) if died <= departed => (AdmissionState::Deceased, Some(died)),
            (Some(departed), _) => (AdmissionState::Discharged, Some(departed)),
            (None, Some(died)) => (AdmissionState::Deceased, Some(died)),
            (None, None) => (AdmissionState::Admitted, None),
        }
    }

    /// The first confirmation after the last withdrawal.
    pub fn ready_since(&self) -> Option<Timestamp> {
        let after = self.judgements.iter().rposition(|(kind, _)| *kind == JudgementKind::Withdrawn);
        self.judgements.get(after.map_or(0, |last| last + 1)).map(|(_, at)| *at)
    }

    pub fn readiness(&self) -> ReadinessState {
        match (self.ready_since(), self.judgements.is_empty()) {
            (Some(_), _) => ReadinessState::Ready,
            (None, true) => ReadinessState::NotReady,
            (None, false) => ReadinessState::Withdrawn,
        }
    }

    pub fn case(&self) -> CaseState {
        match self.state() {
            AdmissionState::Discharged => CaseState::Discharged,
            AdmissionState::Deceased => CaseState::Deceased,
            AdmissionState::Voided => CaseState::Voided,
            _ if self.ready_since().is_some() => CaseState::Ready,
            _ => CaseState::Planning,
        }
    }

    /// What has to become of a command of now: accepted, refused, or either (where the model is too simple to say).
    pub fn allows(&self, what: What) -> Option<bool> {
        let is_here = self.state() == AdmissionState::Admitted;
        let is_ready = self.ready_since().is_some();
        match what {
            // The number is taken until the admission is void.
            What::Admit { .. } => Some(self.state() == AdmissionState::Voided),
            What::Assess => Some(is_here),
            What::Notify => Some(is_here && self.is_needed),
            What::Confirm if is_ready => Some(is_here && self.at_other != self.judged_at_other),
            What::Confirm => {
                Some(matches!(self.state(), AdmissionState::Admitted | AdmissionState::Discharged))
            }
            What::Withdraw { in_error } => {
                Some(is_ready && self.state() != AdmissionState::Voided && (is_here || in_error))
            }
            What::StartLeave if is_here => Some(!self.on_leave),
            What::EndLeave if is_here => Some(self.on_leave),
            What::Transfer { .. } | What::Discharge | What::Die if is_here => Some(true),
            What::CancelDischarge if is_here => Some(false),
            What::CancelDischarge if self.state() == AdmissionState::Discharged => Some(true),
            What::Void => Some(self.state() != AdmissionState::Voided),
            What::Transfer { .. } | What::StartLeave | What::EndLeave => Some(false),
            _ if self.is_void => Some(false),
            _ => None,
        }
    }

    /// What an accepted command makes of it.
    pub fn did(&mut self, what: What, now: Timestamp) {
        match what {
            What::Admit { .. } | What::Merge => {}
            What::Assess => self.is_needed = true,
            What::Notify => self.notices += 1,
            What::Confirm => {
                let stands = self.ready_since().is_some();
                let kind = if stands { JudgementKind::Reconfirmed } else { JudgementKind::Confirmed };
                self.judgements.push((kind, now));
                self.judged_at_other = self.at_other;
            }
            What::Withdraw { .. } => {
                self.judgements.push((JudgementKind::Withdrawn, now));
                self.judged_at_other = self.at_other;
            }
            What::Transfer { to_other } => self.at_other = to_other,
            What::StartLeave => self.on_leave = true,
            What::EndLeave => self.on_leave = false,
            What::Discharge => self.departed_at = Some(now),
            // Of a departure that is taken back, a death after it stays; a death is taken back with all else.
            What::CancelDischarge if self.state() == AdmissionState::Discharged => self.departed_at = None,
            What::CancelDischarge => (self.departed_at, self.died_at) = (None, None),
            What::Die => self.died_at = Some(now),
            What::Void => self.is_void = true,
        }
    }
}
