//! Changed details: what is said changes, what is not said stands, and protection masks every stay.

use hemgang_proto::{
    admission::{
        ReadEventsRequest, admission_feed_service_client::AdmissionFeedServiceClient,
        change_patient_details_request::Key,
    },
    common::Protection,
};
use hemgang_testing::{Suite, each_backend, refused};
use jiff::SignedDuration;
use tonic::Code;

use super::*;

each_backend!(
    what_is_said_changes_and_what_is_not_said_stands,
    sex_and_age_group_are_told_where_they_change_and_the_birth_date_is_not,
    protection_masks_every_stay_and_is_lifted_outright_only,
    an_older_message_says_nothing_but_protection,
    each_part_holds_until_a_later_message_names_it,
    an_older_message_for_another_stay_says_nothing_of_the_patient,
    details_of_an_unseen_or_void_stay_are_refused,
    an_older_expectation_says_nothing
    on &[crate::SERVICE]
);

fn of(id: &str) -> pb::ChangePatientDetailsRequest {
    pb::ChangePatientDetailsRequest { key: Some(Key::AdmissionId(id.to_owned())), ..Default::default() }
}

/// The stay as it is read after a change, whose answer names nobody.
async fn changed(suite: &Suite, request: pb::ChangePatientDetailsRequest) -> pb::Admission {
    let answer = client(suite, WARD).change_patient_details(request).await.expect("changed");
    let answer = answer.into_inner().admission.expect("an admission");
    assert_eq!((answer.patient, answer.birth_date), (None, None));
    read(suite, &answer.admission_id).await
}

async fn read(suite: &Suite, id: &str) -> pb::Admission {
    let key = Some(pb::get_admission_request::Key::AdmissionId(id.to_owned()));
    let answer = client(suite, WARD)
        .get_admission(pb::GetAdmissionRequest { key, ..Default::default() })
        .await
        .expect("read");
    answer.into_inner().admission.expect("an admission")
}

/// Kinds of the events after the admission's two, with their stays.
async fn told(suite: &Suite, skipped: usize) -> Vec<(String, String)> {
    let peer = suite.peer("service", "SE0000000000-HEMGANG", "region");
    let request = ReadEventsRequest { page_size: 500, ..Default::default() };
    let page = AdmissionFeedServiceClient::new(peer).read_events(request).await.expect("read");
    let headers = page.into_inner().events.into_iter().skip(skipped).filter_map(|event| event.header);
    headers.map(|header| (header.kind, header.admission_id)).collect()
}

fn kinds(told: &[(String, String)]) -> Vec<&str> {
    told.iter().map(|(kind, _)| kind.as_str()).collect()
}

async fn what_is_said_changes_and_what_is_not_said_stands(suite: &Suite) {
    let id = admitted(suite, "1").await.admission_id;
    let moved = pb::ChangePatientDetailsRequest {
        address: Some("Storgatan 1, Borås".to_owned()),
        residence_municipality: Some("1490".to_owned()),
        ..of(&id)
    };
    let now = changed(suite, moved.clone()).await;
    let patient = now.patient.clone().expect("a patient");
    assert_eq!((patient.name.as_str(), patient.address.as_str()), ("Tolvan Exempel", "Storgatan 1, Borås"));
    assert_eq!((now.residence_municipality.as_str(), now.liable_municipality.as_str()), ("1490", "1490"));
    assert_eq!(read(suite, &id).await, now);
    changed(suite, moved).await;
    assert_eq!(kinds(&told(suite, 2).await), ["PatientDetailsRecorded", "ResidenceRecorded"]);

    let person_id = PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: "191212121212".to_owned() };
    let renamed = pb::ChangePatientDetailsRequest {
        key: Some(Key::PersonId(person_id)),
        name: Some("Tolvan Åberg".to_owned()),
        residence_municipality: Some(String::new()),
        liable_municipality: Some("1480".to_owned()),
        ..Default::default()
    };
    let now = changed(suite, renamed).await;
    assert_eq!(
        (now.admission_id.as_str(), now.patient.expect("a patient").name.as_str()),
        (id.as_str(), "Tolvan Åberg")
    );
    assert_eq!((now.residence_municipality.as_str(), now.liable_municipality.as_str()), ("", "1480"));
}

async fn sex_and_age_group_are_told_where_they_change_and_the_birth_date_is_not(suite: &Suite) {
    use hemgang_proto::common::{AgeGroup, Sex};
    use pb::admission_event::Event;
    let (id, other) = (admitted(suite, "1").await.admission_id, admitted(suite, "2").await.admission_id);
    let born = |year, sex: Sex| pb::ChangePatientDetailsRequest {
        birth_date: Some(wire::date(jiff::civil::date(year, 9, 14))),
        sex: sex.into(),
        ..of(&id)
    };
    // A year older, in one group still.
    for request in [born(1946, Sex::Male), born(1945, Sex::Male), born(1947, Sex::Female)] {
        changed(suite, request).await;
    }
    let peer = suite.peer("hospital", "SE2321000131-E000000001001", "region");
    let request = ReadEventsRequest { page_size: 500, ..Default::default() };
    let page = AdmissionFeedServiceClient::new(peer).read_events(request).await.expect("read").into_inner();
    let said = |event: pb::AdmissionEvent| match event.event? {
        Event::PatientAdmitted(said) => Some((said.sex(), said.age_group())),
        Event::SexAndAgeRecorded(said) => Some((said.sex(), said.age_group())),
        _ => None,
    };
    let stays: Vec<_> = page.events.iter().filter_map(|event| event.header.clone()).collect();
    assert_eq!(stays.iter().filter(|header| header.admission_id == other).count(), 1, "the admission alone");
    let said: Vec<_> = page.events.into_iter().filter_map(said).collect();
    let unknown = (Sex::Unknown, AgeGroup::Unspecified);
    let known = [(Sex::Male, AgeGroup::From80), (Sex::Female, AgeGroup::From65To79)];
    assert_eq!(said, [unknown, unknown, known[0], known[1]]);
    // With skyddad folkbokföring they stay: nothing is told of them anew.
    let secret =
        pb::ChangePatientDetailsRequest { protection: Protection::ProtectedRegistration.into(), ..of(&id) };
    let before = told(suite, 0).await.len();
    changed(suite, secret).await;
    let kinds_told = told(suite, before).await;
    assert!(!kinds(&kinds_told).contains(&"SexAndAgeRecorded"), "{kinds_told:?}");
}

async fn protection_masks_every_stay_and_is_lifted_outright_only(suite: &Suite) {
    let one = admitted(suite, "1").await.admission_id;
    let two = admitted(suite, "2").await.admission_id;
    let protect = |protection: Protection| pb::ChangePatientDetailsRequest {
        protection: protection.into(),
        ..of(&two)
    };
    changed(suite, protect(Protection::Confidential)).await;
    let details = |id: &String| ("PatientDetailsRecorded".to_owned(), id.clone());
    assert_eq!(told(suite, 4).await, [details(&two), details(&one)]);
    for id in [&one, &two] {
        assert_eq!(read(suite, id).await.patient.expect("a patient").name, "");
    }
    // An address that somebody sends who does not know is not kept; one with the protection is refused.
    let address = || Some("Provgatan 1".to_owned());
    changed(suite, pb::ChangePatientDetailsRequest { address: address(), ..of(&one) }).await;
    let both = pb::ChangePatientDetailsRequest { address: address(), ..protect(Protection::Confidential) };
    assert_eq!(refused(client(suite, WARD).change_patient_details(both).await).fields, ["address"]);

    changed(suite, protect(Protection::ProtectedRegistration)).await;
    changed(suite, protect(Protection::Confidential)).await;
    let secret = read(suite, &one).await;
    assert_eq!((secret.residence_municipality.as_str(), secret.liable_municipality.as_str()), ("", ""));
    assert_eq!(secret.patient.expect("a patient").protection(), Protection::ProtectedRegistration);
    changed(suite, protect(Protection::None)).await;
    let open = read(suite, &one).await.patient.expect("a patient");
    assert_eq!((open.name.as_str(), open.address.as_str()), ("Tolvan Exempel", ""));
}

async fn an_older_message_says_nothing_but_protection(suite: &Suite) {
    let id = admitted(suite, "1").await.admission_id;
    let at = |suite: &Suite, minutes| {
        Some(wire::timestamp(suite.clock.now() - SignedDuration::from_mins(minutes)))
    };
    let named = |name: &str, minutes| pb::ChangePatientDetailsRequest {
        name: Some(name.to_owned()),
        registered_at: at(suite, minutes),
        ..of(&id)
    };
    // What was recorded before the patient came is older than the admission.
    let early = changed(suite, named("Tolvan Gammal", 5)).await;
    assert_eq!(early.patient.expect("a patient").name, "Tolvan Exempel");
    suite.pass(SignedDuration::from_mins(30)).await;
    // The newer one says nothing new, and is the last word all the same.
    changed(suite, named("Tolvan Exempel", 10)).await;
    let late = changed(suite, named("Tolvan Gammal", 20)).await;
    assert_eq!(late.patient.expect("a patient").name, "Tolvan Exempel");
    let protection = Protection::Confidential.into();
    let late = pb::ChangePatientDetailsRequest { protection, ..named("Tolvan Gammal", 20) };
    assert_eq!(changed(suite, late).await.patient.expect("a patient").protection(), Protection::Confidential);
}

async fn each_part_holds_until_a_later_message_names_it(suite: &Suite) {
    let id = admitted(suite, "1").await.admission_id;
    suite.pass(SignedDuration::from_mins(30)).await;
    let told = |minutes, says: pb::ChangePatientDetailsRequest| pb::ChangePatientDetailsRequest {
        registered_at: Some(wire::timestamp(suite.clock.now() - SignedDuration::from_mins(minutes))),
        key: Some(Key::AdmissionId(id.clone())),
        ..says
    };
    let address = |address: &str| pb::ChangePatientDetailsRequest {
        address: Some(address.to_owned()),
        ..Default::default()
    };
    let renamed =
        pb::ChangePatientDetailsRequest { name: Some("Tolvan Ny".to_owned()), ..address("Nygatan 1") };
    let said = |stay: &pb::Admission| {
        let patient = stay.patient.clone().expect("a patient");
        (patient.name, patient.address, stay.residence_municipality.clone())
    };
    changed(suite, told(10, renamed)).await;
    let moved = pb::ChangePatientDetailsRequest {
        residence_municipality: Some("1490".to_owned()),
        ..address("Gammelgatan 1")
    };
    let late = changed(suite, told(20, moved)).await;
    assert_eq!(said(&late), ("Tolvan Ny".to_owned(), "Nygatan 1".to_owned(), "1490".to_owned()));
    let later = changed(suite, told(5, address(""))).await;
    assert_eq!(said(&later), ("Tolvan Ny".to_owned(), String::new(), "1490".to_owned()));
}

async fn an_older_message_for_another_stay_says_nothing_of_the_patient(suite: &Suite) {
    let (one, two) = (admitted(suite, "1").await.admission_id, admitted(suite, "2").await.admission_id);
    suite.pass(SignedDuration::from_mins(30)).await;
    let told = |id: &str, name: &str, protection: Protection, minutes| pb::ChangePatientDetailsRequest {
        name: Some(name.to_owned()),
        protection: protection.into(),
        registered_at: Some(wire::timestamp(suite.clock.now() - SignedDuration::from_mins(minutes))),
        ..of(id)
    };
    changed(suite, told(&one, "Tolvan Ny", Protection::Confidential, 10)).await;
    let late = told(&two, "Tolvan Gammal", Protection::None, 20);
    let late = changed(suite, late).await.patient.expect("a patient");
    assert_eq!(late.protection(), Protection::Confidential);
    let open = changed(suite, told(&one, "Tolvan Ny", Protection::None, 5)).await;
    assert_eq!(open.patient.expect("a patient").name, "Tolvan Ny");
    // What was said of one stay is said of that stay.
    assert_eq!(read(suite, &two).await.patient.expect("a patient").name, "Tolvan Gammal");
}

async fn details_of_an_unseen_or_void_stay_are_refused(suite: &Suite) {
    let id = admitted(suite, "1").await.admission_id;
    let mut other = client(suite, OTHER_WARD);
    assert_eq!(refused(other.change_patient_details(of(&id)).await).code, Code::NotFound);
    let nobody =
        PersonId { oid: "1.2.752.129.2.1.2.1".to_owned(), value: "SE2321000131-E0000000010017".to_owned() };
    for value in ["191212121212", ""] {
        let oid = if value.is_empty() {
            nobody.clone()
        } else {
            PersonId { value: value.to_owned(), oid: "1.2.752.129.2.1.3.1".to_owned() }
        };
        let unseen = pb::ChangePatientDetailsRequest { key: Some(Key::PersonId(oid)), ..Default::default() };
        assert_eq!(refused(other.change_patient_details(unseen).await).code, Code::NotFound);
    }
    let mut ward = client(suite, WARD);
    let stale = pb::ChangePatientDetailsRequest { etag: "7".to_owned(), ..of(&id) };
    assert_eq!(refused(ward.change_patient_details(stale).await).reason, "ETAG_MOVED");
    let none = pb::ChangePatientDetailsRequest::default();
    assert_eq!(refused(ward.change_patient_details(none).await).fields, ["key"]);
    let reason = pb::VoidReason::Duplicate.into();
    let void = pb::VoidAdmissionRequest { admission_id: id.clone(), reason, ..Default::default() };
    ward.void_admission(void).await.expect("voided");
    assert_eq!(refused(ward.change_patient_details(of(&id)).await).reason, "ADMISSION_NOT_OPEN");
}

async fn an_older_expectation_says_nothing(suite: &Suite) {
    use hemgang_core::expected::ExpectedDischarge;
    let id = admitted(suite, "1").await.admission_id;
    let on = |day| ExpectedDischarge::On(jiff::civil::date(2026, 9, day));
    let expect = |day, minutes| pb::ChangeExpectedDischargeRequest {
        admission_id: id.clone(),
        expected_discharge: Some(wire::expected_discharge(on(day))),
        registered_at: Some(wire::timestamp(suite.clock.now() - SignedDuration::from_mins(minutes))),
        ..Default::default()
    };
    let mut ward = client(suite, WARD);
    for (day, minutes, stands) in [(20, 30, 20), (21, 40, 20), (20, 10, 20), (22, 20, 20), (23, 5, 23)] {
        let answer = ward.change_expected_discharge(expect(day, minutes)).await.expect("heard").into_inner();
        let expected = answer.admission.expect("an admission").expected_discharge;
        assert_eq!(expected, Some(wire::expected_discharge(on(stands))), "{day} {minutes}");
    }
    let told = told(suite, 2).await;
    assert_eq!(kinds(&told), ["ExpectedDischargeChanged", "ExpectedDischargeChanged"]);
}
