//! `hemgang simulate`: in its own process and before a server.

use std::path::Path;

use crate::command::{Answer, Server, hemgang};
use serde_json::Value;

/// Simulates in a process of its own.
fn simulate(arguments: &[&str]) -> Answer {
    let folder = tempfile::tempdir().expect("a folder");
    let mut all = vec!["simulate", "--in-process", "--output", "json"];
    all.extend(arguments);
    hemgang(folder.path(), &all, b"")
}

fn figure<'a>(region: &'a Value, id: &str, variant: &str) -> &'a Value {
    let figures = region["figures"].as_array().expect("figures");
    let found = figures.iter().find(|figure| figure["id"] == id && figure["variant"] == variant);
    found.unwrap_or_else(|| panic!("no {id} {variant}"))
}

fn done(region: &Value, what: &str) -> u64 {
    region["done"][what].as_u64().unwrap_or_default()
}

fn refused(region: &Value) -> Vec<&String> {
    let done = region["done"].as_object().expect("counts");
    done.keys().filter(|what| what.starts_with("refused")).collect()
}

#[test]
fn one_seed_gives_one_region_and_five_days_are_sane() {
    let arguments = ["--days", "5", "--admissions-per-day", "20", "--seed", "11"];
    let (first, again) = (simulate(&arguments), simulate(&arguments));
    assert_eq!(first.code, Some(0), "{first:?}");
    assert_eq!(first.stdout, again.stdout);
    assert!(first.stderr.contains("simulated days a minute at 20 admissions a day"), "{first:?}");

    let region = first.json();
    assert!(refused(&region).is_empty(), "{region}");
    assert!((70..140).contains(&done(&region, "admissions")), "{region}");
    assert!((20..120).contains(&done(&region, "discharges")), "{region}");
    assert!(done(&region, "notices acknowledged") > 20, "{region}");
    let notified = figure(&region, "notified_admissions", "")["numerator"].as_u64().expect("a count");
    assert!((10..50).contains(&notified), "{region}");
    let same_day = figure(&region, "same_day", "")["value"].as_f64().expect("a share");
    assert!((0.3..=1.0).contains(&same_day), "{region}");
    let in_time = figure(&region, "notice_within_24h", "")["value"].as_f64().expect("a share");
    assert!((0.6..=1.0).contains(&in_time), "{region}");
}

#[test]
fn every_special_case_is_taken_by_the_services() {
    // A seed in whose fortnight all of them fall, so that the test is short; that each month has them is the plan's.
    let answer = simulate(&["--days", "14", "--admissions-per-day", "15", "--seed", "9"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let region = answer.json();
    assert!(refused(&region).is_empty(), "{region}");
    let special = [
        "admissions voided",
        "cases closed",
        "deaths",
        "discharges cancelled",
        "expected discharges changed",
        "leaves ended",
        "readiness confirmed again after a move",
        "readiness withdrawn",
        "reserve numbers merged",
        "transfers",
    ];
    for what in special {
        assert!(done(&region, what) > 0, "no {what}: {region}");
    }
    // Those held are all counted, and by the kind that was planned.
    let held = |id| figure(&region, id, "")["denominator"].as_u64().expect("a count");
    let (planning, sip) = (held("planning_meetings"), held("sip_meetings"));
    assert!(planning > 5 && sip > 2, "{region}");
    assert_eq!(planning + sip, done(&region, "meetings held"), "{region}");
    for what in ["care requests sent", "meetings moved", "meetings cancelled"] {
        assert!(done(&region, what) > 0, "no {what}: {region}");
    }
    let late = figure(&region, "late_ready_notice", "")["numerator"].as_u64();
    assert!(late.is_some_and(|late| late > 0), "{region}");
}

#[test]
fn a_check_that_is_missed_says_so_and_fails() {
    // Nobody of two days waits three.
    let answer = simulate(&["--days", "2", "--admissions-per-day", "10", "--check"]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert!(answer.stderr.contains("not accepted: "), "{answer:?}");
    let region = answer.json();
    let parts = region["check"].as_array().expect("parts");
    let named: Vec<_> = parts.iter().map(|part| part["what"].as_str().expect("a name")).collect();
    assert!(named.contains(&"planning meetings") && named.contains(&"SIP on distance"), "{region}");
    assert!(parts.iter().any(|part| part["met"] == false), "{region}");
}

#[test]
fn a_running_server_is_told_of_past_days() {
    let server = Server::start();
    let arguments = ["simulate", "--days", "4", "--admissions-per-day", "15", "--output", "json"];
    let target = ["--target", &server.url, "--data", "data"];
    let all: Vec<_> = arguments.into_iter().chain(target).collect();
    let answer = hemgang(server.folder.path(), &all, b"");
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let region = answer.json();
    assert!(refused(&region).is_empty(), "{region}");
    assert!((30..100).contains(&done(&region, "admissions")), "{region}");
    assert!(done(&region, "admission notices sent") > 0, "{region}");

    let again = hemgang(server.folder.path(), &all, b"");
    assert_eq!(again.code, Some(1), "{again:?}");
    assert!(again.stderr.contains("VISIT_ALREADY_ADMITTED"), "{again:?}");
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let code = |arguments: &[&str]| {
        let all: Vec<_> = ["simulate", "--days", "2"].iter().chain(arguments).copied().collect();
        hemgang(Path::new(folder.path()), &all, b"").code
    };
    assert_eq!(code(&[]), Some(1), "no server's key in the data folder");
    assert_eq!(code(&["--in-process", "--target", "http://127.0.0.1:1"]), Some(2), "both");
    assert_eq!(code(&["--target", "http://127.0.0.1:1", "--data", "nowhere"]), Some(1), "no key");
    let future = ["--target", "http://127.0.0.1:1", "--data", ".", "--from", "2999-01-01"];
    assert_eq!(code(&future), Some(1), "days to come");
    assert_eq!(code(&["--in-process", "--data", env!("CARGO_MANIFEST_DIR")]), Some(1), "a folder in use");
    assert!(!folder.path().join("nowhere").exists());
}
