//! When a patient came, told again and otherwise: a correction of the stay, or another stay.

use hemgang_proto::{
    admission::{self as pb, AdmissionState, MovementKind, admission_event::Event},
    common::Specialty,
};
use hemgang_rpc::wire;
use jiff::{SignedDuration, Timestamp};

use super::{
    episode::Episode,
    movement::{Course, Movement},
    quality::TimeFaults,
    recorded::Recorded,
};
use crate::error::Error;

/// What lies farther is a wrong year, or another stay under a number that is used again; late registration is nearer.
const FAR: SignedDuration = SignedDuration::from_hours(180 * 24);

/// When the patient came, as a sender says it again.
#[derive(Clone, Debug)]
pub struct Said {
    pub admitted_at: Timestamp,
    /// What is at fault with it.
    pub time_faults: TimeFaults,
    /// When it was recorded, where a sender says so: then it may come late. Else it is an act of now.
    pub recorded: Option<Recorded>,
}

/// A stay after a statement of when it began.
#[derive(Debug)]
pub struct Corrected {
    pub episode: Episode,
    /// The statement, where it says something else than the one before.
    pub movement: Option<Movement>,
    pub events: Vec<Event>,
}

impl Episode {
    /// Says again when the patient came. None when a later statement holds.
    pub fn corrected(
        self,
        said: Said,
        mut told: Vec<Movement>,
        now: Timestamp,
    ) -> Result<Option<Corrected>, Error> {
        if self.state == AdmissionState::Voided {
            return Err(Error::AdmissionNotOpen { state: self.state });
        }
        let Said { admitted_at, time_faults, recorded } = said;
        if recorded.as_ref().is_some_and(|recorded| *recorded < self.admitted_recorded) {
            return Ok(None);
        }
        // A sender's clock may run a little ahead: an act of now comes after it all the same.
        let recorded = recorded.unwrap_or_else(|| self.admitted_recorded.clone().max(now.into()));
        let course = Course::of(&told);
        if admitted_at != self.admitted_at && !self.may_begin(admitted_at, &course) {
            return Err(Error::NotOfThisStay);
        }
        let faults_before = course.admission().map(|stands| stands.time_faults).unwrap_or_default();
        // One with a fault is told once more: another that is older and says the same would stand for it.
        let is_new = admitted_at != self.admitted_at
            || time_faults != faults_before
            || time_faults != TimeFaults::default();
        let movement = is_new.then(|| Movement {
            number: self.movements + 1,
            moved_at: admitted_at,
            registered_at: recorded.at,
            registered_order: recorded.order.clone(),
            time_faults,
            // Where the patient came to is not said anew.
            hospital: None,
            ward: None,
            specialty: Specialty::Unspecified,
            ..self.admission()
        });
        told.extend(movement.clone());
        let episode = Self {
            version: self.version + 1,
            movements: self.movements + i64::from(is_new),
            admitted_at,
            admitted_recorded: recorded,
            ..self.clone()
        };
        let episode = episode.flagged(&told);
        Ok(Some(Corrected { events: events(&self, &episode), episode, movement }))
    }

    /// Whether a statement of another time of admission can be of this stay at all.
    pub fn is_near(&self, at: Timestamp) -> bool {
        at.duration_since(self.admitted_at).abs() < FAR
    }

    /// Whether the stay can have begun then. Nothing of a stay lies before it, and a ward that the patient moved to at
    /// that very moment is what some systems call an admission.
    fn may_begin(&self, at: Timestamp, course: &Course<'_>) -> bool {
        let kinds = [
            MovementKind::Transfer,
            MovementKind::LeaveStart,
            MovementKind::LeaveEnd,
            MovementKind::Discharge,
        ];
        self.is_near(at)
            && kinds.iter().all(|kind| course.standing(*kind).all(|movement| at < movement.moved_at))
    }
}

fn events(before: &Episode, after: &Episode) -> Vec<Event> {
    let mut events = Vec::new();
    if after.admitted_at != before.admitted_at {
        let (admitted_at, instead_of) = (after.admitted_at, before.admitted_at);
        events.push(Event::AdmissionTimeCorrected(pb::AdmissionTimeCorrected {
            admitted_at: Some(wire::timestamp(admitted_at)),
            instead_of: Some(wire::timestamp(instead_of)),
        }));
    }
    if after.age_group() != before.age_group() {
        events.push(after.sex_and_age_recorded());
    }
    if after.quality_flags != before.quality_flags {
        events.push(after.quality_flags_recorded());
    }
    events
}
