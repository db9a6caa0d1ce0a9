//! The worked cases E1–E11, with readiness and discharge played through the domain as a ward would.

use hemgang_core::{day, id::AdmissionId, place::HsaId};
use hemgang_proto::{
    common::{AgeGroup, EntryReason, Sex, Specialty},
    readiness::{ReadinessBasis, WithdrawalReason},
};
use jiff::civil::{Date, Weekday, date};

use super::*;
use crate::domain::readiness::{Assessment, Readiness};

/// Acts on a stay that began Sunday 31 May 2026.
enum Act {
    /// Judged and registered at once.
    Ready(Timestamp),
    /// Judged at the first time (when recorded), registered at the second.
    Registered(Option<Timestamp>, Timestamp),
    Withdrawn(Timestamp),
    Moved,
    Home(Timestamp),
    Dead(Timestamp),
    Elsewhere(Timestamp),
}
use Act::{Dead, Elsewhere, Home, Moved, Ready, Registered, Withdrawn};

fn unit(id: &str) -> HsaId {
    HsaId::parse(id).expect("an HSA-id")
}

fn stay() -> Stay {
    Stay {
        admission_id: AdmissionId::fresh(Timestamp::UNIX_EPOCH),
        version: 1,
        hospital: unit("SE1-H"),
        ward: unit("SE1-A"),
        specialty: Specialty::Somatic,
        state: AdmissionState::Admitted,
        admitted_at: on(date(2026, 5, 31), "06:00"),
        liable_municipality: None,
        residence_municipality: None,
        municipality_is_secret: false,
        participating_municipality: None,
        sex: Sex::Unknown,
        age_group: AgeGroup::Unspecified,
        needed_since: None,
        needed_entry: EntryReason::Unspecified,
        notified_at: Some(on(date(2026, 5, 31), "09:00")),
        notified_on: Some(date(2026, 5, 31)),
        notified_entry: EntryReason::Unspecified,
        discharge_notice_at: None,
        discharged_at: None,
        discharged_on: None,
        destination: Destination::Unspecified,
        discharged_entry: EntryReason::Unspecified,
    }
}

fn on(day: Date, time: &str) -> Timestamp {
    let time: jiff::civil::Time = time.parse().expect("a time");
    day::from_local(day.to_datetime(time)).expect("a local time").instant()
}

/// A weekday of the week of Monday 1 June 2026.
fn week(weekday: Weekday, time: &str) -> Timestamp {
    let days = i64::from(weekday.to_monday_zero_offset());
    on(date(2026, 6, 1).checked_add(jiff::Span::new().days(days)).expect("a day"), time)
}

fn play(acts: Vec<Act>) -> Course {
    let mut stay = stay();
    let mut readiness = Readiness::unjudged(stay.admission_id);
    let by = |assessed_at| Assessment {
        assessed_at,
        assessed_by: None,
        registered_by: String::new(),
        entry: None,
        basis: ReadinessBasis::Judgement,
    };
    let left = |stay: &mut Stay, at, state, destination| {
        (stay.discharged_at, stay.discharged_on) = (Some(at), Some(local_day(at)));
        (stay.state, stay.destination) = (state, destination);
    };
    for act in acts {
        match act {
            Ready(at) => readiness = readiness.confirm(&stay, by(Some(at)), at).expect("confirmed").0,
            Registered(assessed, at) => {
                readiness = readiness.confirm(&stay, by(assessed), at).expect("confirmed").0;
            }
            Withdrawn(at) => {
                let reason = WithdrawalReason::Deteriorated;
                readiness = readiness.withdraw(&stay, reason, by(Some(at)), at).expect("withdrawn").0;
            }
            Moved => stay.ward = unit("SE1-B"),
            Home(at) => left(&mut stay, at, AdmissionState::Discharged, Destination::Home),
            Dead(at) => left(&mut stay, at, AdmissionState::Deceased, Destination::Deceased),
            Elsewhere(at) => left(&mut stay, at, AdmissionState::Discharged, Destination::OtherHospitalGroup),
        }
    }
    Course { stay, assessed_at: readiness.assessed_at, notified_at: readiness.notified_at }
}

/// Same day (none: excluded), days as ready, in the national mean of one day or more.
fn judged(course: &Course) -> (Option<bool>, Option<i64>, bool) {
    if !course.counts() {
        return (None, None, false);
    }
    let days = course.ready_days();
    (course.same_day(Counting::Judgement), days, days.is_some_and(|days| days >= 1))
}

/// The cases of `domain.md` §5.5 by name.
fn worked() -> Vec<(&'static str, Course)> {
    use Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
    let e3 = |end| {
        let twice = [Withdrawn(week(Tuesday, "09:00")), Ready(week(Thursday, "11:00"))];
        [Ready(week(Monday, "10:00"))].into_iter().chain(twice).chain([end]).collect()
    };
    let told_late =
        |assessed| vec![Home(week(Wednesday, "14:00")), Registered(assessed, week(Thursday, "09:00"))];
    let moved = vec![
        Ready(week(Monday, "09:00")),
        Moved,
        Ready(week(Tuesday, "12:00")),
        Home(week(Wednesday, "09:00")),
    ];
    let (june, july) = (|day| on(date(2026, 6, day), "09:00"), on(date(2026, 7, 2), "09:00"));
    let cases = [
        ("E1", vec![Ready(week(Monday, "08:00")), Home(week(Monday, "22:00"))]),
        ("E2", vec![Ready(week(Monday, "23:40")), Home(week(Tuesday, "00:20"))]),
        ("E3", e3(Home(week(Thursday, "15:00")))),
        ("E4", e3(Home(week(Friday, "15:00")))),
        ("E5", told_late(Some(week(Wednesday, "10:00")))),
        ("E5 without the physician's time", told_late(None)),
        ("E6", vec![Ready(week(Monday, "09:00")), Dead(week(Wednesday, "09:00"))]),
        ("E7", moved),
        ("E8", vec![Ready(week(Monday, "09:00")), Elsewhere(week(Tuesday, "09:00"))]),
        ("E9", vec![Home(week(Tuesday, "09:00"))]),
        ("E10", vec![Ready(june(1)), Home(june(9))]),
        ("E11", vec![Ready(june(30)), Home(july)]),
    ];
    cases.map(|(name, acts)| (name, play(acts))).into()
}

#[test]
fn the_worked_cases_come_out_as_the_county_says() {
    let expected = [
        ("E1", (Some(true), Some(0), false)),
        ("E2", (Some(false), Some(1), true)),
        ("E3", (Some(true), Some(0), false)),
        ("E4", (Some(false), Some(1), true)),
        ("E5", (Some(true), Some(0), false)),
        ("E5 without the physician's time", (None, None, false)),
        ("E6", (None, None, false)),
        ("E7", (Some(false), Some(2), true)),
        ("E8", (None, None, false)),
        ("E9", (None, None, false)),
        ("E10", (Some(false), Some(8), true)),
        ("E11", (Some(false), Some(2), true)),
    ];
    let found: Vec<_> = worked().iter().map(|(name, course)| (*name, judged(course))).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_worked_cases_have_stays_late_notices_and_missing_messages() {
    // Days in hospital since 31 May; told after going home; messages missing, none having sent a discharge notice.
    let expected = [
        ("E1", (Some(1), Some(false), Some(1))),
        ("E2", (Some(2), Some(false), Some(1))),
        ("E3", (Some(4), Some(false), Some(1))),
        ("E4", (Some(5), Some(false), Some(1))),
        ("E5", (Some(3), Some(true), Some(1))),
        ("E5 without the physician's time", (Some(3), Some(true), Some(1))),
        ("E6", (Some(3), None, None)),
        ("E7", (Some(3), Some(false), Some(1))),
        ("E8", (Some(2), None, None)),
        ("E9", (Some(2), Some(false), Some(2))),
        ("E10", (Some(9), Some(false), Some(1))),
        ("E11", (Some(32), Some(false), Some(1))),
    ];
    let columns = |course: &Course| {
        let days = course.stay_days().filter(|_| course.ended());
        let late = course.counts().then(|| course.told_late());
        (days, late, course.counts().then(|| course.missing_messages()))
    };
    let found: Vec<_> = worked().iter().map(|(name, course)| (*name, columns(course))).collect();
    assert_eq!(found, expected);
    // E11 belongs to July: the month of the discharge.
    let (_, e11) = worked().pop().expect("the last case");
    assert_eq!(e11.stay.discharged_on, Some(date(2026, 7, 2)));
}

#[test]
fn the_worked_cases_by_notice_and_as_judged_ready() {
    // Same day by the notice (none: excluded); among those judged ready, who may have died or gone elsewhere.
    let expected = [
        ("E1", (Some(true), true)),
        ("E2", (Some(false), true)),
        ("E3", (Some(true), true)),
        ("E4", (Some(false), true)),
        ("E5", (None, true)),
        ("E5 without the physician's time", (None, false)),
        ("E6", (None, true)),
        ("E7", (Some(false), true)),
        ("E8", (None, true)),
        ("E9", (None, false)),
        ("E10", (Some(false), true)),
        ("E11", (Some(false), true)),
    ];
    let columns = |course: &Course| {
        let same_day = course.same_day(Counting::Notice).filter(|_| course.counts());
        (same_day, course.was_ready())
    };
    let found: Vec<_> = worked().iter().map(|(name, course)| (*name, columns(course))).collect();
    assert_eq!(found, expected);
}

#[test]
fn who_is_ready_and_still_there_is_judged_ready_and_in_no_figure_of_discharges() {
    let course = play(vec![Ready(week(Weekday::Monday, "08:00"))]);
    assert!(course.was_ready() && !course.counts() && !course.ended());
    assert_eq!(
        (course.same_day(Counting::Judgement), course.ready_days(), course.stay_days()),
        (None, None, None)
    );
}

#[test]
fn a_stay_that_is_voided_after_its_end_is_counted_nowhere() {
    for (name, mut course) in worked() {
        course.stay.state = AdmissionState::Voided;
        assert!(!course.counts() && !course.ended() && !course.was_ready(), "{name}");
    }
}

#[test]
fn a_message_that_was_sent_is_not_missing_and_a_withdrawn_one_is() {
    use Weekday::{Monday, Tuesday, Wednesday};
    let home = || Home(week(Wednesday, "09:00"));
    let ready = || Ready(week(Monday, "08:00"));
    let mut told = play(vec![ready(), home()]);
    told.stay.discharge_notice_at = Some(week(Tuesday, "09:00"));
    assert_eq!(told.missing_messages(), 0);
    let withdrawn = play(vec![ready(), Withdrawn(week(Tuesday, "09:00")), home()]);
    assert_eq!(withdrawn.missing_messages(), 2);
}

#[test]
fn a_stay_that_goes_on_at_another_hospital_of_the_group_has_not_ended() {
    let mut course = play(vec![Home(week(Weekday::Monday, "09:00"))]);
    assert!(course.ended() && course.counts());
    course.stay.destination = Destination::OtherHospital;
    assert!(!course.ended() && !course.counts());
}

#[test]
fn courses_built_to_a_published_share_give_that_share() {
    // Västra Götaland December 2022 and 2023; Norrbotten 2018 and 2022. The reports give no counts.
    for percent in [62, 57, 46] {
        let judged = (0..100).filter_map(|n| {
            let case = if n < percent { "E1" } else { "E10" };
            let (_, course) = worked().into_iter().find(|(name, _)| *name == case)?;
            course.same_day(Counting::Judgement).filter(|_| course.counts())
        });
        let (same, other): (Vec<_>, Vec<_>) = judged.partition(|same_day| *same_day);
        assert_eq!(100 * same.len() / (same.len() + other.len()), percent);
    }
}

#[test]
fn a_stay_across_a_change_of_the_clocks_is_counted_in_days_of_the_calendar() {
    let spring = [on(date(2026, 3, 28), "23:30"), on(date(2026, 3, 29), "03:30")];
    let autumn = [on(date(2026, 10, 25), "00:30"), on(date(2026, 10, 25), "23:30")];
    for ([ready, home], same_day) in [(spring, false), (autumn, true)] {
        let mut course = play(vec![]);
        course.stay.state = AdmissionState::Discharged;
        (course.stay.discharged_at, course.stay.discharged_on) = (Some(home), Some(local_day(home)));
        (course.assessed_at, course.notified_at) = (Some(ready), Some(ready));
        assert_eq!(course.same_day(Counting::Judgement), Some(same_day));
    }
}

#[test]
fn by_notice_a_judgement_that_was_told_late_counts_on_the_day_it_was_told() {
    use Weekday::{Monday, Tuesday};
    let acts =
        vec![Registered(Some(week(Monday, "16:00")), week(Tuesday, "08:00")), Home(week(Tuesday, "15:00"))];
    let course = play(acts);
    assert_eq!(course.same_day(Counting::Judgement), Some(false));
    assert_eq!(course.same_day(Counting::Notice), Some(true));
}

#[test]
fn a_stay_that_nobody_was_notified_of_is_no_case() {
    use Weekday::Monday;
    let mut course = play(vec![Ready(week(Monday, "08:00")), Home(week(Monday, "10:00"))]);
    assert!(course.counts());
    course.stay.notified_on = None;
    assert!(!course.counts());
}
