//! What a movement that is told makes of an episode, and what is told of that in turn.
//!
//! Everything that changes of where the patient is, or of how the stay ended, is an event of its own. So whoever
//! follows the events in their order knows what the episode says, whatever the order in which we were told.

use hemgang_core::place::HsaId;
use hemgang_proto::{
    admission::{self as pb, AdmissionState, MovementKind, admission_event::Event},
    common::{Destination, Specialty},
};
use hemgang_rpc::{Audience, Entry, wire};
use jiff::Timestamp;

use super::{
    description::Death,
    episode::Episode,
    movement::{Course, Movement, Place},
    quality::TimeFaults,
    recorded::{LogEntry, Recorded},
};
use crate::error::Error;

/// What a caller says of a movement.
#[derive(Clone, Debug)]
pub struct Told {
    pub what: What,
    /// When it was recorded, where a sender says so: then it may come late or early. Else it is an act of now.
    pub registered_at: Option<Timestamp>,
    /// Where it stands among what was recorded at that instant, and which movement it is of.
    pub log_entry: LogEntry,
    /// Set for what is told afterwards; then it was registered at its stated time.
    pub entry: Option<Entry>,
    /// What is at fault with its time.
    pub time_faults: TimeFaults,
}

/// A movement as told.
#[derive(Clone, Debug)]
pub enum What {
    Transfer { to: WardTo, at: Timestamp },
    LeaveStart(Timestamp),
    LeaveEnd(Timestamp),
    Discharge { at: Timestamp, destination: Destination },
    Death(Timestamp),
    Cancel(MovementKind),
}

/// A ward to move to, as the directory knows it.
#[derive(Clone, Debug)]
pub struct WardTo {
    pub ward: HsaId,
    pub hospital: HsaId,
    pub specialty: Specialty,
    /// Whether its hospital is of the group where the patient is: the stay goes on.
    pub same_group: bool,
}

/// An episode with what was told of it, or of its person, before it was known.
#[derive(Debug)]
pub struct Carried {
    pub episode: Episode,
    pub movements: Vec<Movement>,
    /// When each happened.
    pub events: Vec<(Timestamp, Event)>,
    /// Who may know.
    pub audience: Audience,
}

/// An episode after a movement, with the row to write and what is told.
#[derive(Debug)]
pub struct Moved {
    pub episode: Episode,
    pub movement: Movement,
    /// When each happened.
    pub events: Vec<(Timestamp, Event)>,
    /// Who may know: the staff of every ward concerned.
    pub audience: Audience,
}

impl Episode {
    /// The movement that an episode begins with.
    pub fn admission(&self) -> Movement {
        Movement {
            admission_id: self.admission_id,
            number: 1,
            kind: MovementKind::Admission,
            cancels: false,
            moved_at: self.admitted_at,
            registered_at: self.registered_at,
            registered_order: self.admitted_recorded.order.clone(),
            sender_number: None,
            hospital: Some(self.hospital.clone()),
            ward: Some(self.ward.clone()),
            specialty: self.specialty,
            destination: Destination::Unspecified,
            time_faults: TimeFaults::of(self.quality_flags.iter().map(|raised| raised.flag)),
        }
    }

    /// Adds a movement to those that were told. None when it says nothing that was not said.
    pub fn moved(self, told: &Told, all: Vec<Movement>, now: Timestamp) -> Result<Option<Moved>, Error> {
        if self.state == AdmissionState::Voided {
            return Err(Error::AdmissionNotOpen { state: self.state });
        }
        self.fits(&told.what)?;
        told.entry.map_or(Ok(()), |entry| self.not_before_admission(entry.stated_at))?;
        let movement = self.movement(told, now);
        let is_new = match told.registered_at {
            None => self.fits_now(told, &Course::of(&all))?,
            // Of the stay before, which is void. Papers are told of this one.
            Some(at) if told.entry.is_none() && self.is_before(at) => false,
            Some(_) => !all.iter().any(|earlier| movement.repeats(earlier)),
        };
        if !is_new {
            return Ok(None);
        }
        Ok(Some(self.added(movement, all)))
    }

    /// Adds an admission that is told again, recorded then, of the time that stands: where the patient came to, and that
    /// there is a stay. None when it says nothing new.
    pub fn admitted_again(
        self,
        to: Place,
        recorded: &Recorded,
        time_faults: TimeFaults,
        all: Vec<Movement>,
    ) -> Option<Moved> {
        let stands = Course::of(&all).admission().map(|stands| stands.time_faults);
        let is_late = *recorded < self.admitted_recorded;
        let movement = Movement {
            number: self.movements + 1,
            registered_at: recorded.at,
            registered_order: recorded.order.clone(),
            hospital: Some(to.hospital),
            ward: Some(to.ward),
            specialty: to.specialty,
            // When the patient came a later statement says, and so what is at fault with that.
            time_faults: stands.filter(|_| is_late).unwrap_or(time_faults),
            ..self.admission()
        };
        let is_it = |earlier: &Movement| {
            earlier.kind == movement.kind
                && earlier.recorded() == *recorded
                && earlier.place() == movement.place()
        };
        if all.iter().any(is_it) {
            return None;
        }
        let told_again = Self {
            registered_at: self.registered_at.max(recorded.at),
            admitted_recorded: self.admitted_recorded.clone().max(recorded.clone()),
            ..self
        };
        Some(told_again.added(movement, all))
    }

    /// The new episode with what was told too early of the one under its number that is void, and of the person's
    /// death: what was recorded after the void is of this stay, and what lies before it is not.
    pub fn carrying(self, void: Option<&Self>, told: Vec<Movement>, deaths: &[(Death, Recorded)]) -> Carried {
        let begun = vec![self.admission()];
        let Some(void) = void else { return self.died(deaths, begun) };
        let mut episode = Self { after_void: void.void_registered_at, ..self };
        let is_later = void.expected_recorded.as_ref().map(|recorded| recorded.at) > void.void_registered_at;
        if is_later && void.expected_recorded > episode.expected_recorded {
            episode.expected_discharge = void.expected_discharge;
            episode.expected_recorded.clone_from(&void.expected_recorded);
        }
        let told = told.into_iter().filter(|movement| movement.kind != MovementKind::Admission);
        let deaths: Vec<_> = deaths.iter().map(|death| episode.death(death)).collect();
        episode.with(told.chain(deaths), begun)
    }

    /// Adds what was told of the person's death apart from any stay.
    pub fn died(self, deaths: &[(Death, Recorded)], all: Vec<Movement>) -> Carried {
        let told: Vec<_> = deaths.iter().map(|death| self.death(death)).collect();
        self.with(told.into_iter(), all)
    }

    fn death(&self, (death, recorded): &(Death, Recorded)) -> Movement {
        Movement {
            kind: MovementKind::Discharge,
            moved_at: death.at,
            registered_at: recorded.at,
            registered_order: recorded.order.clone(),
            hospital: None,
            ward: None,
            specialty: Specialty::Unspecified,
            destination: Destination::Deceased,
            time_faults: death.time_faults,
            ..self.admission()
        }
    }

    /// Adds movements that may be of this stay: those that lie in it, were recorded since the stay before it under its
    /// number was void, and say something new.
    fn with(self, told: impl Iterator<Item = Movement>, mut all: Vec<Movement>) -> Carried {
        let (mut episode, mut movements, mut events) = (self, Vec::new(), Vec::new());
        let mut audience = episode.audience();
        for movement in told {
            let (admission_id, number) = (episode.admission_id, episode.movements + 1);
            let movement = Movement { admission_id, number, ..movement };
            if movement.moved_at < episode.admitted_at
                || episode.is_before(movement.registered_at)
                || all.iter().any(|earlier| movement.repeats(earlier))
            {
                continue;
            }
            let moved = episode.added(movement, all.clone());
            all.push(moved.movement.clone());
            movements.push(moved.movement);
            events.extend(moved.events);
            audience = audience.and(moved.audience);
            episode = moved.episode;
        }
        Carried { episode, movements, events, audience }
    }

    /// Adds a movement that says something new.
    fn added(self, movement: Movement, mut all: Vec<Movement>) -> Moved {
        let before = all.clone();
        all.push(movement.clone());
        let (before, after) = (Course::of(&before), Course::of(&all));
        let counted = Self { version: self.version + 1, movements: self.movements + 1, ..self.clone() };
        let episode = counted.after(&after).flagged(&all);
        let mut events = Vec::new();
        ends(&mut events, &before, &after, movement.registered_at);
        places(&mut events, &before, &after, (movement.moved_at, all.last()));
        leaves(&mut events, &before, &after, &movement);
        cancelled(&mut events, &before, &after, &movement);
        let named = movement.place().map(|place| Audience::stay(&place.hospital, &place.ward));
        let audience = self.audience().and(episode.audience()).and(named.unwrap_or_default());
        if episode.quality_flags != self.quality_flags {
            events.push((movement.registered_at, episode.quality_flags_recorded()));
        }
        Moved { episode, movement, events, audience }
    }

    /// What no order of telling can mend.
    fn fits(&self, what: &What) -> Result<(), Error> {
        match what {
            What::Transfer { to, .. } if !to.same_group => {
                Err(Error::OtherHospitalGroup { ward: to.ward.clone() })
            }
            What::Transfer { at, .. } | What::LeaveStart(at) | What::LeaveEnd(at) => {
                self.not_before_admission(*at)
            }
            What::Discharge { at, .. } | What::Death(at) if *at < self.admitted_at => {
                Err(Error::DischargeBeforeAdmission)
            }
            What::Discharge { .. } | What::Death(_) | What::Cancel(_) => Ok(()),
        }
    }

    /// Whether an act of now says something new; refused when it does not fit what stands.
    fn fits_now(&self, told: &Told, course: &Course<'_>) -> Result<bool, Error> {
        let (what, id) = (&told.what, &told.log_entry.movement_id);
        let is_it = |standing: &Movement| id.is_none() || standing.sender_number == *id;
        let left_by = |at: Timestamp| course.end().is_some_and(|end| end.moved_at < at);
        match what {
            What::Transfer { at, .. } | What::LeaveStart(at) | What::LeaveEnd(at) if left_by(*at) => {
                Err(Error::AdmissionNotOpen { state: self.state })
            }
            // A death at home after the stay is not this stay's; one before the departure corrects it.
            What::Death(at) | What::Discharge { at, destination: Destination::Deceased }
                if course.departed_before(*at) =>
            {
                Err(Error::AdmissionNotOpen { state: self.state })
            }
            What::LeaveStart(_) if self.on_leave_since.is_some() => Err(Error::AlreadyOnLeave),
            What::LeaveEnd(at) if !course.is_on_leave_at(*at) => Err(Error::NotOnLeave),
            What::Cancel(MovementKind::Discharge) if !course.end().is_some_and(is_it) => {
                Err(Error::NotDischarged)
            }
            What::Cancel(kind) if !course.standing(*kind).any(is_it) => {
                Err(Error::NothingToCancel { kind: *kind })
            }
            What::Transfer { to, at } => Ok(!course.went(&to.ward, *at)),
            What::Discharge { at, destination } => Ok(!course.ended(*at, *destination)),
            What::Death(at) => Ok(!course.ended(*at, Destination::Deceased)),
            _ => Ok(true),
        }
    }

    fn movement(&self, told: &Told, now: Timestamp) -> Movement {
        let registered_at = told.registered_at.unwrap_or(now);
        let (kind, moved_at, destination) = match &told.what {
            What::Transfer { at, .. } => (MovementKind::Transfer, *at, Destination::Unspecified),
            What::LeaveStart(at) => (MovementKind::LeaveStart, *at, Destination::Unspecified),
            What::LeaveEnd(at) => (MovementKind::LeaveEnd, *at, Destination::Unspecified),
            What::Discharge { at, destination } => (MovementKind::Discharge, *at, *destination),
            What::Death(at) => (MovementKind::Discharge, *at, Destination::Deceased),
            What::Cancel(kind) => (*kind, registered_at, Destination::Unspecified),
        };
        let to = if let What::Transfer { to, .. } = &told.what { Some(to) } else { None };
        Movement {
            admission_id: self.admission_id,
            number: self.movements + 1,
            kind,
            cancels: matches!(told.what, What::Cancel(_)),
            moved_at,
            registered_at,
            registered_order: told.log_entry.order.clone(),
            sender_number: told.log_entry.movement_id.clone(),
            hospital: to.map(|to| to.hospital.clone()),
            ward: to.map(|to| to.ward.clone()),
            specialty: to.map_or(Specialty::Unspecified, |to| to.specialty),
            destination,
            time_faults: told.time_faults,
        }
    }

    /// The episode as the movements that hold have it.
    pub(super) fn after(mut self, course: &Course<'_>) -> Self {
        if let Some(Place { hospital, ward, specialty }) = course.place() {
            (self.hospital, self.ward, self.specialty) = (hospital, ward, specialty);
        }
        let end = course.end();
        self.state = match end.map(|end| end.destination) {
            None => AdmissionState::Admitted,
            Some(Destination::Deceased) => AdmissionState::Deceased,
            Some(_) => AdmissionState::Discharged,
        };
        self.discharged_at = end.map(|end| end.moved_at);
        self.destination = end.map_or(Destination::Unspecified, |end| end.destination);
        self.on_leave_since = course.on_leave_since();
        self
    }
}

pub(super) type Events = Vec<(Timestamp, Event)>;

/// What is told of how the stay ended; that it has not, at the time of what says so.
pub(super) fn ends(events: &mut Events, before: &Course<'_>, after: &Course<'_>, said_at: Timestamp) {
    let said = |end: &Movement| (end.moved_at, end.destination);
    match (before.end(), after.end()) {
        (was, Some(end)) if was.map(said) != Some(said(end)) => {
            let discharged_at = Some(wire::timestamp(end.moved_at));
            let destination = end.destination.into();
            let event = pb::PatientDischarged { discharged_at, destination };
            events.push((end.moved_at, Event::PatientDischarged(event)));
        }
        (Some(was), None) => {
            let discharged_at = Some(wire::timestamp(was.moved_at));
            let event = pb::DischargeCancelled { discharged_at };
            events.push((said_at, Event::DischargeCancelled(event)));
        }
        _ => {}
    }
}

/// A transfer is told even when it comes too late to change the ward; a bed within the ward is nobody's news.
pub(super) fn places(
    events: &mut Events,
    before: &Course<'_>,
    after: &Course<'_>,
    (said_at, told): (Timestamp, Option<&Movement>),
) {
    let (was, is) = (before.place(), after.place());
    let transfer = told.filter(|told| told.kind == MovementKind::Transfer && !told.cancels);
    let (at, from, to, superseded) = match transfer {
        Some(transfer) if was == is => {
            (transfer.moved_at, after.place_before(transfer), transfer.place(), true)
        }
        Some(transfer) => (transfer.moved_at, was, is, false),
        None => (said_at, was, is, false),
    };
    let (Some(from), Some(to)) = (from, to) else { return };
    if from == to {
        return;
    }
    let event = pb::PatientTransferred {
        from_ward: from.ward.to_string(),
        to_ward: to.ward.to_string(),
        hospital: to.hospital.to_string(),
        specialty: to.specialty.into(),
        superseded,
    };
    events.push((at, Event::PatientTransferred(event)));
}

fn leaves(events: &mut Events, before: &Course<'_>, after: &Course<'_>, told: &Movement) {
    let (was, is) = (before.on_leave_since(), after.on_leave_since());
    let superseded = was == is;
    let at = told.moved_at;
    match (told.kind, told.cancels) {
        (MovementKind::LeaveStart, false) => {
            let started_at = Some(wire::timestamp(at));
            events.push((at, Event::LeaveStarted(pb::LeaveStarted { started_at, superseded })));
        }
        (MovementKind::LeaveEnd, false) => {
            let ended_at = Some(wire::timestamp(at));
            events.push((at, Event::LeaveEnded(pb::LeaveEnded { ended_at, superseded })));
        }
        // The discharge that ended the leave never was.
        (MovementKind::Discharge, true) => {
            if let (None, Some(since)) = (was, is) {
                let started_at = Some(wire::timestamp(since));
                let event = pb::LeaveStarted { started_at, superseded: false };
                events.push((since, Event::LeaveStarted(event)));
            }
        }
        _ => {}
    }
}

/// A cancellation that comes before what it cancels is told when that comes, by nothing having changed.
fn cancelled(events: &mut Events, before: &Course<'_>, after: &Course<'_>, told: &Movement) {
    if !told.cancels || told.kind == MovementKind::Discharge {
        return;
    }
    let gone = before.standing(told.kind).find(|was| !after.standing(told.kind).any(|is| is == *was));
    if let Some(gone) = gone {
        let moved_at = Some(wire::timestamp(gone.moved_at));
        let superseded = match told.kind {
            MovementKind::Transfer => before.place() == after.place(),
            _ => before.on_leave_since().is_some() == after.on_leave_since().is_some(),
        };
        let event = pb::MovementCancelled { kind: told.kind.into(), moved_at, superseded };
        events.push((told.registered_at, Event::MovementCancelled(event)));
    }
}
