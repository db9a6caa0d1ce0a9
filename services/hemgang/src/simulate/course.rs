//! The course of one stay, from its dice: what happens to the patient, and who tells whom when.

mod notified;
mod recipients;

use hemgang_proto::common::Destination;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use super::{
    dice::Dice,
    fit::Fit,
    persons::Person,
    places::Places,
    plan::{Act, Stay, Step, local_time, on},
    region::{DIES_QUIETLY, DISCHARGE_CANCELLED, LEAVE, QUIET_STAY, STAY, STAY_OF_ALL, TOLD_LATE, VOIDED},
};

/// A stay that is being drawn.
pub struct Drawing<'a> {
    places: &'a Places,
    fit: &'a Fit,
    dice: &'a mut Dice,
    place: usize,
    stay: &'a mut Stay,
    person: &'a Person,
    /// Where the patient is by now.
    ward: usize,
    steps: Vec<Step>,
}

/// Some minutes.
const fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// The minute of an instant: finer, nobody tells.
fn minute(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(60) * 60).unwrap_or(at)
}

impl<'a> Drawing<'a> {
    /// Begins with the admission, and with who it was when nobody knew at first.
    pub fn new(
        places: &'a Places,
        fit: &'a Fit,
        dice: &'a mut Dice,
        (place, stay): (usize, &'a mut Stay),
        person: &'a Person,
    ) -> Self {
        let ward = stay.ward;
        let mut drawing = Self { places, fit, dice, place, stay, person, ward, steps: Vec::new() };
        let admitted_at = drawing.stay.admitted_at;
        drawing.step(admitted_at, Act::Admit);
        if person.reserve.is_some() {
            let known_after = drawing.dice.hours(2.0, 20.0);
            drawing.step(admitted_at + known_after, Act::Merge);
        }
        drawing
    }

    fn step(&mut self, at: Timestamp, act: Act) {
        let at = minute(at);
        self.steps.push(Step { at, happened_at: at, place: self.place, act });
    }

    /// What the hospital's system tells of where the patient is: now and then only hours later.
    fn movement(&mut self, at: Timestamp, act: Act) {
        let told_at =
            if self.dice.deal("told late", TOLD_LATE) { at + self.dice.hours(2.0, 20.0) } else { at };
        self.steps.push(Step { at: minute(told_at), happened_at: minute(at), place: self.place, act });
    }

    /// A stay that nobody is notified of, and when the patient left.
    pub fn quiet(mut self) -> (Vec<Step>, Timestamp) {
        let admitted_at = self.stay.admitted_at;
        if self.dice.deal("void", VOIDED) {
            let at = admitted_at + self.dice.hours(1.0, 5.0);
            self.step(at, Act::Void);
            return (self.steps, at);
        }
        let days = self.dice.days(QUIET_STAY) * self.pace();
        #[expect(clippy::cast_possible_truncation, reason = "a stay is shorter than an i64 of days")]
        let day = local_time(admitted_at).0.saturating_add((days.round() as i64).days());
        let left_at = (on(day, 9.0) + self.dice.hours(0.0, 8.0)).max(admitted_at + minutes(180));
        self.leave(admitted_at + minutes(60), left_at);
        if self.dice.deal("death without notice", DIES_QUIETLY) {
            self.step(left_at, Act::Die);
            return (self.steps, left_at);
        }
        let left_at = self.discharge(left_at, Destination::Home);
        (self.steps, left_at)
    }

    /// How long stays of the specialty are, measured by all.
    fn pace(&self) -> f64 {
        STAY[usize::from(self.stay.psychiatric)] / STAY_OF_ALL
    }

    /// Permission for some hours in the middle of a stay that is long enough.
    fn leave(&mut self, from: Timestamp, to: Timestamp) {
        let middle = from + to.duration_since(from) / 2;
        let share = LEAVE[usize::from(self.stay.psychiatric)];
        let what = if self.stay.psychiatric { "psychiatric leave" } else { "leave" };
        if to.duration_since(from) < minutes(48 * 60) || !self.dice.deal(what, share) {
            return;
        }
        let back = middle + self.dice.hours(3.0, 20.0);
        self.movement(middle, Act::StartLeave);
        self.movement(back, Act::EndLeave);
    }

    /// The patient leaves; now and then somebody said so too early. Returns when it held.
    fn discharge(&mut self, at: Timestamp, to: Destination) -> Timestamp {
        self.step(at, Act::Discharge(to));
        // Late in the evening the right one would be of another day.
        if local_time(at).1 > 20.0 || !self.dice.deal("cancelled discharge", DISCHARGE_CANCELLED) {
            return at;
        }
        self.step(at + minutes(60), Act::CancelDischarge);
        self.step(at + minutes(150), Act::Discharge(to));
        at + minutes(150)
    }
}
