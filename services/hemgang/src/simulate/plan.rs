//! What will happen in a simulated region: drawn once from the seed, without asking anybody.

use anyhow::Result;
use hemgang_core::{
    day::{from_local, local},
    directory::Directory,
    expected::ExpectedDischarge,
    place::HsaId,
};
use hemgang_proto::common::Destination;
use jiff::{Timestamp, ToSpan as _, civil::Date};

use super::{
    closings, contacts,
    course::Drawing,
    dice::Dice,
    fit::Fit,
    handover,
    meetings::{self, About, Meeting, Meets},
    persons::{Person, Persons},
    places::{Places, Ward},
    region::{
        ADMISSIONS, ADMITTED_ON, BEDS, BY_DAY, COMPULSORY, EVENED_OUT, FILLING_DAYS, NOTIFIED, NOTIFIED_OLD,
        OCCUPANCY, OLD, SUMMER, SUMMER_WEEKS, UNPLANNED, YEAR,
    },
    sip,
};

/// One thing that somebody does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Somebody at a unit opens the case of the stay and acknowledges what came to them.
    OpenCase(HsaId),
    /// The hospital's system tells that the patient came.
    Admit,
    /// The admission never was.
    Void,
    /// The hospital's system tells that a reserve number is a known person's.
    Merge,
    /// A physician judges who may be needed.
    Assess,
    /// The ward sends the admission notice to these units.
    Notify(Vec<HsaId>, ExpectedDischarge),
    /// Somebody at a unit says that the notice was not for them.
    ReportMisdirected(HsaId),
    /// The outpatient unit names the fast vårdkontakt.
    AppointContact(HsaId),
    /// A unit records that its principal sees a need of an individual plan.
    SeeSipNeed(HsaId),
    /// The patient tells this unit that no plan is wanted.
    RefuseSip(HsaId),
    /// The ward changes the expected discharge.
    ChangeExpected(ExpectedDischarge),
    /// The patient moves to another ward.
    Transfer(HsaId),
    StartLeave,
    EndLeave,
    /// The ward registers that a physician judged the patient ready at this time.
    Confirm(Timestamp),
    /// The receiving ward confirms what stands.
    Reconfirm,
    /// The patient deteriorated.
    Withdraw,
    /// The ward tells what was agreed for going home.
    SendDischargeNotice(Timestamp),
    /// The ward hands over for the care afterwards.
    HandOver,
    /// The ward breaks planning off: nobody is needed after all.
    Interrupt,
    /// The ward closes the case.
    Close,
    /// The patient leaves.
    Discharge(Destination),
    /// The patient has not left after all.
    CancelDischarge,
    /// The patient died.
    Die,
    /// Something is done about a meeting.
    Meet(Meets),
}

/// When, of which stay or meeting, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When it is done or told.
    pub at: Timestamp,
    /// When it happened, of what a hospital's system tells: earlier where that is late.
    pub happened_at: Timestamp,
    /// Which stay, by its place; of what is done about a meeting, which meeting.
    pub place: usize,
    pub act: Act,
}

/// A stay as it begins.
#[derive(Debug)]
pub struct Stay {
    pub person: usize,
    pub visit: String,
    /// Places of wards.
    pub ward: usize,
    pub psychiatric: bool,
    pub compulsory: bool,
    pub unplanned: bool,
    pub admitted_at: Timestamp,
    /// Whether socialtjänst, kommunal HSL and the region's outpatient care may be needed.
    pub needs: [bool; 3],
    /// Where the patient goes.
    pub destination: Destination,
    /// Who was told of it, of a stay that somebody was.
    pub told: Option<Told>,
}

/// Units that were told of a stay, from when on, and until when the patient was there.
#[derive(Clone, Debug)]
pub struct Told {
    pub units: Vec<HsaId>,
    /// The one of them that is the region's outpatient care.
    pub outpatient: Option<HsaId>,
    pub from: Timestamp,
    pub to: Timestamp,
}

/// Everything that will happen.
#[derive(Debug)]
pub struct Plan {
    pub places: Places,
    pub persons: Vec<Person>,
    pub stays: Vec<Stay>,
    pub meetings: Vec<Meeting>,
    /// In the order in which they are done.
    pub steps: Vec<Step>,
}

impl Plan {
    /// The stay of a step that is about one, whose it is, and the ward where it begins.
    pub fn of(&self, step: &Step) -> (&Stay, &Person, &Ward) {
        let stay = &self.stays[step.place];
        (stay, &self.persons[stay.person], &self.places.wards[stay.ward])
    }

    /// Whom a step concerns, by place.
    pub fn person_of(&self, step: &Step) -> usize {
        match &step.act {
            Act::Meet(_) => match &self.meetings[step.place].about {
                About::Stay(stay) => self.stays[*stay].person,
                About::Person(person, _) => *person,
            },
            _ => self.stays[step.place].person,
        }
    }
}

/// The days and the size of a run.
#[derive(Clone, Debug)]
pub struct Size {
    pub from: Date,
    pub days: i64,
    pub admissions_per_day: f64,
    pub seed: u64,
    /// Nothing is done from here on.
    pub until: Timestamp,
    /// The hospitals that take part; all when none is named.
    pub hospitals: Vec<HsaId>,
}

impl Size {
    /// So many days of the whole region.
    pub fn new(from: Date, days: i64, admissions_per_day: u32, seed: u64) -> Result<Self> {
        let until = on(from.checked_add(days.days())?, 0.0);
        let admissions_per_day = f64::from(admissions_per_day);
        Ok(Self { from, days, admissions_per_day, seed, until, hospitals: Vec::new() })
    }

    /// Disponibla beds that go with so many admissions.
    pub fn beds(&self) -> f64 {
        BEDS * self.scale()
    }

    /// How large the region is, measured by the real one.
    pub fn scale(&self) -> f64 {
        self.admissions_per_day / ADMISSIONS.iter().sum::<f64>()
    }

    /// Midnight of the first day.
    pub fn begins_at(&self) -> Timestamp {
        on(self.from, 0.0)
    }

    /// The last day.
    pub fn last(&self) -> Date {
        self.from.saturating_add((self.days - 1).days())
    }
}

/// The hour of an instant. Within an hour cases are opened first: they hold what came before it.
pub fn hour(at: Timestamp) -> i64 {
    at.as_second().div_euclid(3600)
}

/// The last minute of the hour before an instant's: what is recorded by then is recorded before it.
pub fn hour_before(at: Timestamp) -> Timestamp {
    Timestamp::from_second(hour(at) * 3600 - 60).unwrap_or(at)
}

/// An instant of a local day, in hours.
pub fn on(day: Date, hours: f64) -> Timestamp {
    let midnight = from_local(day.at(0, 0, 0, 0)).map(hemgang_core::day::LocalTime::instant);
    midnight.unwrap_or_default() + jiff::SignedDuration::from_secs_f64((hours * 60.0).round() * 60.0)
}

/// The weekday of a local day, Monday 0.
pub fn weekday(day: Date) -> usize {
    usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or_default()
}

/// Draws a plan.
pub fn draw(directory: &Directory, size: &Size) -> Result<Plan> {
    let mut dice = Dice::new(size.seed);
    let places = Places::read(directory, size.from, &size.hospitals, &mut dice)?;
    let volumes = places.municipalities.iter().map(|municipality| (municipality.volume, municipality.effect));
    let fit = Fit::new(&volumes.collect::<Vec<_>>());
    let (mut persons, mut stays, mut steps) = (Persons::default(), Vec::new(), Vec::new());
    let mut house = House::default();
    for number in 0..size.days {
        let day = size.from.checked_add(number.days())?;
        let room = house.room(day, number >= FILLING_DAYS, size);
        for admitted_at in admissions(day, room, size, &mut dice) {
            let stay = admit(&mut persons, &places, (day, admitted_at), &mut dice);
            let person = &persons.all[stay.person];
            let visit = format!("SIM-{}-{}-{}", size.seed, size.from, stays.len() + 1);
            let mut stay = Stay { visit, ..stay };
            let share = if person.old { NOTIFIED_OLD / OLD } else { (1.0 - NOTIFIED_OLD) / (1.0 - OLD) };
            let notified = dice.deal("notified", NOTIFIED * share);
            let drawing = Drawing::new(&places, &fit, &mut dice, (stays.len(), &mut stay), person);
            let (done, left_at) = if notified { drawing.notified() } else { drawing.quiet() };
            persons.all[stay.person].in_until = left_at;
            house.inside.push(left_at);
            steps.extend(done);
            stays.push(stay);
        }
    }
    let (meetings, done) = meetings::draw(size, &places, &mut persons, &stays, &mut dice);
    let calls = sip::calls(&meetings, &done);
    let plans = sip::plans(&meetings, &done, &mut dice);
    steps.extend(plans);
    steps.extend(done);
    steps.extend(contacts::draw(&stays, &calls, &mut dice));
    steps.extend(sip::draw(&stays, &calls, &mut dice));
    let handed_over = handover::draw(&stays, &steps, &mut dice);
    steps.extend(handed_over);
    let closed = closings::draw(&stays, &steps, &mut dice);
    steps.extend(closed);
    steps.retain(|step| step.at < size.until);
    steps.sort_by_key(|step| (hour(step.at), !step.act.opens_a_case(), step.at));
    Ok(Plan { places, persons: persons.all, stays, meetings, steps })
}

impl Act {
    /// Whether somebody opens a case: such come first in an hour.
    fn opens_a_case(&self) -> bool {
        matches!(self, Self::OpenCase(_) | Self::Meet(Meets::OpenCase(_)))
    }
}

/// Who is in hospital. A region's beds are full all year: planned care fills what is left, or waits.
#[derive(Default)]
struct House {
    /// When each of those inside will have left.
    inside: Vec<Timestamp>,
    /// Nights that were left empty since it was full, less those that were too many.
    empty: f64,
}

impl House {
    /// How many more than usual are admitted on a day, or fewer; as many as usual until the house has filled.
    #[expect(clippy::cast_precision_loss, reason = "a number of patients is small")]
    fn room(&mut self, day: Date, is_full: bool, size: &Size) -> f64 {
        self.inside.retain(|left_at| *left_at > on(day, 0.0));
        if !is_full {
            return 0.0;
        }
        let empty = size.beds() * OCCUPANCY * season(day) - self.inside.len() as f64;
        self.empty += empty;
        empty / EVENED_OUT.0 + self.empty / EVENED_OUT.1
    }
}

/// What the season makes of a day's usual numbers.
fn season(day: Date) -> f64 {
    if SUMMER_WEEKS.contains(&day.iso_week_date().week()) { SUMMER / YEAR } else { 1.0 / YEAR }
}

/// The times of a day's admissions.
fn admissions(day: Date, room: f64, size: &Size, dice: &mut Dice) -> Vec<Timestamp> {
    let mean = ADMITTED_ON.iter().sum::<f64>() / 7.0;
    let usual = size.admissions_per_day * ADMITTED_ON[weekday(day)] / mean * season(day);
    let count = dice.count((usual + room).max(0.0));
    let mut times: Vec<_> = (0..count)
        .map(|_| {
            let hours = if dice.chance(BY_DAY) { dice.hours(7.0, 22.0) } else { dice.hours(0.0, 7.0) };
            on(day, 0.0) + hours
        })
        .collect();
    times.sort();
    times
}

/// Who comes where.
fn admit(persons: &mut Persons, places: &Places, (day, at): (Date, Timestamp), dice: &mut Dice) -> Stay {
    let person = persons.next(places, at, day, dice);
    let [somatic, psychiatric] = ADMISSIONS;
    let psychiatric = dice.deal("psychiatric", psychiatric / (somatic + psychiatric));
    Stay {
        person,
        visit: String::new(),
        ward: places.ward(persons.all[person].home, psychiatric, dice).unwrap_or_default(),
        psychiatric,
        compulsory: psychiatric && dice.chance(COMPULSORY),
        unplanned: dice.chance(UNPLANNED),
        admitted_at: at,
        needs: [false; 3],
        destination: Destination::Home,
        told: None,
    }
}

/// The local day of an instant and its hour there.
pub fn local_time(at: Timestamp) -> (Date, f64) {
    let local = local(at);
    (local.date(), f64::from(local.hour()) + f64::from(local.minute()) / 60.0)
}

#[cfg(test)]
mod tests;
