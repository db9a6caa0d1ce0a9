//! What the parties learn of leave, of what is taken back, and of what is told late.

use hemgang_proto::{admission::MovementKind, common::PersonId};
use hemgang_testing::{Suite, each_backend};

use super::*;
use crate::tests::HOSPITAL;

each_backend!(
    a_cancelled_discharge_opens_the_case_as_the_readiness_stands,
    the_parties_learn_of_leave_and_of_nothing_that_is_over,
    a_case_shows_when_the_patient_came_as_corrected,
    a_merged_patient_is_shown_as_the_survivor,
    an_absorbed_stay_is_shown_as_a_survivor_who_was_here_before
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

const NEXT: &str = "SE2321000131-E000000001103";

async fn discharge(suite: &Suite, id: &str) {
    let request = admission::DischargePatientRequest {
        admission_id: id.to_owned(),
        discharged_at: Some(wire::timestamp(suite.clock.now())),
        destination: Destination::Home.into(),
        ..Default::default()
    };
    ward(suite).discharge_patient(request).await.expect("discharged");
    suite.drain().await;
}

async fn cancel_discharge(suite: &Suite, id: &str) {
    let request = admission::CancelDischargeRequest { admission_id: id.to_owned(), ..Default::default() };
    ward(suite).cancel_discharge(request).await.expect("cancelled");
    suite.drain().await;
}

async fn a_cancelled_discharge_opens_the_case_as_the_readiness_stands(suite: &Suite) {
    let id = notified(suite, &[SOCIAL]).await;
    discharge(suite, &id).await;
    cancel_discharge(suite, &id).await;
    let open = case(suite, SOCIAL, &id).await;
    assert_eq!((open.state(), open.discharged_at), (CaseState::Planning, None));
    confirm(suite, &id).await;
    discharge(suite, &id).await;
    cancel_discharge(suite, &id).await;
    let open = case(suite, SOCIAL, &id).await;
    assert_eq!(open.state(), CaseState::Ready);
    let told = [
        NoticeKind::Admission,
        NoticeKind::Departure,
        NoticeKind::DischargeCancelled,
        NoticeKind::Readiness,
        NoticeKind::Departure,
        NoticeKind::DischargeCancelled,
    ];
    assert_eq!(kinds(&open.notices), told);
}

async fn a_case_shows_when_the_patient_came_as_corrected(suite: &Suite) {
    let id = notified(suite, &[SOCIAL]).await;
    let admitted_at = Some(wire::timestamp(suite.clock.now() - jiff::SignedDuration::from_hours(5)));
    let request = admission::CorrectAdmissionTimeRequest {
        admission_id: id.clone(),
        admitted_at,
        ..Default::default()
    };
    ward(suite).correct_admission_time(request).await.expect("corrected");
    suite.drain().await;
    let case = case(suite, SOCIAL, &id).await;
    assert_eq!((case.admitted_at, kinds(&case.notices)), (admitted_at, vec![NoticeKind::Admission]));
}

async fn the_parties_learn_of_leave_and_of_nothing_that_is_over(suite: &Suite) {
    let came_at = suite.clock.now();
    let id = notified(suite, &[SOCIAL]).await;
    suite.pass(SignedDuration::from_hours(10)).await;
    let at = |hours| Some(wire::timestamp(came_at + SignedDuration::from_hours(hours)));
    let admission_id = || id.clone();
    let start = |hours, registered_at| admission::StartLeaveRequest {
        admission_id: admission_id(),
        started_at: at(hours),
        registered_at,
        ..Default::default()
    };
    let end = |hours| admission::EndLeaveRequest {
        admission_id: admission_id(),
        ended_at: at(hours),
        ..Default::default()
    };
    let cancel = |kind: MovementKind| admission::CancelMovementRequest {
        admission_id: admission_id(),
        kind: kind.into(),
        ..Default::default()
    };
    let transfer = |to: &str, hours| admission::TransferPatientRequest {
        admission_id: admission_id(),
        ward: to.to_owned(),
        transferred_at: at(hours),
        ..Default::default()
    };
    let mut staff = AdmissionServiceClient::new(suite.peer("hospital", HOSPITAL, "region"));
    staff.start_leave(start(2, None)).await.expect("away");
    staff.end_leave(end(4)).await.expect("back");
    staff.cancel_movement(cancel(MovementKind::LeaveEnd)).await.expect("still away");
    staff.end_leave(end(5)).await.expect("back");
    staff.start_leave(start(1, at(1))).await.expect("an older leave, told late");
    staff.transfer_patient(transfer(NEXT, 8)).await.expect("moved");
    staff.transfer_patient(transfer(OTHER_WARD, 6)).await.expect("an older move, told late");
    staff.cancel_movement(cancel(MovementKind::Transfer)).await.expect("cancelled");
    suite.drain().await;
    let open = case(suite, SOCIAL, &id).await;
    let told = [
        NoticeKind::Admission,
        NoticeKind::LeaveStarted,
        NoticeKind::LeaveEnded,
        NoticeKind::LeaveStarted,
        NoticeKind::LeaveEnded,
        NoticeKind::Transfer,
    ];
    assert_eq!(kinds(&open.notices), told);
    assert_eq!(open.ward, NEXT);
}

async fn a_merged_patient_is_shown_as_the_survivor(suite: &Suite) {
    let id = notified(suite, &[SOCIAL]).await;
    let local = "SE2321000131-E0000000010014711";
    let merge = admission::MergePatientsRequest {
        surviving: Some(PersonId { oid: "1.2.752.129.2.1.2.1".to_owned(), value: local.to_owned() }),
        absorbed: Some(PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: "191212121212".to_owned() }),
        ..Default::default()
    };
    merged(suite, merge).await;
    let patient = case(suite, SOCIAL, &id).await.patient.expect("a patient");
    assert_eq!(
        (patient.person_id.unwrap_or_default().value.as_str(), patient.name.as_str()),
        (local, "Tolvan Exempel")
    );
}

async fn an_absorbed_stay_is_shown_as_a_survivor_who_was_here_before(suite: &Suite) {
    let earlier = notified(suite, &[SOCIAL]).await;
    let before = case(suite, SOCIAL, &earlier).await.patient.expect("a patient");
    let reserve = PersonId {
        oid: "1.2.752.129.2.1.2.1".to_owned(),
        value: "SE2321000131-E0000000010014711".to_owned(),
    };
    let id = admitted_as(suite, reserve.clone()).await;
    notify(suite, &id, &[SOCIAL]).await;
    let merge = admission::MergePatientsRequest {
        surviving: before.person_id.clone(),
        absorbed: Some(reserve),
        ..Default::default()
    };
    merged(suite, merge).await;
    let patient = case(suite, SOCIAL, &id).await.patient.expect("a patient");
    assert_eq!((patient.person_id, patient.name.as_str()), (before.person_id.clone(), "Okänd Man"));
    assert_eq!(case(suite, SOCIAL, &earlier).await.patient, Some(before));
}

/// A stay of somebody whom nobody knows yet, of whom a physician judged that socialtjänsten may be needed.
pub(super) async fn admitted_as(suite: &Suite, person_id: PersonId) -> String {
    let admit = admission::AdmitPatientRequest {
        person_id: Some(person_id),
        name: "Okänd Man".to_owned(),
        ward: WARD.to_owned(),
        admitted_at: Some(wire::timestamp(suite.clock.now())),
        admission_type: admission::AdmissionType::Unplanned.into(),
        ..Default::default()
    };
    let id = ward(suite).admit_patient(admit).await.expect("admitted").into_inner();
    let id = id.admission.expect("an admission").admission_id;
    let needs = admission::NeedsAssessment {
        social_services: true,
        assessed_at: Some(wire::timestamp(suite.clock.now())),
        assessed_by: "SE2321000131-P000000000002".to_owned(),
        ..Default::default()
    };
    let needs = admission::AssessNeedsRequest {
        admission_id: id.clone(),
        needs_assessment: Some(needs),
        ..Default::default()
    };
    ward(suite).assess_needs(needs).await.expect("assessed");
    id
}

pub(super) async fn merged(suite: &Suite, merge: admission::MergePatientsRequest) {
    let mut gateway = AdmissionServiceClient::new(suite.peer("gateway", HOSPITAL, "region"));
    gateway.merge_patients(merge).await.expect("merged");
    suite.drain().await;
}
