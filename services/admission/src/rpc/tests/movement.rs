//! Leave, discharge, death and what cancels them: acts of now must fit, what a log says may come in any order.

use hemgang_proto::{
    admission::{
        AdmissionEvent, AdmissionState, MovementKind, ReadEventsRequest, admission_event::Event,
        admission_feed_service_client::AdmissionFeedServiceClient,
    },
    common::Specialty,
};
use hemgang_testing::{Suite, each_backend, refused};
use jiff::{SignedDuration, Timestamp};
use pbjson_types::Timestamp as WireTimestamp;
use tonic::Code;

use super::*;

each_backend!(
    a_leave_begins_and_ends_once,
    a_cancelled_discharge_opens_the_stay_again,
    a_death_ends_the_stay_and_is_not_undone_by_a_departure,
    a_death_after_the_departure_is_kept_and_counts_once_that_is_cancelled,
    a_cancelled_leave_that_changes_nothing_now_is_superseded,
    a_cancelled_transfer_brings_the_patient_back,
    a_transfer_told_after_the_discharge_corrects_the_ward,
    what_a_log_says_is_kept_until_it_matters,
    a_void_admission_moves_no_more,
    a_replayed_movement_has_one_effect,
    movements_of_another_ward_are_of_an_absent_stay
    on &[crate::SERVICE]
);

/// Minutes after the admission; the clock stands a day later.
#[expect(clippy::unnecessary_wraps, reason = "as fields of the contract are")]
pub fn at(suite: &Suite, minute: i64) -> Option<WireTimestamp> {
    Some(wire::timestamp(came_at(suite) + SignedDuration::from_mins(minute)))
}

fn came_at(suite: &Suite) -> Timestamp {
    suite.clock.now() - SignedDuration::from_hours(24)
}

/// An admission of yesterday.
pub async fn came(suite: &Suite) -> String {
    let id = admitted(suite, "1").await.admission_id;
    suite.clock.advance_to(suite.clock.now() + SignedDuration::from_hours(24));
    id
}

pub async fn read(suite: &Suite, id: &str) -> pb::Admission {
    let key = Some(pb::get_admission_request::Key::AdmissionId(id.to_owned()));
    let request = pb::GetAdmissionRequest { key, ..Default::default() };
    let peer = suite.peer("hospital", "SE2321000131-E000000001001", "region");
    let answer = AdmissionServiceClient::new(peer).get_admission(request).await.expect("read");
    answer.into_inner().admission.expect("an admission")
}

/// The kinds of the events told of the stay after its admission.
pub async fn told(suite: &Suite) -> Vec<(String, AdmissionEvent)> {
    let peer = suite.peer("hospital", "SE2321000131-E000000001001", "region");
    let request = ReadEventsRequest { page_size: 500, ..Default::default() };
    let page = AdmissionFeedServiceClient::new(peer).read_events(request).await.expect("read");
    let events = page.into_inner().events.into_iter().skip(1);
    events.map(|event| (event.header.clone().unwrap_or_default().kind, event)).collect()
}

pub async fn kinds(suite: &Suite) -> Vec<String> {
    told(suite).await.into_iter().map(|(kind, _)| kind).collect()
}

pub fn start(suite: &Suite, id: &str, minute: i64) -> pb::StartLeaveRequest {
    let started_at = at(suite, minute);
    pb::StartLeaveRequest { admission_id: id.to_owned(), started_at, ..Default::default() }
}

fn end(suite: &Suite, id: &str, minute: i64) -> pb::EndLeaveRequest {
    pb::EndLeaveRequest { admission_id: id.to_owned(), ended_at: at(suite, minute), ..Default::default() }
}

pub fn discharge(suite: &Suite, id: &str, minute: i64) -> pb::DischargePatientRequest {
    pb::DischargePatientRequest {
        admission_id: id.to_owned(),
        discharged_at: at(suite, minute),
        destination: Destination::Home.into(),
        ..Default::default()
    }
}

pub fn transfer(suite: &Suite, id: &str, ward: &str, minute: i64) -> pb::TransferPatientRequest {
    pb::TransferPatientRequest {
        admission_id: id.to_owned(),
        ward: ward.to_owned(),
        transferred_at: at(suite, minute),
        ..Default::default()
    }
}

fn death(suite: &Suite, id: &str, minute: i64) -> pb::RecordDeathRequest {
    pb::RecordDeathRequest { admission_id: id.to_owned(), died_at: at(suite, minute), ..Default::default() }
}

fn cancel(id: &str, kind: MovementKind) -> pb::CancelMovementRequest {
    pb::CancelMovementRequest { admission_id: id.to_owned(), kind: kind.into(), ..Default::default() }
}

pub fn cancel_discharge(id: &str) -> pb::CancelDischargeRequest {
    pb::CancelDischargeRequest { admission_id: id.to_owned(), ..Default::default() }
}

async fn a_leave_begins_and_ends_once(suite: &Suite) {
    let (mut ward, id) = (client(suite, WARD), came(suite).await);
    assert_eq!(refused(ward.start_leave(start(suite, &id, -1)).await).reason, "BEFORE_ADMISSION");
    assert_eq!(refused(ward.end_leave(end(suite, &id, 1)).await).reason, "NOT_ON_LEAVE");
    ward.start_leave(start(suite, &id, 10)).await.expect("away");
    assert_eq!(read(suite, &id).await.on_leave_since, at(suite, 10));
    assert_eq!(refused(ward.start_leave(start(suite, &id, 11)).await).reason, "ALREADY_ON_LEAVE");
    let back = ward.end_leave(end(suite, &id, 20)).await.expect("back").into_inner();
    assert_eq!(back.admission.expect("an admission").on_leave_since, None);
    assert_eq!(kinds(suite).await, ["LeaveStarted", "LeaveEnded"]);

    ward.cancel_movement(cancel(&id, MovementKind::LeaveEnd)).await.expect("cancelled");
    assert_eq!(read(suite, &id).await.on_leave_since, at(suite, 10));
    ward.cancel_movement(cancel(&id, MovementKind::LeaveStart)).await.expect("cancelled");
    assert_eq!(read(suite, &id).await.on_leave_since, None);
    let none = refused(ward.cancel_movement(cancel(&id, MovementKind::LeaveStart)).await);
    assert_eq!(
        (none.reason.as_str(), none.metadata["kind"].as_str()),
        ("NOTHING_TO_CANCEL", "MOVEMENT_KIND_LEAVE_START")
    );
    let wrong = refused(ward.cancel_movement(cancel(&id, MovementKind::Discharge)).await);
    assert_eq!((wrong.code, wrong.fields), (Code::InvalidArgument, vec!["kind".to_owned()]));
}

async fn a_cancelled_discharge_opens_the_stay_again(suite: &Suite) {
    let (mut ward, id) = (client(suite, WARD), came(suite).await);
    assert_eq!(refused(ward.cancel_discharge(cancel_discharge(&id)).await).reason, "NOT_DISCHARGED");
    ward.start_leave(start(suite, &id, 10)).await.expect("away");
    ward.discharge_patient(discharge(suite, &id, 30)).await.expect("discharged");
    assert_eq!(read(suite, &id).await.on_leave_since, None);
    assert_eq!(refused(ward.end_leave(end(suite, &id, 40)).await).reason, "ADMISSION_NOT_OPEN");
    let open = ward.cancel_discharge(cancel_discharge(&id)).await.expect("cancelled").into_inner();
    let open = open.admission.expect("an admission");
    assert_eq!((open.state(), open.discharged_at, open.destination), (AdmissionState::Admitted, None, 0));
    assert_eq!(open.on_leave_since, at(suite, 10));
    let kinds = kinds(suite).await;
    assert_eq!(kinds, ["LeaveStarted", "PatientDischarged", "DischargeCancelled", "LeaveStarted"]);
    // The same time as before is a new statement now.
    ward.discharge_patient(discharge(suite, &id, 30)).await.expect("discharged");
    assert_eq!(read(suite, &id).await.state(), AdmissionState::Discharged);
    // And another time corrects it.
    ward.discharge_patient(discharge(suite, &id, 25)).await.expect("corrected");
    assert_eq!(read(suite, &id).await.discharged_at, at(suite, 25));
}

async fn a_death_ends_the_stay_and_is_not_undone_by_a_departure(suite: &Suite) {
    let (mut ward, id) = (client(suite, WARD), came(suite).await);
    let early = refused(ward.record_death(death(suite, &id, -1)).await);
    assert_eq!(early.reason, "DISCHARGE_BEFORE_ADMISSION");
    ward.discharge_patient(discharge(suite, &id, 30)).await.expect("discharged");
    let at_home = refused(ward.record_death(death(suite, &id, 40)).await);
    assert_eq!(
        (at_home.reason.as_str(), at_home.metadata["state"].as_str()),
        ("ADMISSION_NOT_OPEN", "ADMISSION_STATE_DISCHARGED")
    );
    let deceased = Destination::Deceased.into();
    let by_discharge = pb::DischargePatientRequest { destination: deceased, ..discharge(suite, &id, 40) };
    assert_eq!(refused(ward.discharge_patient(by_discharge).await).reason, "ADMISSION_NOT_OPEN");
    ward.record_death(death(suite, &id, 20)).await.expect("died");
    ward.record_death(death(suite, &id, 20)).await.expect("nothing new");
    ward.discharge_patient(discharge(suite, &id, 50)).await.expect("recorded");
    let dead = read(suite, &id).await;
    assert_eq!((dead.state(), dead.discharged_at), (AdmissionState::Deceased, at(suite, 20)));
    assert_eq!(dead.destination(), Destination::Deceased);
    assert_eq!(kinds(suite).await, ["PatientDischarged", "PatientDischarged"]);
}

async fn a_death_after_the_departure_is_kept_and_counts_once_that_is_cancelled(suite: &Suite) {
    let (mut ward, id) = (client(suite, WARD), came(suite).await);
    ward.discharge_patient(discharge(suite, &id, 30)).await.expect("discharged");
    let later = pb::RecordDeathRequest { registered_at: at(suite, 50), ..death(suite, &id, 40) };
    let kept = ward.record_death(later).await.expect("kept").into_inner().admission.expect("an admission");
    assert_eq!((kept.state(), kept.discharged_at), (AdmissionState::Discharged, at(suite, 30)));
    ward.cancel_discharge(cancel_discharge(&id)).await.expect("cancelled");
    let dead = read(suite, &id).await;
    assert_eq!((dead.state(), dead.discharged_at), (AdmissionState::Deceased, at(suite, 40)));
    assert_eq!(kinds(suite).await, ["PatientDischarged", "PatientDischarged"]);
}

async fn a_cancelled_leave_that_changes_nothing_now_is_superseded(suite: &Suite) {
    let (mut ward, id) = (client(suite, WARD), came(suite).await);
    ward.start_leave(start(suite, &id, 10)).await.expect("away");
    ward.end_leave(end(suite, &id, 20)).await.expect("back");
    // The patient is back, and stays so.
    ward.cancel_movement(cancel(&id, MovementKind::LeaveStart)).await.expect("cancelled");
    ward.start_leave(start(suite, &id, 30)).await.expect("away");
    ward.cancel_movement(cancel(&id, MovementKind::LeaveStart)).await.expect("cancelled");
    ward.start_leave(start(suite, &id, 40)).await.expect("away");
    ward.end_leave(end(suite, &id, 50)).await.expect("back");
    ward.discharge_patient(discharge(suite, &id, 60)).await.expect("discharged");
    ward.cancel_movement(cancel(&id, MovementKind::LeaveEnd)).await.expect("cancelled");
    let superseded = told(suite).await.into_iter().filter_map(|(_, event)| match event.event {
        Some(Event::MovementCancelled(said)) => Some((said.kind(), said.superseded)),
        _ => None,
    });
    let (start, end) = (MovementKind::LeaveStart, MovementKind::LeaveEnd);
    assert_eq!(superseded.collect::<Vec<_>>(), [(start, true), (start, false), (end, true)]);
}

async fn a_cancelled_transfer_brings_the_patient_back(suite: &Suite) {
    let (mut ward, id) = (client(suite, WARD), came(suite).await);
    ward.transfer_patient(transfer(suite, &id, OTHER_WARD, 10)).await.expect("moved");
    let mut other = client(suite, OTHER_WARD);
    let back = other.cancel_movement(cancel(&id, MovementKind::Transfer)).await.expect("cancelled");
    let back = back.into_inner().admission.expect("an admission");
    assert_eq!((back.ward.as_str(), back.specialty()), (WARD, Specialty::Somatic));
    assert_eq!(kinds(suite).await, ["PatientTransferred", "PatientTransferred", "MovementCancelled"]);
}

async fn a_transfer_told_after_the_discharge_corrects_the_ward(suite: &Suite) {
    let (mut ward, id) = (client(suite, WARD), came(suite).await);
    ward.discharge_patient(discharge(suite, &id, 30)).await.expect("discharged");
    let after = refused(ward.transfer_patient(transfer(suite, &id, OTHER_WARD, 40)).await);
    assert_eq!(after.reason, "ADMISSION_NOT_OPEN");
    let late = ward.transfer_patient(transfer(suite, &id, OTHER_WARD, 20)).await.expect("late");
    let late = late.into_inner().admission.expect("an admission");
    assert_eq!((late.ward.as_str(), late.state()), (OTHER_WARD, AdmissionState::Discharged));
    // One older still changes nothing now, and is told.
    let mut other = client(suite, OTHER_WARD);
    other.transfer_patient(transfer(suite, &id, WARD, 25)).await.expect("late");
    other = client(suite, WARD);
    other.transfer_patient(transfer(suite, &id, OTHER_WARD, 22)).await.expect("later still");
    assert_eq!(read(suite, &id).await.ward, WARD);
    let superseded: Vec<_> = told(suite)
        .await
        .into_iter()
        .filter_map(|(_, event)| match event.event {
            Some(Event::PatientTransferred(said)) => Some((said.to_ward, said.superseded)),
            _ => None,
        })
        .collect();
    let (one, two) = (WARD.to_owned(), OTHER_WARD.to_owned());
    // The last one moved a bed within the ward at that time: nobody's news.
    assert_eq!(superseded, [(two, false), (one, false)]);
}

async fn what_a_log_says_is_kept_until_it_matters(suite: &Suite) {
    let (mut ward, id) = (client(suite, WARD), came(suite).await);
    // A cancellation that comes before its discharge, and a return before its leave.
    let registered_at = at(suite, 40);
    ward.cancel_discharge(pb::CancelDischargeRequest { registered_at, ..cancel_discharge(&id) })
        .await
        .expect("kept");
    let early = pb::EndLeaveRequest { registered_at: at(suite, 20), ..end(suite, &id, 20) };
    ward.end_leave(early.clone()).await.expect("kept");
    let etag = ward.end_leave(early).await.expect("told again").into_inner().admission.map(|now| now.etag);
    assert_eq!(etag.as_deref(), Some("3"), "the second told nothing new");
    let left = pb::DischargePatientRequest { registered_at: at(suite, 30), ..discharge(suite, &id, 30) };
    ward.discharge_patient(left).await.expect("kept");
    let away = pb::StartLeaveRequest { registered_at: at(suite, 10), ..start(suite, &id, 10) };
    ward.start_leave(away).await.expect("kept");
    let now = read(suite, &id).await;
    assert_eq!((now.state(), now.on_leave_since), (AdmissionState::Admitted, None));
    assert_eq!(kinds(suite).await, ["LeaveEnded", "LeaveStarted"]);
    let future = pb::StartLeaveRequest { registered_at: at(suite, 2000), ..start(suite, &id, 10) };
    assert_eq!(refused(ward.start_leave(future).await).fields, ["registered_at"]);
}

async fn a_void_admission_moves_no_more(suite: &Suite) {
    let (mut ward, id) = (client(suite, WARD), came(suite).await);
    let reason = pb::VoidReason::Duplicate.into();
    ward.void_admission(pb::VoidAdmissionRequest { admission_id: id.clone(), reason, ..Default::default() })
        .await
        .expect("voided");
    for refusal in [
        refused(ward.start_leave(start(suite, &id, 10)).await),
        refused(ward.end_leave(end(suite, &id, 10)).await),
        refused(ward.cancel_movement(cancel(&id, MovementKind::Transfer)).await),
        refused(ward.record_death(death(suite, &id, 10)).await),
        refused(ward.cancel_discharge(cancel_discharge(&id)).await),
    ] {
        assert_eq!(
            (refusal.reason.as_str(), refusal.metadata["state"].as_str()),
            ("ADMISSION_NOT_OPEN", "ADMISSION_STATE_VOIDED")
        );
    }
}

async fn a_replayed_movement_has_one_effect(suite: &Suite) {
    let (mut ward, id) = (client(suite, WARD), came(suite).await);
    let request_id = "0190163d-8694-739b-aea5-966c26f8ad91".to_owned();
    let first = pb::StartLeaveRequest { request_id, ..start(suite, &id, 10) };
    let answer = ward.start_leave(first.clone()).await.expect("away").into_inner();
    let again = ward.start_leave(first).await.expect("replayed").into_inner();
    assert_eq!((answer, kinds(suite).await.len()), (again, 1));
    let stale = pb::EndLeaveRequest { etag: "1".to_owned(), ..end(suite, &id, 20) };
    assert_eq!(refused(ward.end_leave(stale).await).reason, "ETAG_MOVED");
}

async fn movements_of_another_ward_are_of_an_absent_stay(suite: &Suite) {
    let id = came(suite).await;
    let mut other = client(suite, OTHER_WARD);
    for code in [
        refused(other.start_leave(start(suite, &id, 10)).await).code,
        refused(other.end_leave(end(suite, &id, 10)).await).code,
        refused(other.cancel_movement(cancel(&id, MovementKind::Transfer)).await).code,
        refused(other.record_death(death(suite, &id, 10)).await).code,
        refused(other.cancel_discharge(cancel_discharge(&id)).await).code,
    ] {
        assert_eq!(code, Code::NotFound);
    }
}
