//! A plan: the same for a seed, with the region's shares and every special case.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, civil::date};

use hemgang_core::day::days_between;
use hemgang_proto::planning::{MeetingForm, MeetingKind};

use super::*;
use crate::simulate::{accept::nights_within, meetings::About};

/// What an act is.
type Is = fn(&Act) -> bool;

/// A count to reckon with.
fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).expect("a count"))
}

fn plan(seed: u64, days: i64, admissions_per_day: u32) -> Plan {
    let directory = hemgang_directory::compiled_in().expect("the directory");
    let size = Size::new(date(2026, 1, 1), days, admissions_per_day, seed).expect("a size");
    draw(&directory, &size).expect("a plan")
}

fn count(plan: &Plan, is: impl Fn(&Act) -> bool) -> usize {
    plan.steps.iter().filter(|step| is(&step.act)).count()
}

#[test]
fn one_seed_gives_one_plan() {
    let (first, again, other) = (plan(3, 20, 20), plan(3, 20, 20), plan(4, 20, 20));
    assert_eq!(first.steps, again.steps);
    assert_ne!(first.steps, other.steps);
}

#[test]
fn every_special_case_occurs_within_30_days() {
    for seed in 1..=5 {
        let plan = plan(seed, 30, 40);
        let special: [(&str, Is); 11] = [
            ("void", |act| *act == Act::Void),
            ("merge", |act| *act == Act::Merge),
            ("transfer", |act| matches!(act, Act::Transfer(_))),
            ("leave", |act| *act == Act::StartLeave),
            ("withdrawal", |act| *act == Act::Withdraw),
            ("re-confirmation", |act| *act == Act::Reconfirm),
            ("cancelled discharge", |act| *act == Act::CancelDischarge),
            ("death", |act| *act == Act::Die),
            ("interruption", |act| *act == Act::Interrupt),
            ("closing", |act| *act == Act::Close),
            ("moved", |act| *act == Act::Discharge(Destination::OtherHospitalGroup)),
        ];
        for (what, is) in special {
            assert!(count(&plan, is) > 0, "seed {seed}: no {what}");
        }
        let people = plan.stays.iter().map(|stay| &plan.persons[stay.person]);
        assert!(people.clone().any(|person| person.protection != hemgang_proto::common::Protection::None));
        assert!(people.clone().any(|person| person.home.is_none()), "seed {seed}: nobody from outside");
        let told_late = |(stay, left_at): (&usize, &Timestamp)| {
            plan.steps
                .iter()
                .any(|step| step.place == *stay && matches!(step.act, Act::Confirm(_)) && step.at > *left_at)
        };
        assert!(left(&plan).iter().any(told_late), "seed {seed}: no late registration");
    }
}

/// When each stay ended for good.
fn left(plan: &Plan) -> BTreeMap<usize, Timestamp> {
    let ends = plan.steps.iter().filter(|step| matches!(step.act, Act::Discharge(_)));
    ends.map(|step| (step.place, step.at)).collect()
}

#[test]
fn a_year_has_the_shares_of_the_region() {
    let plan = plan(1, 364, 60);
    let of = |share: f64, whole: usize| share * number(whole);
    let stays = plan.stays.len();
    assert!((number(stays) / 364.0 - 60.0).abs() < 2.0, "{stays}");
    let notified = count(&plan, |act| *act == Act::Assess);
    assert!((number(notified) - of(0.22, stays)).abs() < 40.0, "{notified} of {stays}");
    let municipalities: BTreeSet<_> = plan.persons.iter().filter_map(|person| person.home).collect();
    assert_eq!(municipalities.len(), 49);
    let persons = plan.stays.iter().map(|stay| stay.person).collect::<BTreeSet<_>>().len();
    assert!((1.55..1.8).contains(&(number(stays) / number(persons))), "{stays} of {persons}");
    let weekend = plan.stays.iter().filter(|stay| weekday(local_time(stay.admitted_at).0) >= 5).count();
    assert!((number(weekend) / number(stays) - 1.6 / 6.9).abs() < 0.01, "{weekend}");
}

#[test]
fn nothing_is_told_before_it_happened_and_leaving_is_recorded_after_what_came_before_it() {
    let plan = plan(2, 120, 30);
    let left = left(&plan);
    for step in plan.steps.iter().filter(|step| !matches!(step.act, Act::Meet(_))) {
        let stay = &plan.stays[step.place];
        assert!(step.at >= stay.admitted_at, "{step:?}");
        match step.act {
            Act::Confirm(assessed_at) => {
                assert!(assessed_at <= step.at && assessed_at >= stay.admitted_at, "{step:?}");
                let left_at = left.get(&step.place);
                assert!(left_at.is_none_or(|left_at| assessed_at < *left_at), "{step:?}");
            }
            Act::SendDischargeNotice(agreed_at) => assert!(step.at <= agreed_at, "{step:?}"),
            _ => {}
        }
    }
    let hours: Vec<_> = plan.steps.iter().map(|step| hour(step.at)).collect();
    assert!(hours.is_sorted());
}

#[test]
fn the_smallest_municipality_has_its_dozen_a_month() {
    let plan = plan(1, 10, 20);
    let dals_ed = plan.places.municipalities.iter().find(|known| known.code.as_str() == "1438");
    // 100 ready a day; practice.md §5: about 12 a month in Dals-Ed.
    let ready = dals_ed.expect("Dals-Ed").volume * 3000.0;
    assert!((9.0..15.0).contains(&ready), "{ready}");
}

/// Days as ready of those who left by the end, by the plan alone: judged once and for all, and went home.
fn ready_days(plan: &Plan) -> Vec<i64> {
    let mut judged = BTreeMap::new();
    for step in &plan.steps {
        match step.act {
            Act::Confirm(assessed_at) => drop(judged.insert(step.place, assessed_at)),
            Act::Withdraw => drop(judged.remove(&step.place)),
            _ => {}
        }
    }
    let left = left(plan).into_iter().filter_map(|(stay, left_at)| Some((judged.get(&stay)?, left_at)));
    let day = |at: Timestamp| local_time(at).0;
    left.map(|(judged_at, left_at)| days_between(day(*judged_at), day(left_at))).collect()
}

/// Nights of stays in the days when the region was full, of the nights that its beds had.
fn occupancy(plan: &Plan) -> f64 {
    let mut ends = left(plan);
    let dead = plan.steps.iter().filter(|step| step.act == Act::Die);
    ends.extend(dead.map(|step| (step.place, step.at)));
    let day = |at: Timestamp| local_time(at).0;
    let from = date(2026, 1, 1).saturating_add(FILLING_DAYS.days());
    let nights = 365 - 2 * FILLING_DAYS;
    let taken = ends.iter().map(|(stay, left_at)| {
        let stayed = days_between(day(plan.stays[*stay].admitted_at), day(*left_at));
        nights_within((day(*left_at), stayed), from, from.saturating_add(nights.days()))
    });
    let beds = Size::new(date(2026, 1, 1), 365, 20, 1).expect("a size").beds();
    let count = |nights: i64| number(usize::try_from(nights).expect("nights"));
    count(taken.sum()) / (beds * count(nights))
}

#[test]
fn a_year_of_twenty_admissions_a_day_is_accepted() {
    for seed in 1..=20 {
        let plan = plan(seed, 365, 20);
        let days = ready_days(&plan);
        let later: Vec<_> = days.iter().filter(|days| **days > 0).collect();
        let same_day = 1.0 - number(later.len()) / number(days.len());
        let sum = later.iter().copied().sum::<i64>();
        let mean = number(usize::try_from(sum).expect("a sum")) / number(later.len());
        assert!((0.61..=0.63).contains(&same_day), "seed {seed}: {same_day}");
        assert!((2.9..=3.3).contains(&mean), "seed {seed}: {mean}");
        let (planning, sip) = (held(&plan, MeetingKind::Planning), held(&plan, MeetingKind::Sip));
        assert!((515..=535).contains(&planning.len()), "seed {seed}: {} planning meetings", planning.len());
        assert!((298..=309).contains(&sip.len()), "seed {seed}: {} SIP meetings", sip.len());
        let share = |of: usize, all: &[&Meeting]| number(of) / number(all.len());
        let on_distance =
            |meeting: &&&Meeting| matches!(meeting.form, MeetingForm::Video | MeetingForm::Telephone);
        let sip_on_distance = share(sip.iter().filter(on_distance).count(), &sip);
        assert!((0.47..0.495).contains(&sip_on_distance), "seed {seed}: {sip_on_distance}");
        let in_hospital = sip.iter().filter(|meeting| matches!(meeting.about, About::Stay(_))).count();
        let in_hospital = share(in_hospital, &sip);
        assert!((0.59..0.61).contains(&in_hospital), "seed {seed}: {in_hospital}");
        let occupancy = occupancy(&plan);
        assert!((0.92..=0.95).contains(&occupancy), "seed {seed}: {occupancy}");
    }
}

/// The meetings of a kind that are held by the end.
fn held(plan: &Plan, kind: MeetingKind) -> Vec<&Meeting> {
    let held = plan.steps.iter().filter(|step| step.act == Act::Meet(Meets::Record));
    held.map(|step| &plan.meetings[step.place]).filter(|meeting| meeting.kind == kind).collect()
}

#[test]
fn people_meet_on_weekdays_about_those_who_are_there_and_were_told_of() {
    for seed in 1..=3 {
        let plan = plan(seed, 90, 30);
        let mut done: BTreeMap<usize, Vec<(Timestamp, &Meets)>> = BTreeMap::new();
        for step in &plan.steps {
            if let Act::Meet(meets) = &step.act {
                done.entry(step.place).or_default().push((step.at, meets));
            }
        }
        assert!(done.len() > 200, "{}", done.len());
        for (place, steps) in done {
            let meeting = &plan.meetings[place];
            let at = |what: &Meets| steps.iter().find(|(_, meets)| *meets == what).map(|(at, _)| *at);
            assert!(weekday(local_time(meeting.starts_at).0) < 5, "{meeting:?}");
            let booked_at = at(&Meets::Book).expect("booked");
            assert!(hour(booked_at) < hour(meeting.starts_at), "{meeting:?}");
            assert!(at(&Meets::Move).is_none_or(|at| booked_at < at && at < meeting.starts_at));
            assert!(at(&Meets::Record).is_none_or(|at| meeting.starts_at < at), "{meeting:?}");
            let is_over = [at(&Meets::Record), at(&Meets::Cancel)].into_iter().flatten().count();
            // One that begins within the last hours is written down by nobody.
            assert!(is_over == 1 || booked_at > plan.steps.last().expect("a step").at - 48.hours());
            match &meeting.about {
                About::Stay(stay) => {
                    let told = plan.stays[*stay].told.as_ref().expect("a notified stay");
                    assert!(hour(told.from) < hour(booked_at) && meeting.starts_at < told.to, "{meeting:?}");
                    assert!(meeting.invited.iter().all(|unit| told.units.contains(unit)), "{meeting:?}");
                }
                About::Person(_, asked) => {
                    let requested_at = at(&Meets::Request).expect("requested");
                    assert!(hour(requested_at) < hour(booked_at), "{meeting:?}");
                    assert_eq!(asked, &meeting.invited);
                }
            }
        }
    }
}

#[test]
fn whoever_calls_to_a_sip_was_named_and_both_principals_saw_the_need() {
    let plan = plan(2, 90, 40);
    let calls = sip::calls(&plan.meetings, &plan.steps);
    let before = |stay: usize, until: Timestamp, is: Is| {
        plan.steps.iter().filter(|step| step.place == stay && step.at < until && is(&step.act)).count()
    };
    let named: Is = |act| matches!(act, Act::AppointContact(_));
    let seen: Is = |act| matches!(act, Act::SeeSipNeed(_));
    let is_hurried = |stay: usize, called_at: Timestamp| {
        let told = plan.stays[stay].told.as_ref().expect("a notice");
        called_at <= told.from + SignedDuration::from_mins(1)
    };
    for (stay, called_at) in calls.iter().filter(|(stay, called_at)| !is_hurried(**stay, **called_at)) {
        assert_eq!((before(*stay, *called_at, named), before(*stay, *called_at, seen)), (1, 2), "{stay}");
    }
    let refused = count(&plan, |act| matches!(act, Act::RefuseSip(_)));
    let required = number(count(&plan, |act| matches!(act, Act::SeeSipNeed(_))) / 2 - refused);
    let share = number(calls.len()) / required;
    assert!((0.76..0.84).contains(&share) && refused > 0, "{share}, {refused} refused");
}
