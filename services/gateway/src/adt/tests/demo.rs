//! The demo's own messages: every one maps, and together they tell what the demo promises to show.

use std::{collections::BTreeSet, path::PathBuf};

use hemgang_core::person::PersonIdKind;
use jiff::Timestamp;

use super::*;
use crate::hl7::{self, Charset};

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every message of the demo in order of sending.
fn messages() -> Vec<(Envelope, AdtEvent)> {
    let site = repository().join("services/hemgang/src/demo/site.toml");
    let site = std::fs::read_to_string(site).expect("the demo's mapping");
    let site = SiteMapping::from_toml(&site).expect("a mapping");
    let mut all = Vec::new();
    for file in ["sahlgrenska", "nal", "skovde", "boras"] {
        let bytes = std::fs::read(repository().join(format!("tests/data/adt/{file}.hl7"))).expect("a file");
        let mut sent = Timestamp::MIN;
        for piece in hl7::read(&bytes, None) {
            let Reading { envelope, verdict } =
                read(&piece.outcome.expect("a message"), &site, TODAY).expect("typed");
            let Verdict::Mapped(event) = verdict else { panic!("{file}: {verdict:?}") };
            assert_eq!(event.doubts, [], "{file}");
            let at = envelope.sent_at.expect("a time").at;
            assert!(sent <= at, "{file} is in order of sending");
            sent = at;
            all.push((envelope, *event));
        }
    }
    all.sort_by_key(|(envelope, _)| envelope.sent_at.map(|stamp| stamp.at));
    all
}

/// The messages without the repeat, and how many repeats there were.
fn distinct() -> (Vec<AdtEvent>, usize) {
    let all = messages();
    let count = all.len();
    let mut seen = BTreeSet::new();
    let distinct: Vec<_> = all
        .into_iter()
        .filter(|(envelope, _)| seen.insert(envelope.repeat_key()))
        .map(|(_, event)| event)
        .collect();
    let repeats = count - distinct.len();
    (distinct, repeats)
}

#[test]
fn the_demo_shows_what_it_promises() {
    let (events, repeats) = distinct();
    let of = |kind| events.iter().filter(|event| event.kind == kind).count();
    assert_eq!(repeats, 1);
    assert_eq!((of(AdtKind::Admit), of(AdtKind::Discharge), of(AdtKind::CancelAdmit)), (16, 13, 1));
    assert_eq!((of(AdtKind::Transfer), of(AdtKind::Update), of(AdtKind::PendingDischarge)), (2, 1, 1));
    let any = |test: &dyn Fn(&AdtEvent) -> bool| events.iter().filter(|event| test(event)).count();
    assert_eq!(any(&|event| event.patient.death.is_some()), 1);
    assert_eq!(any(&|event| event.discharged_to == Some(DischargedTo::Deceased)), 1);
    assert_eq!(any(&|event| event.patient.protected == Some(true)), 2);
    assert_eq!(any(&|event| matches!(event.expected_discharge, Statement::Stated(_))), 2);
    let kinds =
        |kind| any(&|event| event.patient.identities.first().is_some_and(|first| first.id.kind() == kind));
    assert_eq!((kinds(PersonIdKind::Samordningsnummer), kinds(PersonIdKind::RegionalReserve)), (2, 2));
    assert_eq!(kinds(PersonIdKind::Local), 0);
    let hospitals: BTreeSet<_> = events.iter().map(|event| &event.hospital).collect();
    let municipalities: BTreeSet<_> =
        events.iter().filter_map(|event| event.patient.municipality.stated()).collect();
    assert_eq!((hospitals.len(), municipalities.len()), (6, 16));
}

#[test]
fn the_demos_discharges_know_their_day_and_stays_are_of_two_to_seven_days() {
    let (events, _) = distinct();
    for discharge in events.iter().filter(|event| event.kind == AdtKind::Discharge) {
        let admit =
            events.iter().find(|event| event.kind == AdtKind::Admit && event.visit == discharge.visit);
        let admitted = admit.and_then(|event| event.admitted_at).expect("an admission").stamp.written.date();
        let discharged = discharge.discharged_at.expect("a discharge").stamp.written.date();
        let days = (discharged - admitted).get_days();
        assert!((2..=7).contains(&days), "{days} days");
    }
}

#[test]
fn one_of_the_demos_files_is_in_latin_1_and_says_so() {
    let charsets: Vec<_> = messages().into_iter().map(|(envelope, _)| envelope.charset).collect();
    assert!(charsets.iter().all(|charset| !charset.contradicts()));
    assert_eq!(charsets.iter().filter(|charset| charset.used == Charset::Latin1).count(), 8);
}

#[test]
fn the_demos_places_are_in_the_directory() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../directory/data/units.csv");
    let units = std::fs::read_to_string(path).expect("the directory's units");
    let known: BTreeSet<_> = units.lines().filter_map(|line| line.split(',').next()).collect();
    for event in distinct().0 {
        let places = [Some(event.hospital), event.ward, event.patient.listed_unit.stated().cloned()];
        for place in places.into_iter().flatten() {
            assert!(known.contains(place.as_str()), "{place}");
        }
    }
}
