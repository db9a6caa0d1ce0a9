//! Movements of a stay as they were told, and what follows from all of them: where the patient is, or how it ended.
//!
//! What follows is a function of the set of movements, not of the order of telling: messages may come late, early
//! and twice. Where a patient was is decided by when movements happened. Which of them still hold is decided by
//! when the sender recorded them: a cancellation takes back what was recorded before it.

use hemgang_core::{id::AdmissionId, place::HsaId};
use hemgang_proto::{
    admission::MovementKind,
    common::{Destination, Specialty},
};
use jiff::Timestamp;

use super::{quality::TimeFaults, recorded::Recorded};

/// A movement, or its cancellation. The admission is the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    pub admission_id: AdmissionId,
    /// Order of telling; it decides between statements that nothing else tells apart.
    pub number: i64,
    pub kind: MovementKind,
    /// It takes the last one of its kind back; a discharge, whatever was said of the end.
    pub cancels: bool,
    pub moved_at: Timestamp,
    pub registered_at: Timestamp,
    /// [`Recorded::order`](super::recorded::Recorded::order).
    pub registered_order: String,
    /// The sender's number of the movement: what is told of it later replaces what was told before.
    pub sender_number: Option<String>,
    /// Where it brought the patient; none also of an admission that says only when.
    pub hospital: Option<HsaId>,
    pub ward: Option<HsaId>,
    pub specialty: Specialty,
    pub destination: Destination,
    /// What is at fault with `moved_at`.
    pub time_faults: TimeFaults,
}

/// Where a patient is cared for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub hospital: HsaId,
    pub ward: HsaId,
    pub specialty: Specialty,
}

/// The movements that hold.
#[derive(Debug)]
pub struct Course<'a> {
    /// The admission by what was said last of when the patient came.
    begun: Option<&'a Movement>,
    /// The admission by what was said last of where to, and transfers by when they happened.
    places: Vec<&'a Movement>,
    /// Starts and ends of leave by when they happened.
    leaves: Vec<&'a Movement>,
    /// The departure that was recorded last, which a death may come before.
    departure: Option<&'a Movement>,
    end: Option<&'a Movement>,
}

impl Movement {
    /// The same statement, told again, and no earlier than before.
    pub fn repeats(&self, earlier: &Self) -> bool {
        let (number, registered_order) = (earlier.number, earlier.registered_order.clone());
        self.registered_order >= earlier.registered_order
            && Self { number, registered_order, ..self.clone() } == *earlier
    }

    /// When its sender recorded it.
    pub fn recorded(&self) -> Recorded {
        Recorded { at: self.registered_at, order: self.registered_order.clone() }
    }

    fn told(&self) -> (Timestamp, &str, i64) {
        (self.registered_at, &self.registered_order, self.number)
    }

    fn is_death(&self) -> bool {
        self.kind == MovementKind::Discharge && self.destination == Destination::Deceased
    }

    /// Where it brought the patient.
    pub fn place(&self) -> Option<Place> {
        let (hospital, ward) = (self.hospital.clone()?, self.ward.clone()?);
        Some(Place { hospital, ward, specialty: self.specialty })
    }
}

impl<'a> Course<'a> {
    /// What holds of all that was told.
    pub fn of(told: &'a [Movement]) -> Self {
        let mut by_record: Vec<_> = told.iter().collect();
        by_record.sort_by(|a, b| a.told().cmp(&b.told()));
        let [mut places, mut transfers, mut starts, mut ends, mut discharges] =
            [const { Vec::<&Movement>::new() }; 5];
        let mut begun = None;
        for movement in heard(&by_record) {
            let standing = match movement.kind {
                // Told again: it began only once.
                MovementKind::Admission => {
                    begun = Some(movement);
                    if movement.ward.is_some() {
                        places = vec![movement];
                    }
                    continue;
                }
                MovementKind::Transfer => &mut transfers,
                MovementKind::LeaveStart => &mut starts,
                MovementKind::LeaveEnd => &mut ends,
                MovementKind::Discharge => &mut discharges,
                MovementKind::Unspecified => continue,
            };
            match (movement.cancels, movement.kind) {
                (false, _) => standing.push(movement),
                // Every discharge since the last cancellation said how one and the same stay ended. A death after
                // the departure that is taken back was no part of that end.
                (true, MovementKind::Discharge) => {
                    let departure = end_of(standing).filter(|end| !end.is_death());
                    standing.retain(|said| {
                        said.is_death() && departure.is_some_and(|left| left.moved_at < said.moved_at)
                    });
                }
                (true, _) => {
                    standing.pop();
                }
            }
        }
        let mut leaves = [starts, ends].concat();
        let by_happening = |a: &&Movement, b: &&Movement| (a.moved_at, a.told()).cmp(&(b.moved_at, b.told()));
        transfers.sort_by(by_happening);
        places.extend(transfers);
        leaves.sort_by(by_happening);
        let departure = discharges.iter().rfind(|said| !said.is_death()).copied();
        Self { begun, places, leaves, departure, end: end_of(&discharges) }
    }

    /// When the stay began, as it was told last.
    pub fn admission(&self) -> Option<&'a Movement> {
        self.begun
    }

    /// What holds and was told by a time with a fault.
    pub fn at_fault(&self) -> impl Iterator<Item = &'a Movement> + '_ {
        self.all().filter(|movement| movement.time_faults != TimeFaults::default())
    }

    /// How the stay ended, if it has.
    pub fn end(&self) -> Option<&'a Movement> {
        self.end
    }

    /// Whether the patient had left by then: a death at home is not this stay's.
    pub fn departed_before(&self, at: Timestamp) -> bool {
        self.departure.is_some_and(|departure| departure.moved_at < at)
    }

    /// Where the patient is, or was at the end: a move dated after it waits for a cancelled discharge.
    pub fn place(&self) -> Option<Place> {
        self.during(&self.places).next_back().and_then(Movement::place)
    }

    /// Where the patient was before a transfer.
    pub fn place_before(&self, transfer: &Movement) -> Option<Place> {
        let before = self.places.iter().take_while(|place| !std::ptr::eq(**place, transfer));
        before.last().and_then(|movement| movement.place())
    }

    /// Since when the patient is on leave. Who has left is not.
    pub fn on_leave_since(&self) -> Option<Timestamp> {
        let last = self.leaves.last().filter(|_| self.end.is_none())?;
        (last.kind == MovementKind::LeaveStart).then_some(last.moved_at)
    }

    /// Whether the patient was on leave just before an instant, as far as is told.
    pub fn is_on_leave_at(&self, at: Timestamp) -> bool {
        let until = self.leaves.iter().take_while(|leave| leave.moved_at <= at);
        until.last().is_some_and(|leave| leave.kind == MovementKind::LeaveStart)
    }

    /// Whether just this end stands.
    pub fn ended(&self, at: Timestamp, destination: Destination) -> bool {
        self.end.is_some_and(|end| end.moved_at == at && end.destination == destination)
    }

    /// Whether just this transfer stands.
    pub fn went(&self, ward: &HsaId, at: Timestamp) -> bool {
        self.standing(MovementKind::Transfer)
            .any(|transfer| transfer.moved_at == at && transfer.ward.as_ref() == Some(ward))
    }

    /// The standing movements of a kind.
    pub fn standing(&self, kind: MovementKind) -> impl Iterator<Item = &'a Movement> + '_ {
        self.all().filter(move |movement| movement.kind == kind)
    }

    fn all(&self) -> impl Iterator<Item = &'a Movement> + '_ {
        let transfers = self.places.iter().filter(|place| place.kind == MovementKind::Transfer);
        self.begun.into_iter().chain(transfers.chain(&self.leaves).copied()).chain(self.end)
    }

    fn during<'s>(&'s self, all: &'s [&'a Movement]) -> impl DoubleEndedIterator<Item = &'a Movement> + 's {
        let until = self.end.map_or(Timestamp::MAX, |end| end.moved_at);
        all.iter()
            .copied()
            .filter(move |movement| movement.kind == MovementKind::Admission || movement.moved_at <= until)
    }
}

/// What counts of all that was told, by record: nothing twice, and of a movement that its sender numbers what was said of
/// it last, which is nothing where that takes it back.
fn heard<'a>(by_record: &[&'a Movement]) -> Vec<&'a Movement> {
    let mut heard: Vec<&'a Movement> = Vec::new();
    for (place, said) in by_record.iter().enumerate() {
        // An act of now has no order, and is told once: two of a moment are two.
        let is_again = !said.registered_order.is_empty() && heard.iter().any(|earlier| said.repeats(earlier));
        let is_same =
            |other: &&Movement| said.kind == other.kind && said.sender_number == other.sender_number;
        let is_over =
            said.sender_number.is_some() && (said.cancels || by_record[place + 1..].iter().any(is_same));
        if !is_again && !is_over {
            heard.push(said);
        }
    }
    heard
}

/// How a stay ended by all that was said of it, in the order of record. What was said last holds, of the death as of
/// the departure. A departure that the administration dates after a death does not undo it; a death after the
/// departure is not this stay's.
fn end_of<'a>(said: &[&'a Movement]) -> Option<&'a Movement> {
    let death = said.iter().rfind(|said| said.is_death()).copied();
    let departure = said.iter().rfind(|said| !said.is_death()).copied();
    match (death, departure) {
        (Some(death), Some(departure)) if departure.moved_at < death.moved_at => Some(departure),
        (death, departure) => death.or(departure),
    }
}

#[cfg(test)]
mod tests;
