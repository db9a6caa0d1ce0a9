//! What a stay came to: whether the patient went home the day of readiness, and how many days it took.
//!
//! Local calendar days in Europe/Stockholm; `domain.md` §5.5 of the design is the table of golden cases below.

use hemgang_core::day::{days_between, local_day};
use hemgang_proto::{admission::AdmissionState, common::Destination};
use jiff::{Timestamp, civil::Date};

use super::stay::Stay;

/// A stay with the valid confirmation of its readiness, if it has one.
#[derive(Clone, Debug)]
pub struct Course {
    pub stay: Stay,
    /// When the physician judged, of the valid confirmation.
    pub assessed_at: Option<Timestamp>,
    /// When we were told, of the valid confirmation; none when there is none.
    pub notified_at: Option<Timestamp>,
}

/// Which time of a confirmation counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counting {
    /// The physician's judgement, else the notice.
    Judgement,
    /// The notice, as SAMSA counts.
    Notice,
}

impl Course {
    /// Whether the stay is in the county's follow-ups of discharges: a case (it has a notice) that was discharged
    /// alive, and not to another hospital, where the stay or a new case goes on.
    pub fn counts(&self) -> bool {
        self.stay.notified_on.is_some()
            && self.stay.state == AdmissionState::Discharged
            && !matches!(self.stay.destination, Destination::OtherHospital | Destination::OtherHospitalGroup)
    }

    /// Whether the stay is a case that may be closed, by whoever does it or by the discharge: the patient is alive and has not
    /// gone on to another hospital. Somebody may close it before anybody told that the patient had left.
    pub fn is_closed_case(&self) -> bool {
        let is_in = self.stay.state == AdmissionState::Admitted;
        self.counts() || self.stay.notified_on.is_some() && is_in
    }

    /// Whether the stay is over and whole: what goes on at another hospital of the group is neither.
    pub fn ended(&self) -> bool {
        matches!(self.stay.state, AdmissionState::Discharged | AdmissionState::Deceased)
            && self.stay.destination != Destination::OtherHospital
    }

    /// Calendar days from admission to discharge; none while in hospital.
    pub fn stay_days(&self) -> Option<i64> {
        Some(days_between(local_day(self.stay.admitted_at), self.stay.discharged_on?))
    }

    /// Whether we were told of the valid readiness only after the patient had left.
    pub fn told_late(&self) -> bool {
        self.notified_at.zip(self.stay.discharged_at).is_some_and(|(notified, left)| notified > left)
    }

    /// How many of the two messages were never sent: the readiness that stands (a late one was sent), and the
    /// discharge notice.
    pub fn missing_messages(&self) -> usize {
        [self.notified_at, self.stay.discharge_notice_at].iter().filter(|sent| sent.is_none()).count()
    }

    /// The day of the valid readiness; none when no time of it is at or before the discharge.
    pub fn ready_on(&self, counting: Counting) -> Option<Date> {
        let discharged_at = self.stay.discharged_at?;
        let judged = self.assessed_at.filter(|_| counting == Counting::Judgement);
        let times = [judged, self.notified_at];
        times.into_iter().flatten().find(|at| *at <= discharged_at).map(local_day)
    }

    /// Whether the stay is a case that was judged ready, whatever became of it. Told only after the patient had left, and
    /// by no time before, is no valid readiness.
    pub fn was_ready(&self) -> bool {
        self.stay.notified_on.is_some()
            && self.stay.state != AdmissionState::Voided
            && self.notified_at.is_some()
            && (self.stay.discharged_at.is_none() || self.ready_on(Counting::Judgement).is_some())
    }

    /// Whether the patient left on the day of the valid readiness; none without one.
    pub fn same_day(&self, counting: Counting) -> Option<bool> {
        Some(self.ready_on(counting)? == self.stay.discharged_on?)
    }

    /// Calendar days from the valid readiness to the discharge, never negative; none without one.
    pub fn ready_days(&self) -> Option<i64> {
        Some(days_between(self.ready_on(Counting::Judgement)?, self.stay.discharged_on?))
    }
}

#[cfg(test)]
mod tests;
