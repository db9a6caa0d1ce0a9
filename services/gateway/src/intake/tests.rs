//! Messages of a visit through the real admission service: any order, told once or twice, ends the same.

mod converging;
mod corrected;
mod details;
mod odd;
mod persons;

use std::sync::atomic::{AtomicUsize, Ordering};

use hemgang_admission::SERVICE;
use hemgang_proto::{
    admission::{Admission, AdmissionState, GetAdmissionRequest, MovementKind, get_admission_request::Key},
    common::Destination,
};
use hemgang_testing::{On, Suite, each_backend};
use jiff::civil::date;
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use super::*;
use crate::{
    adt::{self, SiteMapping},
    hl7::Message,
};

each_backend!(
    small_stories_end_the_same_in_every_order,
    what_comes_before_its_admission_waits_and_goes_on_in_order,
    implausible_times_are_parked_and_shorten_no_stay,
    a_merge_leads_later_messages_to_the_survivor,
    a_visit_to_a_clinic_waits_for_no_admission,
    a_void_visit_ends_the_same_in_every_order,
    a_visit_admitted_anew_after_its_void_loses_nothing,
    an_expected_discharge_is_kept_through_a_departure_that_is_taken_back,
    an_update_changes_details_and_a_late_one_nothing
    on &[hemgang_admission::SERVICE]
);

const HOSPITAL: &str = "SE2321000131-E000000001001";

const SITE: &str = r#"
[[sender]]
application = "EHR"
facility = "NORTH"
hospital = "SE2321000131-E000000001001"

[sender.wards]
"1" = "SE2321000131-E000000001101"
"2" = "SE2321000131-E000000001102"
"3" = "SE2321000131-E000000001103"

[sender.authorities]
OWN = "1.2.752.129.2.1.2.1"

[sender.dispositions]
deceased = ["20"]
"#;

/// A message of a story: the event, when it was recorded, and what else it says.
#[derive(Clone, Copy, Debug)]
struct Told {
    event: &'static str,
    recorded: &'static str,
    ward: &'static str,
    /// PV1-45.
    left: &'static str,
}

const fn told(event: &'static str, recorded: &'static str, ward: &'static str) -> Told {
    Told { event, recorded, ward, left: "" }
}

const A01: Told = told("A01", "202609100800", "1");

/// A visit with everything in it, in the order in which it happened.
const WHOLE: [Told; 8] = [
    A01,
    told("A02", "202609101200", "2"),
    told("A02", "202609110900", "3"),
    told("A21", "202609111600", "3"),
    told("A22", "202609121000", "3"),
    told("A03", "202609121400", "3"),
    told("A13", "202609121500", "3"),
    told("A03", "202609131100", "3"),
];

fn reading(told: Told, visit: usize, person: &str, more: &str) -> Reading {
    let Told { event, recorded, ward, left } = told;
    let text = format!(
        "MSH|^~\\&|EHR|NORTH|HG|VGR|{recorded}||ADT^{event}|{visit}{event}{recorded}|P|2.5\rEVN||{recorded}\r\
         PID|1||{person}^^^OWN^MR||Påhittad^Åsa\r{more}PV1|1|I|{ward}{}V{visit}{}{left}",
        "|".repeat(16),
        "|".repeat(26),
    );
    read_text(&text)
}

fn read_text(text: &str) -> Reading {
    let message = Message::read(text.as_bytes(), None).expect("a message");
    let site = SiteMapping::from_toml(SITE).expect("a mapping");
    adt::read(&message, &site, date(2026, 9, 14)).expect("typed")
}

fn intake(suite: &Suite) -> Intake<impl Fn(&HsaId) -> Peer> {
    Intake::new(|hospital: &HsaId| suite.peer("gateway", hospital.as_str(), "region"))
}

fn fresh_visit() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

async fn read(suite: &Suite, visit: usize) -> Option<Admission> {
    let key = VisitNumber { authority: HOSPITAL.to_owned(), value: format!("V{visit}") };
    let request = GetAdmissionRequest { key: Some(Key::VisitNumber(key)), ..Default::default() };
    let peer = suite.peer("gateway", HOSPITAL, "region");
    let answer = AdmissionServiceClient::new(peer).get_admission(request).await.ok()?;
    answer.into_inner().admission
}

/// What a story ends in: state, ward, discharge, destination, leave.
type End = (i32, String, Option<pbjson_types::Timestamp>, i32, Option<pbjson_types::Timestamp>);

/// Tells a visit of its own in this order.
async fn tell(suite: &Suite, order: &[Told]) -> End {
    let (intake, visit) = (intake(suite), fresh_visit());
    for told in order {
        let outcome = intake.accept(&reading(*told, visit, "4711", "")).await.expect("settled");
        let kept = matches!(outcome, Outcome::Accepted | Outcome::Unchanged);
        assert!(kept || is_waiting(&outcome), "{told:?}: {outcome:?}");
    }
    assert_eq!(intake.waiting(), []);
    assert!(intake.take_released().iter().all(|released| released.outcome == Outcome::Accepted));
    let end = read(suite, visit).await.expect("an admission");
    (end.state, end.ward, end.discharged_at, end.destination, end.on_leave_since)
}

fn orders(told: &[Told]) -> Vec<Vec<Told>> {
    if told.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for place in 0..told.len() {
        let mut rest = told.to_vec();
        let first = rest.remove(place);
        all.extend(orders(&rest).into_iter().map(|tail| [&[first], tail.as_slice()].concat()));
    }
    all
}

async fn small_stories_end_the_same_in_every_order(suite: &Suite) {
    let left = |recorded, at| Told { left: at, ..told("A03", recorded, "1") };
    let stories: [&[Told]; 8] = [
        &[A01, WHOLE[1], WHOLE[2]],
        &[A01, WHOLE[1], told("A12", "202609101300", "1"), WHOLE[2]],
        &[A01, WHOLE[3], told("A52", "202609111700", "1")],
        &[A01, WHOLE[3], WHOLE[4], told("A53", "202609121030", "1")],
        &[A01, WHOLE[5], WHOLE[6]],
        // Corrected by a later message, and taken back and told again with an earlier time.
        &[A01, WHOLE[1], left("202609121400", "202609121330"), left("202609121430", "202609101000")],
        &[A01, left("202609121400", "202609121330"), WHOLE[6], left("202609121600", "202609121200")],
        // A transfer that was registered after the discharge and happened before it.
        &[A01, WHOLE[5], Told { event: "A02", recorded: "202609121600", ward: "2", left: "" }, WHOLE[1]],
    ];
    for story in stories {
        let expected = tell(suite, story).await;
        for order in orders(story) {
            assert_eq!(tell(suite, &order).await, expected, "{order:?}");
        }
    }
    assert_eq!(tell(suite, stories[1]).await.1, "SE2321000131-E000000001103");
    assert_eq!(tell(suite, stories[5]).await.1, "SE2321000131-E000000001101", "it had left before the move");
}

#[test]
fn a_whole_visit_ends_the_same_in_any_order_and_told_twice() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let suite = runtime.block_on(Suite::start(On::Sqlite, &[SERVICE]));
    let expected = runtime.block_on(tell(&suite, &WHOLE));
    assert_eq!(expected.0, i32::from(AdmissionState::Discharged));
    assert_eq!((expected.1.as_str(), expected.4), ("SE2321000131-E000000001103", None));
    let times = proptest::collection::vec(1usize..=2, WHOLE.len());
    let orders = times.prop_flat_map(|times| {
        let all = WHOLE.iter().zip(times).flat_map(|(told, times)| vec![*told; times]);
        Just(all.collect::<Vec<_>>()).prop_shuffle()
    });
    let mut runner = TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
    runner
        .run(&orders, |order| {
            prop_assert_eq!(runtime.block_on(tell(&suite, &order)), expected.clone());
            Ok(())
        })
        .expect("the same end");
    drop(runtime);
}

async fn what_comes_before_its_admission_waits_and_goes_on_in_order(suite: &Suite) {
    let (intake, visit) = (intake(suite), fresh_visit());
    for early in [WHOLE[5], WHOLE[1]] {
        let outcome = intake.accept(&reading(early, visit, "4711", "")).await.expect("settled");
        assert_eq!(outcome, Outcome::Parked(Held::AwaitsAdmission));
    }
    // Another visit's admission releases nothing of this one.
    intake.accept(&reading(A01, fresh_visit(), "4712", "")).await.expect("settled");
    assert_eq!((intake.waiting().len(), intake.take_released()), (2, Vec::new()));
    let outcome = intake.accept(&reading(A01, visit, "4711", "")).await.expect("settled");
    assert_eq!(outcome, Outcome::Accepted);
    let released = intake.take_released();
    let triggers: Vec<_> = released.iter().map(|one| one.reading.envelope.trigger.as_str()).collect();
    assert_eq!(triggers, ["A03", "A02"]);
    assert!(released.iter().all(|one| one.outcome == Outcome::Accepted));
    assert_eq!((intake.waiting(), intake.take_released()), (Vec::new(), Vec::new()));
    assert_eq!(read(suite, visit).await.expect("an admission").state(), AdmissionState::Discharged);
}

async fn implausible_times_are_parked_and_shorten_no_stay(suite: &Suite) {
    let (intake, visit) = (intake(suite), fresh_visit());
    intake.accept(&reading(A01, visit, "4711", "")).await.expect("settled");
    let left = |left| Told { left, ..told("A03", "202609121400", "1") };
    for (implausible, held) in [
        (left("202509121400"), Held::FarFromRecord),
        (left("202609100700"), Held::BeforeAdmission),
        (left("202609151400"), Held::Future),
        (told("A02", "202609100700", "2"), Held::BeforeAdmission),
        (told("A02", "202609151400", "2"), Held::Future),
        (told("A21", "202609100700", "1"), Held::BeforeAdmission),
        (told("A13", "202609151400", "1"), Held::Future),
    ] {
        let outcome = intake.accept(&reading(implausible, visit, "4711", "")).await.expect("settled");
        assert_eq!(outcome, Outcome::Parked(held), "{implausible:?}");
    }
    let stay = read(suite, visit).await.expect("an admission");
    assert_eq!((stay.state(), stay.ward.as_str()), (AdmissionState::Admitted, "SE2321000131-E000000001101"));
    // Whoever sees the stay sees that.
    let marked = stay.quality_flags.iter().map(|raised| (raised.flag(), raised.about()));
    let marked: std::collections::BTreeSet<_> = marked.collect();
    let kinds = [MovementKind::Transfer, MovementKind::LeaveStart, MovementKind::Discharge];
    assert_eq!(marked, kinds.map(|kind| (QualityFlag::ImplausibleTime, kind)).into());
    let future = reading(told("A01", "202609151400", "1"), fresh_visit(), "4711", "");
    assert_eq!(intake.accept(&future).await.expect("settled"), Outcome::Parked(Held::Future));
    assert_eq!(intake.waiting(), []);
}

#[test]
fn a_death_after_the_discharge_leaves_it_a_discharge_home() {
    let destination = |pid: &str, disposition: &str, left: &str| {
        let text = format!(
            "MSH|^~\\&|EHR|NORTH|HG|VGR|202609151000||ADT^A03|7|P|2.5\rEVN||202609151000\r\
             PID|1||4711^^^OWN^MR||Påhittad^Åsa{}{pid}\rPV1|1|I|1{}V1{}{disposition}{}{left}",
            "|".repeat(24),
            "|".repeat(16),
            "|".repeat(17),
            "|".repeat(9),
        );
        let Verdict::Mapped(event) = read_text(&text).verdict else { panic!("not mapped") };
        requests::discharge(&event, String::new(), String::new()).destination()
    };
    let left = "202609121400";
    for (pid, disposition, left, expected) in [
        ("202609141200|Y", "", left, Destination::Home),
        ("202609141200", "", left, Destination::Home),
        ("20260913|Y", "", left, Destination::Home),
        ("202609121401", "", left, Destination::Home),
        ("202609121400", "", left, Destination::Deceased),
        ("20260912|Y", "", left, Destination::Deceased),
        ("202609121600", "", "20260912", Destination::Deceased),
        ("|Y", "", left, Destination::Deceased),
        ("202609141200|Y", "20", left, Destination::Deceased),
    ] {
        assert_eq!(destination(pid, disposition, left), expected, "{pid} {disposition} {left}");
    }
}

async fn a_visit_to_a_clinic_waits_for_no_admission(suite: &Suite) {
    let (intake, visit) = (intake(suite), fresh_visit());
    let of_class = |event, class: &str| {
        read_text(&format!(
            "MSH|^~\\&|EHR|NORTH|HG|VGR|202609111000||ADT^{event}|{visit}{event}|P|2.5\rEVN||202609111000\r\
             PID|1||4711^^^OWN^MR||Påhittad^Åsa\rPV1|1|{class}|1{}V{visit}\r",
            "|".repeat(16),
        ))
    };
    for (event, class) in [("A02", "O"), ("A03", "E"), ("A08", "P"), ("A31", "O")] {
        let outcome = intake.accept(&of_class(event, class)).await.expect("settled");
        assert_eq!(outcome, Outcome::Ignored(Ignored::NotInpatient), "{event} {class}");
    }
    let outcome = intake.accept(&of_class("A02", "I")).await.expect("settled");
    assert_eq!((outcome, intake.waiting().len()), (Outcome::Parked(Held::AwaitsAdmission), 1));
    // Of a stay that is there the class says nothing.
    intake.accept(&reading(A01, visit, "4711", "")).await.expect("settled");
    assert_eq!(intake.accept(&of_class("A03", "O")).await.expect("settled"), Outcome::Accepted);
}

async fn a_void_visit_ends_the_same_in_every_order(suite: &Suite) {
    let left = told("A03", "202609121400", "1");
    let void = told("A11", "202609121500", "1");
    for order in [[A01, left, void], [A01, void, left]] {
        let end = tell(suite, &order).await;
        assert_eq!(end.0, i32::from(AdmissionState::Voided), "{order:?}");
    }
    // Nothing else of it is news either.
    let (intake, visit) = (intake(suite), fresh_visit());
    for told in [A01, void] {
        intake.accept(&reading(told, visit, "4711", "")).await.expect("settled");
    }
    for late in [left, WHOLE[1], WHOLE[3], WHOLE[4], WHOLE[6]] {
        let outcome = intake.accept(&reading(late, visit, "4711", "")).await.expect("settled");
        assert_eq!(outcome, Outcome::Unchanged, "{late:?}");
    }
    // What was recorded after the void is ahead of an admission under the same number.
    let ahead = reading(told("A08", "202609121600", "1"), visit, "4711", "");
    assert_eq!(intake.accept(&ahead).await.expect("settled"), Outcome::Parked(Held::AwaitsAdmission));
}

async fn a_visit_admitted_anew_after_its_void_loses_nothing(suite: &Suite) {
    let (void, anew) = (told("A11", "202609100900", "1"), told("A01", "202609101000", "1"));
    let (moved, left) = (told("A02", "202609101200", "2"), told("A03", "202609121400", "2"));
    let expected = tell(suite, &[A01, void, anew, moved, left]).await;
    let discharged = i32::from(AdmissionState::Discharged);
    assert_eq!((expected.0, expected.1.as_str()), (discharged, "SE2321000131-E000000001102"));
    // Also where what happened after the second admission comes before anybody tells that the first never was.
    for order in orders(&[A01, void, anew, moved, left]) {
        assert_eq!(tell(suite, &order).await, expected, "{order:?}");
    }
}

async fn an_expected_discharge_is_kept_through_a_departure_that_is_taken_back(suite: &Suite) {
    let expects = |visit| {
        let text = format!(
            "MSH|^~\\&|EHR|NORTH|HG|VGR|202609120900||ADT^A16|{visit}A16|P|2.5\rEVN||202609120900\r\
             PID|1||4711^^^OWN^MR\rPV1|1|I|1{}V{visit}\rPV2{}20261220\r",
            "|".repeat(16),
            "|".repeat(9),
        );
        read_text(&text)
    };
    let mut dates = Vec::new();
    for place in 1..4 {
        let (intake, visit) = (intake(suite), fresh_visit());
        let mut told: Vec<_> = [A01, WHOLE[5], WHOLE[6]].map(|told| reading(told, visit, "4711", "")).into();
        told.insert(place, expects(visit));
        for reading in told {
            assert_eq!(intake.accept(&reading).await.expect("settled"), Outcome::Accepted);
        }
        let stay = read(suite, visit).await.expect("an admission");
        assert_eq!(stay.state(), AdmissionState::Admitted);
        dates.push(stay.expected_discharge.expect("a date"));
    }
    assert!(dates.iter().all(|date| *date == dates[0]), "{dates:?}");
}

async fn a_merge_leads_later_messages_to_the_survivor(suite: &Suite) {
    let intake = intake(suite);
    let (one, two, three) = (fresh_visit(), fresh_visit(), fresh_visit());
    intake.accept(&reading(A01, one, "R17", "")).await.expect("settled");
    intake.accept(&reading(A01, two, "4711", "")).await.expect("settled");
    for event in ["A40", "A34", "A36", "A40"] {
        let merge = reading(told(event, "202609110900", "1"), one, "4711", "MRG|R17^^^OWN^MR\r");
        assert_eq!(intake.accept(&merge).await.expect("settled"), Outcome::Accepted, "{event}");
        // Recorded before, the other way round: the later word stands.
        let back = reading(told(event, "202609110830", "1"), one, "R17", "MRG|4711^^^OWN^MR\r");
        assert_eq!(intake.accept(&back).await.expect("settled"), Outcome::Accepted, "{event}");
    }
    intake.accept(&reading(A01, three, "R17", "")).await.expect("settled");
    for visit in [one, two, three] {
        let patient = read(suite, visit).await.expect("an admission").patient.expect("a patient");
        assert_eq!(patient.person_id.unwrap_or_default().value, format!("{HOSPITAL}4711"), "{visit}");
    }
}

async fn an_update_changes_details_and_a_late_one_nothing(suite: &Suite) {
    let (intake, visit) = (intake(suite), fresh_visit());
    let update = |event, recorded, name: &str| {
        let text = format!(
            "MSH|^~\\&|EHR|NORTH|HG|VGR|{recorded}||ADT^{event}|{visit}{event}{recorded}|P|2.5\rEVN||{recorded}\r\
             PID|1||4711^^^OWN^MR||{name}^Åsa\rPV1|1|I|1{}V{visit}\r",
            "|".repeat(16),
        );
        read_text(&text)
    };
    let first = update("A08", "202609111000", "Nyman");
    assert_eq!(intake.accept(&first).await.expect("settled"), Outcome::Parked(Held::AwaitsAdmission));
    intake.accept(&reading(A01, visit, "4711", "")).await.expect("settled");
    let shown = async || {
        let patient = read(suite, visit).await.expect("an admission").patient;
        patient.expect("a patient").name
    };
    assert_eq!(shown().await, "Åsa Nyman");
    for (recorded, name, outcome) in [
        ("202609110900", "Gammal", Outcome::Unchanged),
        ("202609111100", "Nyman", Outcome::Unchanged),
        ("202609111030", "Mellan", Outcome::Unchanged),
        ("202609111200", "Nyast", Outcome::Accepted),
    ] {
        assert_eq!(intake.accept(&update("A08", recorded, name)).await.expect("settled"), outcome, "{name}");
    }
    assert_eq!(shown().await, "Åsa Nyast");
}
