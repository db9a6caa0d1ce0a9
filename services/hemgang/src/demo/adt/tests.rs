//! What the demo's hospitals write is read as it was meant.

use std::collections::{BTreeMap, BTreeSet};

use hemgang_core::day::local_day;
use hemgang_gateway::{
    adt::{self, AdtEvent, AdtKind, DischargedTo, SiteMapping, Statement, Verdict},
    hl7::{self, Charset},
};

use super::*;
use crate::{
    demo::{region, senders::Senders},
    simulate::{Plan, draw},
};

fn site() -> SiteMapping {
    SiteMapping::from_toml(include_str!("../site.toml")).expect("the demo's mapping")
}

fn plan() -> Plan {
    let directory = hemgang_directory::compiled_in().expect("the directory");
    draw(&directory, &region::month(&site(), None, 1).expect("a size")).expect("a plan")
}

/// Reads a message alone, without a doubt.
fn read(bytes: &[u8], site: &SiteMapping, at: Timestamp) -> (AdtEvent, Charset) {
    let mut pieces = hl7::read(bytes, None);
    let message = pieces.next().expect("a piece").outcome.expect("a message");
    assert!(pieces.next().is_none());
    let reading = adt::read(&message, site, local_day(at)).expect("typed");
    let Verdict::Mapped(event) = reading.verdict else { panic!("{:?}", reading.verdict) };
    assert_eq!(event.doubts, []);
    (*event, reading.envelope.charset.used)
}

/// Every message of a month, with the step that it tells of.
fn messages(plan: &Plan, site: &SiteMapping) -> Vec<(Step, AdtEvent, Charset)> {
    let senders = Senders::of(site);
    let mut wards = BTreeMap::new();
    let mut all = Vec::new();
    for step in plan.steps.iter().filter(|step| !matches!(step.act, Act::Meet(_))) {
        let (stay, person, first) = plan.of(step);
        let ward = wards.entry(step.place).or_insert_with(|| first.hsa_id.clone());
        let from = senders.place(ward).expect("a ward of the mapping").clone();
        if let Act::Transfer(to) = &step.act {
            ward.clone_from(to);
        }
        let place = senders.place(ward).expect("a ward of the mapping");
        let is_transfer = matches!(step.act, Act::Transfer(_));
        let about = About {
            stay,
            person,
            place,
            from: is_transfer.then_some(&from),
            visit: &stay.visit,
            control_id: all.len().to_string(),
        };
        if let Some(bytes) = write(step, &about) {
            let (event, charset) = read(&bytes, site, step.at);
            all.push((step.clone(), event, charset));
        }
    }
    all
}

#[test]
fn every_message_of_the_month_is_read_as_it_was_meant() {
    let (site, plan) = (site(), plan());
    for (step, event, _) in &messages(&plan, &site) {
        let (stay, person, ward) = plan.of(step);
        let expected = match &step.act {
            Act::Admit => AdtKind::Admit,
            Act::Transfer(_) => AdtKind::Transfer,
            Act::Discharge(_) | Act::Die => AdtKind::Discharge,
            Act::Void => AdtKind::CancelAdmit,
            Act::CancelDischarge => AdtKind::CancelDischarge,
            Act::ChangeExpected(_) if matches!(event.kind, AdtKind::Update) => AdtKind::Update,
            Act::ChangeExpected(ExpectedDischarge::UnknownYet) => AdtKind::CancelPendingDischarge,
            Act::ChangeExpected(_) => AdtKind::PendingDischarge,
            Act::StartLeave => AdtKind::StartLeave,
            Act::EndLeave => AdtKind::EndLeave,
            Act::Merge => AdtKind::Merge,
            other => panic!("nobody tells of {other:?}"),
        };
        assert_eq!(event.kind, expected);
        // A merge names no ward, and with it no hospital of the system's.
        assert!(event.hospital == ward.hospital || event.kind == AdtKind::Merge);
        assert_eq!(event.occurred_at.stamp.at, step.happened_at);
        assert_eq!(event.registered_at.stamp.at, step.at);
        match &step.act {
            Act::Admit => {
                assert_eq!(event.admitted_at.expect("a time").stamp.at, stay.admitted_at);
                assert_eq!(event.ward.as_ref(), Some(&ward.hsa_id));
                let name = event.patient.name.stated().expect("a name").expose();
                assert!(name.family == person.name.family && name.given == person.name.given);
                let identity = event.patient.identities.first().expect("an identity");
                assert!(identity.id.value() == person.identity_at_admission().value);
                let code = event.patient.municipality.stated().map(ToString::to_string).unwrap_or_default();
                assert_eq!(code, municipality(person));
            }
            Act::Discharge(to) => {
                let elsewhere = *to == Destination::OtherHospitalGroup;
                assert_eq!(event.discharged_to == Some(DischargedTo::OtherHospital), elsewhere);
                assert_eq!(event.discharged_at.expect("a time").stamp.at, step.happened_at);
            }
            Act::Die => assert_eq!(event.discharged_to, Some(DischargedTo::Deceased)),
            Act::ChangeExpected(ExpectedDischarge::UnknownYet) => {
                assert!(event.expected_discharge == Statement::Withdrawn);
            }
            Act::ChangeExpected(_) => assert!(matches!(event.expected_discharge, Statement::Stated(_))),
            Act::Merge => assert_eq!(event.merges.len(), 1),
            _ => {}
        }
    }
}

#[test]
fn a_month_has_everything_that_adt_tells_of_here() {
    let (site, plan) = (site(), plan());
    let all = messages(&plan, &site);
    assert!(all.len() > 300, "{}", all.len());
    let kinds: BTreeSet<_> = all.iter().map(|(_, event, _)| format!("{:?}", event.kind)).collect();
    assert_eq!(kinds.len(), 11, "{kinds:?}");
    let days: BTreeSet<_> = all.iter().map(|(step, ..)| local_day(step.at).weekday() as u8).collect();
    assert_eq!(days.len(), 7);
    let municipalities: BTreeSet<_> =
        all.iter().filter_map(|(_, event, _)| event.patient.municipality.stated()).collect();
    assert!(municipalities.len() >= 12, "{}", municipalities.len());
    let hospitals: BTreeSet<_> = all.iter().map(|(_, event, _)| &event.hospital).collect();
    assert_eq!(hospitals.len(), 6);
    let told_late = all.iter().any(|(step, ..)| step.happened_at < step.at);
    let protected = all.iter().any(|(_, event, _)| event.patient.protected == Some(true));
    assert!(told_late && protected);
    let charsets: BTreeSet<_> = all.iter().map(|(.., charset)| format!("{charset:?}")).collect();
    assert!(charsets.contains("Latin1") && charsets.contains("Utf8"), "{charsets:?}");
}
