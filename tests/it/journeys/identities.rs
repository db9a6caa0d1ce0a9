//! A patient who is unknown at first: the reserve number turns out to be a known person's.

use hemgang_proto::{
    admission::{AdmissionEvent, admission_event::Event},
    common::{EventHeader, PersonId},
};
use hemgang_testing::{Suite, each_backend};

use super::steps::{
    COUNTY, SAHLGRENSKA, SERVICE, SOCIAL, WARD,
    adt::{Adt, TOLVAN, a01, a03, a40, tell},
    until,
};

each_backend!(
    a_reserve_number_of_a_known_person_makes_one_patient_and_rewrites_nothing
    on crate::services::SERVICES
);

const RESERVE: &str = "19810829M070^^^1.2.752.113.11.0.2.1.1.1";

async fn identity_shown(suite: &Suite, id: &str) -> (PersonId, String) {
    let patient = SOCIAL.case(suite, id).await.expect("a case").patient.expect("a patient");
    (patient.person_id.expect("an identity"), patient.name)
}

fn kind(event: &AdmissionEvent) -> (&str, &str) {
    let EventHeader { kind, admission_id, .. } = event.header.as_ref().expect("a header");
    (kind, admission_id)
}

/// E13 of the design's table.
async fn a_reserve_number_of_a_known_person_makes_one_patient_and_rewrites_nothing(suite: &Suite) {
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let known = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.tell_of(suite, &known, &[SOCIAL]).await;
    until(suite, "2026-09-15T10:00:00Z").await;
    let unknown = Adt { person: RESERVE, name: "Okänd^Person", ..a01("V2", "20260915110000") };
    tell(suite, &[a03("V1", "20260915090000"), unknown]).await;
    let reserve = SAHLGRENSKA.admission_of(suite, "V2").await.admission_id;
    WARD.tell_of(suite, &reserve, &[SOCIAL]).await;
    assert_eq!(identity_shown(suite, &reserve).await.0.value, "19810829M070");
    assert_eq!(COUNTY.total(suite, "admissions_per_patient").await, (2, 2));
    let before = SERVICE.events(suite).await;

    until(suite, "2026-09-16T08:00:00Z").await;
    tell(suite, &[a40("20260916090000", TOLVAN, RESERVE)]).await;
    let personnummer = PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: "191212121212".to_owned() };
    assert_eq!(identity_shown(suite, &reserve).await.0, personnummer);
    assert_eq!(identity_shown(suite, &known).await, (personnummer.clone(), "Åsa Ö Exempel".to_owned()));
    assert_eq!(COUNTY.total(suite, "admissions_per_patient").await, (2, 1));
    assert_eq!(COUNTY.total(suite, "notified_admissions").await, (2, 0));
    let after = SERVICE.events(suite).await;
    let (old, new) = after.split_at(before.len());
    assert_eq!(old, before);
    let mut told: Vec<_> = new.iter().map(kind).collect();
    told.sort_unstable();
    let mut expected = [
        ("PatientDetailsRecorded", reserve.as_str()),
        ("PatientsMerged", &known),
        ("PatientsMerged", &reserve),
    ];
    expected.sort_unstable();
    assert_eq!(told, expected);
    // Both stays have told of one patient since.
    let survivors = new.iter().filter_map(|event| match event.event.as_ref()? {
        Event::PatientsMerged(merged) => Some(merged.surviving_patient_id.clone()),
        _ => None,
    });
    let first = survivors.clone().next();
    assert!(first.is_some() && survivors.map(Some).all(|survivor| survivor == first));

    // Again: nothing more.
    until(suite, "2026-09-16T12:00:00Z").await;
    tell(suite, &[a40("20260916093000", TOLVAN, RESERVE)]).await;
    assert_eq!(SERVICE.events(suite).await, after);
    // The other way round, in whatever order: the merge that was recorded last says who goes on.
    tell(suite, &[a40("20260916110000", TOLVAN, RESERVE), a40("20260916100000", RESERVE, TOLVAN)]).await;
    assert_eq!(identity_shown(suite, &reserve).await.0, personnummer);

    // A sender who has not learnt it yet admits under the reserve number: the same patient.
    tell(suite, &[a03("V2", "20260916120000"), Adt { visit: "V3", came: "20260916130000", ..unknown }]).await;
    let third = SAHLGRENSKA.admission_of(suite, "V3").await.admission_id;
    WARD.tell_of(suite, &third, &[SOCIAL]).await;
    assert_eq!(identity_shown(suite, &third).await.0, personnummer);
    assert_eq!(COUNTY.total(suite, "admissions_per_patient").await, (3, 1));
}
