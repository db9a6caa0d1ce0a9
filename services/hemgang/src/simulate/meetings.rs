//! The meetings of a plan: as many a month as the region has, scaled to its size, about stays in hospital and about
//! people at home. They are dealt day by day when all stays are drawn, so that no meeting changes who is admitted.

use std::collections::HashSet;

use hemgang_core::place::HsaId;
use hemgang_proto::planning::{MeetingForm, MeetingKind};
use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Date};

use super::{
    dice::Dice,
    persons::Persons,
    places::Places,
    plan::{Act, Size, Stay, Step, Told, hour, on, weekday},
    region::{
        BOOKED_BEFORE, DAYS_A_MONTH, HYBRID, MEETING_CANCELLED, MEETING_MOVED, NEVER_ACKNOWLEDGED,
        PATIENT_TAKES_PART, PLANNING_MEETINGS, PLANNING_ON_DISTANCE, RECEIPT_MUNICIPAL, REQUESTED_BEFORE,
        SIP_IN_HOSPITAL, SIP_MEETINGS, SIP_ON_DISTANCE, VIDEO,
    },
};

/// Whom a meeting is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// A stay, by its place.
    Stay(usize),
    /// A person at home, by their place, and the units that a care request goes to.
    Person(usize, Vec<HsaId>),
}

/// A meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    pub about: About,
    pub kind: MeetingKind,
    pub form: MeetingForm,
    /// The unit that calls and records it; none is the ward where the patient is.
    pub called_by: Option<HsaId>,
    /// The units that are called, the caller's own aside.
    pub invited: Vec<HsaId>,
    /// When it is booked for at first.
    pub booked_for: Timestamp,
    /// When it is in the end.
    pub starts_at: Timestamp,
    pub patient_takes_part: bool,
}

/// What is done about a meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meets {
    /// Somebody at a unit opens the case and acknowledges what came to them.
    OpenCase(HsaId),
    /// The caller's unit sends a care request about the person at home.
    Request,
    /// It is booked, or called for.
    Book,
    /// It is moved to when it is in the end.
    Move,
    Cancel,
    /// It was held.
    Record,
    /// Who called it writes the plan that was agreed there.
    DrawUp,
    /// A unit approves that plan.
    Approve(HsaId),
}

/// Draws the meetings of a region's days.
pub fn draw(
    size: &Size,
    places: &Places,
    persons: &mut Persons,
    stays: &[Stay],
    dice: &mut Dice,
) -> (Vec<Meeting>, Vec<Step>) {
    let mut drawing =
        Drawing { size, dice, stays, met: HashSet::new(), meetings: Vec::new(), steps: Vec::new() };
    let a_day = |a_month: f64| a_month / DAYS_A_MONTH * 7.0 / 5.0 * size.scale();
    // What finds nobody on its day is held on the next: the region begins with nobody in hospital.
    let mut owed = [0; 3];
    for number in 0..size.days {
        let day = size.from.saturating_add(number.days());
        if weekday(day) >= 5 {
            continue;
        }
        let in_hospital = drawing.in_hospital(day);
        owed[0] += drawing.dice.deal_count("planning meetings", a_day(PLANNING_MEETINGS));
        owed[1] += drawing.dice.deal_count("SIP meetings in hospital", a_day(SIP_MEETINGS * SIP_IN_HOSPITAL));
        owed[2] +=
            drawing.dice.deal_count("SIP meetings at home", a_day(SIP_MEETINGS * (1.0 - SIP_IN_HOSPITAL)));
        while owed[0] > 0 && drawing.about_a_stay(MeetingKind::Planning, day, &in_hospital) {
            owed[0] -= 1;
        }
        while owed[1] > 0 && drawing.about_a_stay(MeetingKind::Sip, day, &in_hospital) {
            owed[1] -= 1;
        }
        while owed[2] > 0 && drawing.at_home(places, persons, day) {
            owed[2] -= 1;
        }
    }
    (drawing.meetings, drawing.steps)
}

struct Drawing<'a> {
    size: &'a Size,
    dice: &'a mut Dice,
    stays: &'a [Stay],
    /// Stays that have had their meeting of a kind.
    met: HashSet<(usize, MeetingKind)>,
    meetings: Vec<Meeting>,
    steps: Vec<Step>,
}

impl Drawing<'_> {
    /// Notified stays of a day, those that were told of in time to meet.
    fn in_hospital(&self, day: Date) -> Vec<usize> {
        let (morning, noon) = (on(day, 9.0), on(day, 12.0));
        let is_there = |told: &Told| told.from < noon && told.to > morning;
        let stays = self.stays.iter().enumerate();
        stays.filter(|(_, stay)| stay.told.as_ref().is_some_and(is_there)).map(|(place, _)| place).collect()
    }

    /// A meeting about one who is in hospital; none where nobody is left to meet about.
    fn about_a_stay(&mut self, kind: MeetingKind, day: Date, in_hospital: &[usize]) -> bool {
        let starts_at = self.hour_of(day);
        let stays = self.stays;
        let fits = |told: &Told| {
            let is_in_time = next_hour(told.from) + SignedDuration::from_hours(2) <= starts_at
                && starts_at + SignedDuration::from_hours(2) <= told.to;
            is_in_time
                && (kind == MeetingKind::Planning || (told.outpatient.is_some() && told.units.len() > 1))
        };
        let is_free = |place: &&usize| {
            !self.met.contains(&(**place, kind)) && stays[**place].told.as_ref().is_some_and(fits)
        };
        let free: Vec<_> = in_hospital.iter().filter(is_free).copied().collect();
        let Some(place) = self.dice.pick(&free).copied() else { return false };
        let Some(told) = stays[place].told.clone() else { return false };
        self.met.insert((place, kind));
        // The region's outpatient care calls to a SIP, the ward to planning.
        let called_by = told.outpatient.clone().filter(|_| kind == MeetingKind::Sip);
        let invited = told.units.iter().filter(|unit| Some(*unit) != called_by.as_ref()).cloned().collect();
        let (fewest, most) = BOOKED_BEFORE;
        let booked_at = (starts_at - self.dice.hours(fewest, most)).max(next_hour(told.from));
        self.meet(About::Stay(place), kind, (called_by, invited), booked_at, starts_at);
        true
    }

    /// A SIP meeting about one who is at home: a care request comes first. False where no unit is to be had.
    fn at_home(&mut self, places: &Places, persons: &mut Persons, day: Date) -> bool {
        let starts_at = self.hour_of(day);
        let (fewest, most) = REQUESTED_BEFORE;
        let days_before = self.dice.number(fewest, most).days();
        let requested_on = day.saturating_sub(days_before).max(self.size.from);
        let requested_at = (on(requested_on, 8.0) + self.dice.hours(0.0, 4.0))
            .min(starts_at - SignedDuration::from_hours(4));
        for _ in 0..20 {
            let person = persons.next(places, requested_at, requested_on, self.dice);
            let Some(home) = persons.all[person].home else { continue };
            let outpatient = self.dice.pick(&places.municipalities[home].outpatient).cloned();
            let municipality = &places.municipalities[home];
            let Some((outpatient, social)) = outpatient.zip(municipality.social.clone()) else { continue };
            let health = municipality.health.clone().filter(|_| self.dice.chance(0.5));
            let (by, first) = if self.dice.chance(0.5) { (outpatient, social) } else { (social, outpatient) };
            let asked: Vec<_> = [first].into_iter().chain(health).collect();
            let about = About::Person(person, asked.clone());
            let place = self.meetings.len();
            self.step(requested_at, place, Meets::Request);
            for unit in &asked {
                self.read(place, unit, requested_at);
            }
            let booked_at = next_hour(requested_at) + self.dice.hours(0.0, 1.0);
            self.meet(about, MeetingKind::Sip, (Some(by), asked), booked_at, starts_at);
            return true;
        }
        false
    }

    /// The meeting itself: booked, moved now and then, held; and now and then one more that was not.
    fn meet(
        &mut self,
        about: About,
        kind: MeetingKind,
        (called_by, invited): (Option<HsaId>, Vec<HsaId>),
        booked_at: Timestamp,
        starts_at: Timestamp,
    ) {
        let is_moved = self.dice.deal("meeting moved", MEETING_MOVED);
        let booked_for = if is_moved { starts_at + SignedDuration::from_hours(24) } else { starts_at };
        let patient = PATIENT_TAKES_PART[usize::from(kind == MeetingKind::Sip)];
        let patient_takes_part = self.dice.chance(patient);
        let form = self.form(kind);
        let meeting =
            Meeting { about, kind, form, called_by, invited, booked_for, starts_at, patient_takes_part };
        let place = self.meetings.len();
        self.meetings.push(meeting.clone());
        self.step(booked_at, place, Meets::Book);
        for unit in &meeting.invited {
            self.read(place, unit, booked_at);
        }
        let middle = booked_at + starts_at.duration_since(booked_at) / 2;
        if is_moved {
            self.step(middle, place, Meets::Move);
        }
        let written_after = self.dice.hours(0.5, 1.5);
        self.step(starts_at + written_after, place, Meets::Record);
        if matches!(meeting.about, About::Stay(_)) && self.dice.deal("meeting cancelled", MEETING_CANCELLED) {
            let place = self.meetings.len();
            self.meetings.push(meeting);
            self.step(booked_at, place, Meets::Book);
            self.step(middle, place, Meets::Cancel);
        }
    }

    fn form(&mut self, kind: MeetingKind) -> MeetingForm {
        let (what, share) = match kind {
            MeetingKind::Sip => ("SIP on distance", SIP_ON_DISTANCE),
            _ => ("planning on distance", PLANNING_ON_DISTANCE),
        };
        let on_distance = self.dice.deal(what, share);
        match (on_distance, self.dice.chance(if on_distance { VIDEO } else { HYBRID })) {
            (true, true) => MeetingForm::Video,
            (true, false) => MeetingForm::Telephone,
            (false, true) => MeetingForm::Hybrid,
            (false, false) => MeetingForm::InPerson,
        }
    }

    /// A unit opens the case some time after it was told, or never.
    fn read(&mut self, place: usize, unit: &HsaId, sent_at: Timestamp) {
        let wait = self.dice.wait(RECEIPT_MUNICIPAL).max(SignedDuration::from_hours(1));
        if !self.dice.chance(NEVER_ACKNOWLEDGED) {
            self.step(sent_at + wait, place, Meets::OpenCase(unit.clone()));
        }
    }

    fn hour_of(&mut self, day: Date) -> Timestamp {
        let minutes = self.dice.number(0, 26) * 15;
        on(day, 9.0) + SignedDuration::from_mins(minutes)
    }

    fn step(&mut self, at: Timestamp, place: usize, meets: Meets) {
        let at = Timestamp::from_second(at.as_second().div_euclid(60) * 60).unwrap_or(at);
        self.steps.push(Step { at, happened_at: at, place, act: Act::Meet(meets) });
    }
}

/// The beginning of the hour after: what was told by then has arrived.
fn next_hour(at: Timestamp) -> Timestamp {
    Timestamp::from_second((hour(at) + 1) * 3600).unwrap_or(at)
}
