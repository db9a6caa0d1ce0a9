//! A void recorded between two admissions and told last: the stay stands as the second admission has it, and everybody
//! who follows is told so.

use hemgang_core::expected::ExpectedDischarge;
use hemgang_proto::admission::{AdmissionState, admission_event::Event};
use hemgang_testing::{Suite, each_backend};

use super::{
    movement::{at, came, discharge, kinds, read, start, told, transfer},
    *,
};

each_backend!(
    what_was_recorded_before_is_gone_and_told_so,
    what_was_recorded_since_stands_and_the_same_void_says_nothing_more
    on &[crate::SERVICE]
);

fn gateway(suite: &Suite) -> AdmissionServiceClient<Peer> {
    AdmissionServiceClient::new(suite.peer("gateway", "SE2321000131-E000000001001", "region"))
}

/// The stay of yesterday told again, recorded at this minute of it.
async fn again(suite: &Suite, minute: i64) {
    let again = pb::AdmitPatientRequest {
        admitted_at: at(suite, 0),
        registered_at: at(suite, minute),
        name: String::new(),
        residence_municipality: String::new(),
        admission_type: pb::AdmissionType::Unknown.into(),
        ..request(suite, "1")
    };
    gateway(suite).admit_patient(again).await.expect("told again");
}

/// Recorded at this minute.
async fn voided(suite: &Suite, id: &str, minute: i64) -> pb::Admission {
    let void = pb::VoidAdmissionRequest {
        admission_id: id.to_owned(),
        reason: pb::VoidReason::Cancelled.into(),
        registered_at: at(suite, minute),
        ..Default::default()
    };
    let answer = gateway(suite).void_admission(void).await.expect("heard").into_inner();
    answer.admission.expect("an admission")
}

async fn what_was_recorded_before_is_gone_and_told_so(suite: &Suite) {
    let id = came(suite).await;
    let mut gateway = gateway(suite);
    let expected = wire::expected_discharge(ExpectedDischarge::On(jiff::civil::date(2026, 9, 20)));
    let expect = pb::ChangeExpectedDischargeRequest {
        admission_id: id.clone(),
        expected_discharge: Some(expected),
        registered_at: at(suite, 5),
        ..Default::default()
    };
    gateway.change_expected_discharge(expect).await.expect("changed");
    let registered_at = at(suite, 20);
    let moved = pb::TransferPatientRequest { registered_at, ..transfer(suite, &id, OTHER_WARD, 10) };
    gateway.transfer_patient(moved.clone()).await.expect("moved");
    let away = pb::StartLeaveRequest { registered_at, ..start(suite, &id, 15) };
    gateway.start_leave(away).await.expect("away");
    again(suite, 60).await;
    let before = told(suite).await.len();
    let etag = read(suite, &id).await.etag;
    let answer = voided(suite, &id, 30).await;
    assert_eq!((answer.state(), answer.ward.as_str()), (AdmissionState::Admitted, WARD));
    assert_ne!(answer.etag, etag);
    let stay = read(suite, &id).await;
    assert_eq!((stay.on_leave_since, stay.expected_discharge), (None, None));
    assert_eq!(stay.admission_type(), pb::AdmissionType::Unknown);
    assert_eq!((stay.residence_municipality.as_str(), stay.liable_municipality.as_str()), ("", ""));
    assert_eq!(stay.patient.expect("a patient").name, "");
    let events = told(suite).await.split_off(before);
    let said = |event: &Event| events.iter().any(|(_, told)| told.event.as_ref() == Some(event));
    assert!(said(&Event::ResidenceRecorded(pb::ResidenceRecorded::default())), "{events:?}");
    let kind = pb::TypeAndLegalStatusRecorded {
        admission_type: pb::AdmissionType::Unknown.into(),
        legal_status: pb::LegalStatus::Hsl.into(),
    };
    assert!(said(&Event::TypeAndLegalStatusRecorded(kind)), "{events:?}");
    let no_expectation = pb::ExpectedDischargeChanged { expected_discharge: None };
    assert!(said(&Event::ExpectedDischargeChanged(no_expectation)), "{events:?}");
    let never_away = pb::MovementCancelled {
        kind: pb::MovementKind::LeaveStart.into(),
        moved_at: at(suite, 15),
        superseded: false,
    };
    assert!(said(&Event::MovementCancelled(never_away)), "{events:?}");
    assert!(events.iter().any(|(kind, _)| kind == "PatientTransferred"), "{events:?}");
    // Told again it says nothing any more.
    gateway.transfer_patient(moved).await.expect("heard");
    assert_eq!(read(suite, &id).await.ward, WARD);
}

async fn what_was_recorded_since_stands_and_the_same_void_says_nothing_more(suite: &Suite) {
    let id = came(suite).await;
    again(suite, 60).await;
    let mut gateway = gateway(suite);
    let left = pb::DischargePatientRequest { registered_at: at(suite, 90), ..discharge(suite, &id, 80) };
    gateway.discharge_patient(left).await.expect("left");
    voided(suite, &id, 30).await;
    let stay = read(suite, &id).await;
    assert_eq!((stay.state(), stay.discharged_at), (AdmissionState::Discharged, at(suite, 80)));
    let before = kinds(suite).await;
    assert_eq!(voided(suite, &id, 30).await.etag, stay.etag);
    assert_eq!(voided(suite, &id, 20).await.etag, stay.etag);
    assert_eq!(kinds(suite).await, before);
    assert_eq!(voided(suite, &id, 120).await.state(), AdmissionState::Voided);
}
