//! How a case ends, and opens again: planning is broken off (avbrott i processen), or the case is closed (avsluta ärende).
//! The stay goes on beside it, so a case that is open again has the state that it would have had. Pure.

use hemgang_core::place::HsaId;
use hemgang_proto::{
    common::EntryReason,
    planning::{
        self as pb, CaseEnding, CaseState, ClosingGap, InterruptionReason, MeetingState, ReopeningReason,
        planning_event::Event,
    },
};
use hemgang_rpc::wire;
use jiff::Timestamp;

use super::case::Case;
use crate::error::Error;

/// How a case ended, the last time. Kept as proto3 JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending(pub CaseEnding);

json_column!(Ending);

/// What somebody does about a case, as far as it matters whether that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Arranges something from now on.
    Arranging,
    /// Writes down what was at an instant.
    Recalling(Timestamp),
    /// Makes good what the patient, or whoever cares for them afterwards, was to get at going home: it is owed whoever closed
    /// the case.
    Completing,
    /// Goes on with what outlives the case.
    LivingOn,
}

/// Who ends a case, or opens it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    pub unit: HsaId,
    pub person: HsaId,
}

impl Ending {
    /// As everybody reads it.
    pub fn shown(&self) -> CaseEnding {
        self.0.clone()
    }

    /// When the case ended.
    pub fn ended_at(&self) -> Timestamp {
        self.0.ended_at.as_ref().and_then(wire::instant).unwrap_or(Timestamp::MIN)
    }
}

impl Case {
    /// How it ended; none of a case that is open, or is open again.
    pub fn ended(&self) -> Option<&Ending> {
        self.ending.as_ref().filter(|ending| ending.0.reopened_at.is_none())
    }

    /// Whether something may be done about it.
    ///
    /// # Errors
    /// `CASE_OVER`, and those of [`Case::allows`].
    pub fn permits(&self, doing: Doing) -> Result<(), Error> {
        if self.is_over() { Err(Error::CaseOver { state: self.state }) } else { self.allows(doing) }
    }

    /// As [`Case::permits`], also of somebody who died.
    ///
    /// # Errors
    /// `CASE_CLOSED`.
    pub fn allows(&self, doing: Doing) -> Result<(), Error> {
        let Some(ending) = self.ended() else { return Ok(()) };
        let (state, ended_at) = (ending.0.state(), ending.ended_at());
        let is_allowed = match doing {
            Doing::Arranging => false,
            Doing::Recalling(at) => at <= ended_at,
            Doing::Completing => state == CaseState::Closed,
            Doing::LivingOn => true,
        };
        if is_allowed { Ok(()) } else { Err(Error::CaseClosed { state, ended_at }) }
    }

    /// Planning is broken off.
    ///
    /// # Errors
    /// Those of [`Case::permits`]; `HAS_LEFT`.
    pub fn interrupt(
        self,
        by: &By,
        reason: InterruptionReason,
        now: Timestamp,
    ) -> Result<(Self, Event), Error> {
        self.permits(Doing::Arranging)?;
        if self.course == CaseState::Discharged {
            return Err(Error::HasLeft);
        }
        let ending =
            CaseEnding { interruption_reason: reason.into(), ..ending(CaseState::Interrupted, by, now) };
        let (case_id, told) = (self.case_id.to_string(), Some(ending.clone()));
        let event = Event::CaseInterrupted(pb::CaseInterrupted { case_id, ending: told });
        Ok((self.ending_so(ending), event))
    }

    /// The case is closed, whatever is missing.
    ///
    /// # Errors
    /// Those of [`Case::permits`].
    pub fn close(self, by: &By, missing: &[ClosingGap], now: Timestamp) -> Result<(Self, Event), Error> {
        self.permits(Doing::Arranging)?;
        let missing = missing.iter().map(|gap| (*gap).into()).collect();
        let ending = CaseEnding { missing, ..ending(CaseState::Closed, by, now) };
        let (case_id, told) = (self.case_id.to_string(), Some(ending.clone()));
        let event = Event::CaseClosed(pb::CaseClosed { case_id, ending: told });
        Ok((self.ending_so(ending), event))
    }

    /// Somebody opens it again.
    ///
    /// # Errors
    /// `CASE_OVER`, `CASE_NOT_CLOSED`.
    pub fn reopen(self, by: &By, reason: ReopeningReason, now: Timestamp) -> Result<Self, Error> {
        if self.is_over() {
            return Err(Error::CaseOver { state: self.state });
        }
        match self.ended() {
            Some(_) => Ok(self.open_again(by.person.to_string(), reason, now)),
            None => Err(Error::CaseNotClosed { state: self.state }),
        }
    }

    /// It is open again by what the hospital told since it ended. What was told before changes nothing of it, whenever it is
    /// read.
    #[must_use]
    pub fn reopened_by(self, reason: ReopeningReason, told_at: Timestamp) -> Self {
        match self.ended() {
            Some(ending) if ending.ended_at() < told_at => self.open_again(String::new(), reason, told_at),
            _ => self,
        }
    }

    /// When it was opened again, where it was since it ended.
    pub fn reopened_at(&self) -> Option<Timestamp> {
        self.ending.as_ref()?.0.reopened_at.as_ref().and_then(wire::instant)
    }

    /// From when until when planning was broken off, the last time that the case ended; none of one that still is.
    pub fn broken_off(&self) -> Option<(Timestamp, Timestamp)> {
        let ending = self.ending.as_ref().filter(|ending| ending.0.state() == CaseState::Interrupted)?;
        Some((ending.ended_at(), self.reopened_at()?))
    }

    /// What is told where it is open again.
    pub fn reopened(&self) -> Event {
        Event::CaseReopened(pb::CaseReopened {
            case_id: self.case_id.to_string(),
            ending: self.ending.as_ref().map(Ending::shown),
            state: self.state.into(),
        })
    }

    /// Is closed no more, where the departure was taken back since.
    #[must_use]
    pub fn unclosed(self, told_at: Timestamp) -> Self {
        match self.ended().map(|ending| ending.0.state()) {
            Some(CaseState::Closed) => self.reopened_by(ReopeningReason::DischargeCancelled, told_at),
            _ => self,
        }
    }

    fn ending_so(self, ending: CaseEnding) -> Self {
        let course = self.course;
        Self { ending: Some(Ending(ending)), ..self }.settled(course)
    }

    fn open_again(mut self, reopened_by: String, reason: ReopeningReason, at: Timestamp) -> Self {
        if let Some(Ending(ending)) = &mut self.ending {
            ending.reopened_at = Some(wire::timestamp(at));
            ending.reopening_reason = reason.into();
            ending.reopened_by = reopened_by;
        }
        let course = self.course;
        self.settled(course)
    }
}

fn ending(state: CaseState, by: &By, now: Timestamp) -> CaseEnding {
    CaseEnding {
        state: state.into(),
        unit: by.unit.to_string(),
        ended_by: by.person.to_string(),
        ended_at: Some(wire::timestamp(now)),
        ..CaseEnding::default()
    }
}

/// What is not there of what a case should come to, by the case as its sending side reads it.
pub fn gaps(case: &pb::Case) -> Vec<ClosingGap> {
    let of_stay = !case.admission_id.is_empty();
    // Units of the region's outpatient care have no municipality.
    let has_outpatient = case.parties.iter().any(|party| party.municipality.is_empty());
    let owes_receipt = |notice: &pb::Notice| {
        let is_there = notice.delivered_at.is_some() && notice.withdrawn_at.is_none();
        // What lies in the ward's own inbox is the side's that closes the case.
        let is_owed = notice.acknowledged_at.is_none() && notice.recipient != case.ward;
        is_there && is_owed && notice.entry_reason() == EntryReason::Unspecified
    };
    let is_booked = |meeting: &pb::Meeting| meeting.state() == MeetingState::Booked;
    let missing = [
        (ClosingGap::Departure, of_stay && case.discharged_at.is_none()),
        (ClosingGap::Readiness, of_stay && case.ready_since.is_none()),
        (ClosingGap::DischargeNotice, of_stay && case.discharge_notice.is_none()),
        (ClosingGap::DischargeInformation, of_stay && case.discharge_information.is_none()),
        (ClosingGap::PatientSummary, of_stay && case.patient_summaries.is_empty()),
        (ClosingGap::CareContact, of_stay && has_outpatient && case.care_contact.is_none()),
        (ClosingGap::Receipt, case.notices.iter().any(owes_receipt)),
        (ClosingGap::Meeting, case.meetings.iter().any(is_booked)),
    ];
    missing.into_iter().filter_map(|(gap, is_missing)| is_missing.then_some(gap)).collect()
}

#[cfg(test)]
mod tests;
