//! Readiness: a physician's judgement that inpatient care is no longer needed, 1 kap. 3 § lag (2017:612).
//!
//! The valid confirmation is the first after the last withdrawal; a re-confirmation never moves it. No machine
//! withdraws a judgement.

use hemgang_core::{day::local_day, id::AdmissionId, place::HsaId};
use hemgang_proto::{
    admission::AdmissionState,
    readiness::{
        self as pb, JudgementKind, ReadinessBasis, ReadinessState, WithdrawalReason, readiness_event::Event,
    },
};
use hemgang_rpc::{Entry, wire};
use jiff::{Timestamp, civil::Date};

use super::stay::Stay;
use crate::error::Error;

/// The readiness of one stay as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    pub admission_id: AdmissionId,
    pub version: i64,
    pub state: ReadinessState,
    /// The ward of the latest judgement.
    pub ward: Option<HsaId>,
    /// When the physician judged, of the valid confirmation.
    pub assessed_at: Option<Timestamp>,
    /// When we were told, of the valid confirmation; when it was told there and then, where it was entered afterwards.
    pub notified_at: Option<Timestamp>,
    /// `assessed_at`, else `notified_at`.
    pub ready_since: Option<Timestamp>,
    pub ready_on: Option<Date>,
    /// When the patient last deteriorated: what was judged before it cannot become valid again.
    pub withdrawn_at: Option<Timestamp>,
    /// How many judgements there are.
    pub judgements: i64,
    /// Whether the patient is in hospital, as far as whoever lists those who wait must look at the stay.
    pub in_hospital: bool,
}

/// One act in the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    pub admission_id: AdmissionId,
    pub number: i64,
    pub kind: JudgementKind,
    pub assessed_at: Option<Timestamp>,
    pub assessed_by: Option<HsaId>,
    pub notified_at: Timestamp,
    pub registered_by: String,
    pub withdrawal_reason: WithdrawalReason,
    /// What it rests on; unspecified of a withdrawal.
    pub basis: ReadinessBasis,
}

/// Who judged, when, and who registers it.
#[derive(Clone, Debug)]
pub struct Assessment {
    pub assessed_at: Option<Timestamp>,
    pub assessed_by: Option<HsaId>,
    pub registered_by: String,
    /// Set for what is told afterwards: the notice was given at its stated time.
    pub entry: Option<Entry>,
    /// What a confirmation rests on.
    pub basis: ReadinessBasis,
}

impl Assessment {
    /// Whether it was registered while the patient was there, on paper perhaps, and is entered after the departure.
    fn was_stated_during(&self, stay: &Stay) -> bool {
        self.entry.zip(stay.discharged_at).is_some_and(|(entry, left)| entry.stated_at <= left)
    }
}

impl Readiness {
    /// The readiness of a stay that nobody has judged.
    pub fn unjudged(admission_id: AdmissionId) -> Self {
        Self {
            admission_id,
            version: 0,
            state: ReadinessState::NotReady,
            ward: None,
            assessed_at: None,
            notified_at: None,
            ready_since: None,
            ready_on: None,
            withdrawn_at: None,
            judgements: 0,
            in_hospital: true,
        }
    }

    /// Whether there is a row of it.
    pub fn is_kept(&self) -> bool {
        self.version > 0
    }

    /// A physician has judged that the patient is ready.
    ///
    /// After the discharge it is a late registration: allowed, and it counts for what `assessed_at` says.
    pub fn confirm(
        self,
        stay: &Stay,
        by: Assessment,
        now: Timestamp,
    ) -> Result<(Self, Judgement, Event), Error> {
        match stay.state {
            AdmissionState::Voided => return Err(Error::AdmissionVoided),
            AdmissionState::Deceased if !by.was_stated_during(stay) => return Err(Error::PatientDeceased),
            _ => {}
        }
        if by.assessed_at.is_some_and(|at| at < stay.admitted_at) {
            return Err(Error::AssessedBeforeAdmission);
        }
        stated_during(stay, by.entry)?;
        let stated_at = by.entry.map(|entry| entry.stated_at);
        if by
            .assessed_at
            .or(stated_at)
            .zip(self.withdrawn_at)
            .is_some_and(|(judged, withdrawn)| judged < withdrawn)
        {
            return Err(Error::AssessedBeforeWithdrawal);
        }
        let stands = self.state == ReadinessState::Ready;
        if stands && !self.reconfirmation_due(stay) {
            return Err(Error::AlreadyReady);
        }
        let kind = if stands { JudgementKind::Reconfirmed } else { JudgementKind::Confirmed };
        let (mut next, judgement) = self.judged(stay, kind, by, WithdrawalReason::Unspecified, now);
        let told = Some(judgement.to_wire());
        if stands {
            return Ok((
                next,
                judgement,
                Event::ReadinessReconfirmed(pb::ReadinessReconfirmed { judgement: told }),
            ));
        }
        next.state = ReadinessState::Ready;
        next.assessed_at = judgement.assessed_at;
        next.notified_at = Some(judgement.notified_at);
        next.ready_since = judgement.assessed_at.or(next.notified_at);
        next.ready_on = next.ready_since.map(local_day);
        Ok((next, judgement, Event::ReadinessConfirmed(pb::ReadinessConfirmed { judgement: told })))
    }

    /// The patient is not ready after all. The judgement stays in the history; a new one starts a new clock.
    pub fn withdraw(
        self,
        stay: &Stay,
        reason: WithdrawalReason,
        by: Assessment,
        now: Timestamp,
    ) -> Result<(Self, Judgement, Event), Error> {
        if stay.state == AdmissionState::Voided {
            return Err(Error::AdmissionVoided);
        }
        if self.state != ReadinessState::Ready {
            return Err(Error::NotReady);
        }
        stated_during(stay, by.entry)?;
        let at = by.assessed_at.unwrap_or(Entry::stated_or(by.entry, now));
        let has_left = stay.state != AdmissionState::Admitted && !by.was_stated_during(stay);
        if has_left && reason != WithdrawalReason::RegisteredInError {
            return Err(Error::AlreadyDischarged);
        }
        if self.ready_since.is_some_and(|since| at < since) {
            return Err(Error::WithdrawnBeforeConfirmed);
        }
        let by = Assessment { assessed_at: Some(at), ..by };
        let (mut next, judgement) = self.judged(stay, JudgementKind::Withdrawn, by, reason, now);
        next.state = ReadinessState::Withdrawn;
        // An error takes the statement back, not the time before it: the right time may be told now.
        if reason == WithdrawalReason::Deteriorated {
            next.withdrawn_at = Some(at);
        }
        (next.assessed_at, next.notified_at, next.ready_since, next.ready_on) = (None, None, None, None);
        let told = Some(judgement.to_wire());
        Ok((next, judgement, Event::ReadinessWithdrawn(pb::ReadinessWithdrawn { judgement: told })))
    }

    /// The patient moved after the judgement: the receiving ward should confirm or withdraw it.
    pub fn reconfirmation_due(&self, stay: &Stay) -> bool {
        self.state == ReadinessState::Ready
            && stay.state == AdmissionState::Admitted
            && self.ward.as_ref().is_some_and(|ward| *ward != stay.ward)
    }

    /// One judgement more.
    fn judged(
        mut self,
        stay: &Stay,
        kind: JudgementKind,
        by: Assessment,
        withdrawal_reason: WithdrawalReason,
        now: Timestamp,
    ) -> (Self, Judgement) {
        // From then on the follower says so.
        if !self.is_kept() {
            self.in_hospital = stay.is_open();
        }
        self.version += 1;
        self.judgements += 1;
        self.ward = Some(stay.ward.clone());
        let judgement = Judgement {
            admission_id: self.admission_id,
            number: self.judgements,
            kind,
            assessed_at: by.assessed_at,
            assessed_by: by.assessed_by,
            notified_at: Entry::stated_or(by.entry, now),
            registered_by: by.registered_by,
            withdrawal_reason,
            basis: by.basis,
        };
        (self, judgement)
    }
}

/// No notice was given before the stay.
fn stated_during(stay: &Stay, entry: Option<Entry>) -> Result<(), Error> {
    if entry.is_some_and(|entry| entry.stated_at < stay.admitted_at) {
        return Err(Error::StatedBeforeAdmission);
    }
    Ok(())
}

impl Judgement {
    /// As the contract has it.
    pub fn to_wire(&self) -> pb::Judgement {
        pb::Judgement {
            kind: self.kind.into(),
            assessed_at: self.assessed_at.map(wire::timestamp),
            assessed_by: self.assessed_by.as_ref().map(ToString::to_string).unwrap_or_default(),
            notified_at: Some(wire::timestamp(self.notified_at)),
            registered_by: self.registered_by.clone(),
            withdrawal_reason: self.withdrawal_reason.into(),
            basis: self.basis.into(),
        }
    }
}
