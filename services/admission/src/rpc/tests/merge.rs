//! Merged identities: one survivor whichever way and however often it is told, and the stays of both are its own.

use hemgang_proto::{
    admission::{
        AdmissionEvent, PatientsMerged, ReadEventsRequest, admission_event::Event,
        admission_feed_service_client::AdmissionFeedServiceClient,
    },
    common::Protection,
};
use hemgang_testing::{Suite, each_backend, refused};
use tonic::Code;

use super::*;
use crate::store;

each_backend!(
    the_stays_of_both_are_the_survivors,
    a_merge_told_again_changes_nothing_and_a_later_one_turns_it,
    chains_and_circles_lead_to_one_survivor,
    merges_that_contradict_end_the_same_in_any_order,
    an_identity_that_is_not_known_yet_finds_the_survivor,
    protection_of_either_masks_both,
    a_merge_into_skyddad_folkbokforing_withdraws_the_municipality,
    a_ward_merges_only_patients_whom_it_sees,
    merges_and_admissions_at_one_moment_do_not_miss_each_other
    on &[crate::SERVICE]
);

const LOCAL: &str = "1.2.752.129.2.1.2.1";
const A: &str = "SE2321000131-E000000001001A";
const B: &str = "SE2321000131-E000000001001B";
const C: &str = "SE2321000131-E000000001001C";

fn identity(value: &str) -> PersonId {
    PersonId { oid: LOCAL.to_owned(), value: value.to_owned() }
}

async fn came(suite: &Suite, ward: &str, person: &str, visit: &str) -> String {
    let admit = pb::AdmitPatientRequest {
        person_id: Some(identity(person)),
        name: format!("Tolvan {person}"),
        ward: ward.to_owned(),
        ..request(suite, visit)
    };
    let answer = patiently(async || client(suite, ward).admit_patient(admit.clone()).await).await;
    answer.admission.expect("an admission").admission_id
}

/// Again as long as others change the same at the same time.
async fn patiently<T>(call: impl AsyncFn() -> Result<tonic::Response<T>, tonic::Status>) -> T {
    loop {
        match call().await {
            Ok(answer) => return answer.into_inner(),
            Err(status) => assert_eq!(status.code(), Code::Unavailable, "{status}"),
        }
    }
}

fn merge(surviving: &str, absorbed: &str) -> pb::MergePatientsRequest {
    pb::MergePatientsRequest {
        surviving: Some(identity(surviving)),
        absorbed: Some(identity(absorbed)),
        ..Default::default()
    }
}

async fn merged(suite: &Suite, surviving: &str, absorbed: &str) -> String {
    let gateway = suite.peer("gateway", "SE2321000131-E000000001001", "region");
    let merge = merge(surviving, absorbed);
    let call = async || AdmissionServiceClient::new(gateway.clone()).merge_patients(merge.clone()).await;
    patiently(call).await.patient_id
}

/// The identity that a stay is shown with, its name and its protection.
async fn shown(suite: &Suite, id: &str) -> (String, String, Protection) {
    let key = Some(pb::get_admission_request::Key::AdmissionId(id.to_owned()));
    let peer = suite.peer("gateway", "SE2321000131-E000000001001", "region");
    let answer = AdmissionServiceClient::new(peer)
        .get_admission(pb::GetAdmissionRequest { key, ..Default::default() })
        .await;
    let patient = answer.expect("read").into_inner().admission.and_then(|admission| admission.patient);
    let patient = patient.expect("a patient");
    let protection = patient.protection();
    (patient.person_id.unwrap_or_default().value, patient.name, protection)
}

async fn merges_told(suite: &Suite) -> Vec<(String, PatientsMerged)> {
    let peer = suite.peer("hospital", "SE2321000131-E000000001001", "region");
    let request = ReadEventsRequest { page_size: 500, ..Default::default() };
    let page = AdmissionFeedServiceClient::new(peer).read_events(request).await.expect("read").into_inner();
    let of_merge = |event: AdmissionEvent| match event.event {
        Some(Event::PatientsMerged(said)) => Some((event.header.unwrap_or_default().admission_id, said)),
        _ => None,
    };
    page.events.into_iter().filter_map(of_merge).collect()
}

async fn the_stays_of_both_are_the_survivors(suite: &Suite) {
    let (one, two) = (came(suite, WARD, A, "1").await, came(suite, OTHER_WARD, B, "2").await);
    let patient_id = merged(suite, A, B).await;
    // One identity; the name is what each stay's own sender said.
    for (stay, said) in [(&one, A), (&two, B)] {
        assert_eq!(shown(suite, stay).await, (A.to_owned(), format!("Tolvan {said}"), Protection::None));
    }
    let told = merges_told(suite).await;
    assert_eq!(told.iter().map(|(stay, _)| stay).collect::<Vec<_>>(), [&one, &two]);
    assert!(told.iter().all(|(_, said)| said.surviving_patient_id == patient_id));
    // A later stay under the absorbed identity is the survivor's.
    let three = came(suite, WARD, B, "3").await;
    assert_eq!(shown(suite, &three).await.0, A);
}

async fn a_merge_told_again_changes_nothing_and_a_later_one_turns_it(suite: &Suite) {
    let one = came(suite, WARD, A, "1").await;
    came(suite, WARD, B, "2").await;
    let patient_id = merged(suite, A, B).await;
    assert_eq!(merged(suite, A, B).await, patient_id);
    assert_eq!(merged(suite, A, A).await, patient_id);
    assert_eq!(merges_told(suite).await.len(), 2);
    assert_eq!(shown(suite, &one).await.0, A);
    let turned = merged(suite, B, A).await;
    assert_eq!((shown(suite, &one).await.0.as_str(), merges_told(suite).await.len()), (B, 4));
    assert_ne!(turned, patient_id);
}

async fn chains_and_circles_lead_to_one_survivor(suite: &Suite) {
    let one = came(suite, WARD, A, "1").await;
    came(suite, WARD, B, "2").await;
    came(suite, WARD, C, "3").await;
    merged(suite, B, A).await;
    let last = merged(suite, C, B).await;
    assert_eq!(shown(suite, &one).await.0, C);
    assert_eq!(merged(suite, C, A).await, last, "nothing new");
    let turned = merged(suite, A, C).await;
    assert_ne!(turned, last, "a circle");
    assert_eq!(merged(suite, A, B).await, turned);
    assert_eq!(shown(suite, &came(suite, WARD, C, "4").await).await.0, A);
}

async fn merges_that_contradict_end_the_same_in_any_order(suite: &Suite) {
    // Recorded in this order: C survives.
    let told = [(9, A, B), (8, B, A), (7, C, B), (6, A, B)];
    let mut gateway =
        AdmissionServiceClient::new(suite.peer("gateway", "SE2321000131-E000000001001", "region"));
    for (round, order) in orders(4).into_iter().enumerate() {
        let of = |person: &str| format!("{person}{round}");
        let mut stays = Vec::new();
        for person in [A, B, C] {
            stays.push(came(suite, WARD, &of(person), &of(person)).await);
        }
        for place in order {
            let (hours_ago, surviving, absorbed) = told[place];
            let registered_at = suite.clock.now() - jiff::SignedDuration::from_hours(hours_ago);
            let merge = pb::MergePatientsRequest {
                registered_at: Some(hemgang_rpc::wire::timestamp(registered_at)),
                ..merge(&of(surviving), &of(absorbed))
            };
            gateway.merge_patients(merge).await.expect("merged");
        }
        for stay in &stays {
            assert_eq!(shown(suite, stay).await.0, of(C), "{round}");
        }
    }
}

fn orders(size: usize) -> Vec<Vec<usize>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    let longer = |order: Vec<usize>| {
        (0..size).map(move |place| [&order[..place], &[size - 1], &order[place..]].concat())
    };
    orders(size - 1).into_iter().flat_map(longer).collect()
}

async fn an_identity_that_is_not_known_yet_finds_the_survivor(suite: &Suite) {
    // Neither is known; then the survivor is not.
    merged(suite, A, B).await;
    let one = came(suite, WARD, B, "1").await;
    assert_eq!(shown(suite, &one).await, (A.to_owned(), format!("Tolvan {B}"), Protection::None));
    merged(suite, C, A).await;
    assert_eq!(shown(suite, &one).await, (C.to_owned(), format!("Tolvan {B}"), Protection::None));
}

async fn protection_of_either_masks_both(suite: &Suite) {
    let one = came(suite, WARD, A, "1").await;
    let protection = Protection::Confidential.into();
    let admit = pb::AdmitPatientRequest { person_id: Some(identity(B)), protection, ..request(suite, "2") };
    client(suite, WARD).admit_patient(admit).await.expect("admitted");
    merged(suite, A, B).await;
    assert_eq!(shown(suite, &one).await, (String::new(), String::new(), Protection::Confidential));
}

async fn a_merge_into_skyddad_folkbokforing_withdraws_the_municipality(suite: &Suite) {
    for (round, [surviving, absorbed]) in [[A, B], [B, A]].into_iter().enumerate() {
        let (surviving, absorbed) = (&format!("{surviving}{round}"), &format!("{absorbed}{round}"));
        let admit = |person: &str, protection: Protection| pb::AdmitPatientRequest {
            person_id: Some(identity(person)),
            protection: protection.into(),
            address: if protection == Protection::None { "Provgatan 1".to_owned() } else { String::new() },
            listed_unit: OUTPATIENT.to_owned(),
            ..request(suite, person)
        };
        let (open, secret) = (format!("{A}{round}"), format!("{B}{round}"));
        let mut ward = client(suite, WARD);
        let open = ward.admit_patient(admit(&open, Protection::None)).await.expect("admitted").into_inner();
        let id = open.admission.expect("an admission").admission_id;
        let secret = admit(&secret, Protection::ProtectedRegistration);
        ward.admit_patient(secret).await.expect("admitted");
        merged(suite, surviving, absorbed).await;
        withdrawn(suite, &id).await;
    }
}

async fn a_ward_merges_only_patients_whom_it_sees(suite: &Suite) {
    came(suite, WARD, A, "1").await;
    came(suite, OTHER_WARD, B, "2").await;
    for (surviving, absorbed) in [(A, B), (B, A), (A, C), (C, A), (B, C), (C, B), (C, C)] {
        let refusal = refused(client(suite, WARD).merge_patients(merge(surviving, absorbed)).await);
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::NotFound, "NOT_FOUND"));
    }
    // One that is elsewhere, one that is nowhere and its own with either: no answer tells them apart.
    let hidden = client(suite, WARD).merge_patients(merge(A, B)).await.expect_err("elsewhere");
    let unknown = client(suite, WARD).merge_patients(merge(A, C)).await.expect_err("nowhere");
    assert_eq!((hidden.message(), hidden.details()), (unknown.message(), unknown.details()));
    // Nor does a system of another hospital group, unless the message is ahead of every admission.
    let far = AdmissionServiceClient::new(suite.peer("gateway", OTHER_HOSPITAL, "region"));
    for (surviving, absorbed) in [(A, B), (A, C), (C, A)] {
        let refusal = refused(far.clone().merge_patients(merge(surviving, absorbed)).await);
        assert_eq!(refusal.code, Code::NotFound);
    }
    far.clone().merge_patients(merge(C, &format!("{C}1"))).await.expect("neither has a stay");
    let hospital = suite.peer("hospital", "SE2321000131-E000000001001", "region");
    AdmissionServiceClient::new(hospital).merge_patients(merge(A, B)).await.expect("it sees both");
    let wrong = pb::MergePatientsRequest { absorbed: None, ..merge("", A) };
    let mut fields = refused(client(suite, WARD).merge_patients(wrong).await).fields;
    fields.sort();
    assert_eq!(fields, ["absorbed", "surviving.value"]);
}

async fn merges_and_admissions_at_one_moment_do_not_miss_each_other(suite: &Suite) {
    for round in 0..10 {
        let (one, two) = (format!("{A}{round}"), format!("{B}{round}"));
        let visit = |number: i64| format!("{round}-{number}");
        let first = came(suite, WARD, &one, &visit(1)).await;
        let second = came(suite, WARD, &two, &visit(2)).await;
        let (visit, again) = (visit(3), visit(4));
        let (this, that, third, fourth) = tokio::join!(
            merged(suite, &one, &two),
            merged(suite, &two, &one),
            came(suite, WARD, &one, &visit),
            came(suite, WARD, &two, &again),
        );
        let mut identities = Vec::new();
        for stay in [first, second, third, fourth] {
            identities.push(shown(suite, &stay).await.0);
        }
        identities.dedup();
        assert_eq!(identities.len(), 1, "{identities:?}");
        let survivor = store::patient::find(&context(suite).db, &local(&identities[0])).await.expect("read");
        let survivor = survivor.expect("a patient").patient_id;
        let stays = store::episode::list_of(&context(suite).db, survivor).await.expect("read");
        assert!(stays.len() == 4 && [this, that].contains(&survivor.to_string()));
    }
}

fn context(suite: &Suite) -> &hemgang_rpc::Context {
    suite.process.contexts().next().expect("admission")
}

fn local(value: &str) -> hemgang_core::person::PersonId {
    hemgang_core::person::PersonId::parse(LOCAL, value).expect("an identity")
}
