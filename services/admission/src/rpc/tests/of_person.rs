//! What is said of a person apart from any stay: every stay that the sender sees, and those that come, each hospital
//! group for itself.

use hemgang_proto::admission::{AdmissionState, change_patient_details_request::Key};
use hemgang_testing::{Suite, each_backend, refused};
use jiff::SignedDuration;

use super::{
    movement::{at, read, told},
    *,
};

each_backend!(
    it_reaches_every_stay_that_the_sender_sees_and_tells_of_each,
    a_stay_that_ended_half_a_year_ago_keeps_what_it_was_told,
    a_death_ends_the_stays_that_had_begun_and_those_that_come,
    a_death_is_forgotten_with_what_else_was_said,
    a_death_lies_in_a_stay_whose_time_is_corrected
    on &[crate::SERVICE]
);

const HOSPITAL: &str = "SE2321000131-E000000001001";
const WARD_ELSEWHERE: &str = "SE2321000131-E000000001118";

fn gateway(suite: &Suite) -> AdmissionServiceClient<Peer> {
    AdmissionServiceClient::new(suite.peer("gateway", HOSPITAL, "region"))
}

fn said() -> pb::ChangePatientDetailsRequest {
    let key = Key::PersonId(request_person());
    pb::ChangePatientDetailsRequest { key: Some(key), ..Default::default() }
}

fn request_person() -> PersonId {
    PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: "191212121212".to_owned() }
}

fn died(suite: &Suite, minute: i64) -> pb::ChangePatientDetailsRequest {
    let died_at = at(suite, minute);
    pb::ChangePatientDetailsRequest { died_at, registered_at: at(suite, minute + 1), ..said() }
}

/// A stay that began at this minute of yesterday.
async fn came(suite: &Suite, visit: &str, ward: &str, minute: i64) -> String {
    let admitted_at = at(suite, minute);
    let admit = pb::AdmitPatientRequest { admitted_at, ward: ward.to_owned(), ..request(suite, visit) };
    let answer = client(suite, ward).admit_patient(admit).await.expect("admitted").into_inner();
    answer.admission.expect("an admission").admission_id
}

async fn name(suite: &Suite, ward: &str, id: &str) -> String {
    let key = Some(pb::get_admission_request::Key::AdmissionId(id.to_owned()));
    let request = pb::GetAdmissionRequest { key, ..Default::default() };
    let answer = client(suite, ward).get_admission(request).await.expect("read").into_inner();
    answer.admission.and_then(|stay| stay.patient).expect("a patient").name
}

async fn it_reaches_every_stay_that_the_sender_sees_and_tells_of_each(suite: &Suite) {
    let (one, two) = (came(suite, "1", WARD, 0).await, came(suite, "2", OTHER_WARD, 60).await);
    let (void, elsewhere) = (came(suite, "3", WARD, 90).await, came(suite, "4", WARD_ELSEWHERE, 120).await);
    let reason = pb::VoidReason::Duplicate.into();
    let voided = pb::VoidAdmissionRequest { admission_id: void.clone(), reason, ..Default::default() };
    client(suite, WARD).void_admission(voided).await.expect("voided");
    let before = told(suite).await.len();
    let moved = pb::ChangePatientDetailsRequest {
        name: Some("Tolvan Ny".to_owned()),
        residence_municipality: Some("1490".to_owned()),
        etag: "1".to_owned(),
        ..said()
    };
    // The etag is of the latest stay that the sender sees, as the answer is.
    let answer = gateway(suite).change_patient_details(moved.clone()).await.expect("changed").into_inner();
    let answer = answer.admission.expect("an admission");
    assert_eq!((answer.admission_id.as_str(), answer.etag.as_str()), (two.as_str(), "2"));
    assert_eq!(refused(gateway(suite).change_patient_details(moved).await).reason, "ETAG_MOVED");
    assert_eq!(name(suite, WARD, &one).await, "Tolvan Ny");
    assert_eq!(name(suite, OTHER_WARD, &two).await, "Tolvan Ny");
    assert_eq!(name(suite, WARD, &void).await, "Tolvan Exempel");
    assert_eq!(name(suite, WARD_ELSEWHERE, &elsewhere).await, "Tolvan Exempel");
    let events = told(suite).await.split_off(before);
    let residence = |id: &String| ("ResidenceRecorded".to_owned(), id.clone());
    let told_of: Vec<_> = events
        .into_iter()
        .map(|(kind, event)| (kind, event.header.unwrap_or_default().admission_id))
        .collect();
    assert_eq!(told_of, [residence(&two), residence(&one)]);
    // A ward reaches what it sees.
    let renamed = pb::ChangePatientDetailsRequest { name: Some("Tolvan Nyare".to_owned()), ..said() };
    client(suite, WARD).change_patient_details(renamed).await.expect("changed");
    assert_eq!(name(suite, WARD, &one).await, "Tolvan Nyare");
    assert_eq!(name(suite, OTHER_WARD, &two).await, "Tolvan Ny");
}

async fn a_stay_that_ended_half_a_year_ago_keeps_what_it_was_told(suite: &Suite) {
    let (history, open) = (came(suite, "1", WARD, 0).await, came(suite, "2", WARD, 0).await);
    let left = pb::DischargePatientRequest {
        admission_id: history.clone(),
        discharged_at: at(suite, 60),
        destination: Destination::Home.into(),
        ..Default::default()
    };
    client(suite, WARD).discharge_patient(left).await.expect("discharged");
    // Retention is 180 days since the patient left, yesterday.
    for (days, new) in [(178, "Tolvan Ny"), (2, "Tolvan Nyare")] {
        suite.pass(SignedDuration::from_hours(24 * days)).await;
        let renamed = pb::ChangePatientDetailsRequest { name: Some(new.to_owned()), ..said() };
        gateway(suite).change_patient_details(renamed).await.expect("changed");
        assert_eq!(name(suite, WARD, &history).await, "Tolvan Ny", "{days} days later");
        assert_eq!(name(suite, WARD, &open).await, new, "who is in hospital is told of");
    }
}

async fn a_death_ends_the_stays_that_had_begun_and_those_that_come(suite: &Suite) {
    let early = came(suite, "1", WARD, 0).await;
    gateway(suite).change_patient_details(died(suite, 60)).await.expect("said");
    // Told late, by whoever admits; and what began after it is none of the dead's.
    let (late, after) = (came(suite, "2", OTHER_WARD, 30).await, came(suite, "3", WARD, 90).await);
    let elsewhere = came(suite, "4", WARD_ELSEWHERE, 30).await;
    for id in [&early, &late] {
        let stay = read(suite, id).await;
        assert_eq!((stay.state(), stay.discharged_at), (AdmissionState::Deceased, at(suite, 60)));
    }
    assert_eq!(read(suite, &after).await.state(), AdmissionState::Admitted);
    let key = Some(pb::get_admission_request::Key::AdmissionId(elsewhere));
    let there = pb::GetAdmissionRequest { key, ..Default::default() };
    let there = client(suite, WARD_ELSEWHERE).get_admission(there).await.expect("read").into_inner();
    assert_eq!(there.admission.expect("an admission").state(), AdmissionState::Admitted, "another group's");
    let events = told(suite).await;
    let ended = events.iter().filter(|(kind, _)| kind == "PatientDischarged").count();
    assert_eq!(ended, 2, "{events:?}");
    let of_stay = pb::ChangePatientDetailsRequest { key: Some(Key::AdmissionId(early)), ..died(suite, 60) };
    assert_eq!(refused(gateway(suite).change_patient_details(of_stay).await).fields, ["died_at"]);
}

async fn a_death_is_forgotten_with_what_else_was_said(suite: &Suite) {
    gateway(suite).change_patient_details(died(suite, 0)).await.expect("said");
    suite.pass(SignedDuration::from_hours(24 * 181)).await;
    let admitted_at = Some(wire::timestamp(suite.clock.now() - SignedDuration::from_hours(24 * 183)));
    let admit = pb::AdmitPatientRequest { admitted_at, ..request(suite, "1") };
    let answer = client(suite, WARD).admit_patient(admit).await.expect("admitted").into_inner();
    assert_eq!(answer.admission.expect("an admission").state(), AdmissionState::Admitted);
}

async fn a_death_lies_in_a_stay_whose_time_is_corrected(suite: &Suite) {
    let id = came(suite, "1", WARD, 60).await;
    gateway(suite).change_patient_details(died(suite, 30)).await.expect("said");
    assert_eq!(read(suite, &id).await.state(), AdmissionState::Admitted);
    let correct = pb::CorrectAdmissionTimeRequest {
        admission_id: id.clone(),
        admitted_at: at(suite, 0),
        ..Default::default()
    };
    gateway(suite).correct_admission_time(correct).await.expect("corrected");
    let stay = read(suite, &id).await;
    assert_eq!((stay.state(), stay.discharged_at), (AdmissionState::Deceased, at(suite, 30)));
}
