//! What movements that come late, or are taken back, make of a readiness and its outcome.

use hemgang_testing::{Suite, each_backend};

use super::*;

each_backend!(
    a_cancelled_discharge_leaves_no_outcome_and_the_patient_on_the_list,
    a_late_transfer_asks_the_right_ward_to_confirm,
    leave_pauses_nothing,
    what_was_judged_before_a_corrected_admission_is_refused,
    a_death_takes_the_patient_off_the_list
    on &[hemgang_admission::SERVICE, crate::SERVICE]
);

async fn ready(suite: &Suite) -> String {
    let id = admit(suite).await;
    notify(suite, &id).await;
    ward(suite).1.confirm_readiness(confirm(suite, &id)).await.expect("confirmed");
    suite.pass(SignedDuration::from_hours(3)).await;
    id
}

async fn listed(suite: &Suite) -> Vec<String> {
    suite.drain().await;
    let page = ward(suite).1.list_ready(pb::ListReadyRequest::default()).await.expect("listed").into_inner();
    page.readiness.into_iter().map(|ready| ready.admission_id).collect()
}

async fn a_cancelled_discharge_leaves_no_outcome_and_the_patient_on_the_list(suite: &Suite) {
    let id = ready(suite).await;
    discharge(suite, &id, Destination::Home).await;
    assert_eq!(listed(suite).await, Vec::<String>::new());
    let cancel = adm::CancelDischargeRequest { admission_id: id.clone(), ..Default::default() };
    ward(suite).0.cancel_discharge(cancel).await.expect("cancelled");
    assert_eq!(listed(suite).await, [id.as_str()]);
    let open = get(suite, "ward", WARD, &id).await.expect("seen");
    assert_eq!((open.discharged_at, open.destination, open.state()), (None, 0, ReadinessState::Ready));
    suite.pass(SignedDuration::from_hours(24)).await;
    discharge(suite, &id, Destination::Home).await;
    suite.drain().await;
    let now = Some(wire::timestamp(suite.clock.now()));
    assert_eq!(get(suite, "ward", WARD, &id).await.expect("seen").discharged_at, now);
}

async fn a_late_transfer_asks_the_right_ward_to_confirm(suite: &Suite) {
    let id = ready(suite).await;
    let transfer = |to: &str, hours| adm::TransferPatientRequest {
        admission_id: id.clone(),
        ward: to.to_owned(),
        transferred_at: Some(wire::timestamp(suite.clock.now() - SignedDuration::from_hours(hours))),
        ..Default::default()
    };
    ward(suite).0.transfer_patient(transfer(NEXT_WARD, 1)).await.expect("moved");
    let mut next = AdmissionServiceClient::new(suite.peer("ward", NEXT_WARD, "region"));
    // It was elsewhere in between, which is told when the patient is at the next ward already.
    next.transfer_patient(transfer("SE2321000131-E000000001103", 2)).await.expect("told late");
    suite.drain().await;
    let readiness = get(suite, "ward", NEXT_WARD, &id).await.expect("seen");
    assert_eq!((readiness.ward.as_str(), readiness.reconfirmation_due), (NEXT_WARD, true));
}

async fn what_was_judged_before_a_corrected_admission_is_refused(suite: &Suite) {
    let id = admit(suite).await;
    suite.pass(SignedDuration::from_hours(3)).await;
    let before = |hours| Some(wire::timestamp(suite.clock.now() - SignedDuration::from_hours(hours)));
    let request = adm::CorrectAdmissionTimeRequest {
        admission_id: id.clone(),
        admitted_at: before(1),
        ..Default::default()
    };
    ward(suite).0.correct_admission_time(request).await.expect("corrected");
    let early = pb::ConfirmReadinessRequest { assessed_at: before(2), ..confirm(suite, &id) };
    let refusal = hemgang_testing::refused(ward(suite).1.confirm_readiness(early).await);
    assert_eq!(refusal.reason, "ASSESSED_BEFORE_ADMISSION");
    ward(suite).1.confirm_readiness(confirm(suite, &id)).await.expect("confirmed");
}

async fn leave_pauses_nothing(suite: &Suite) {
    let id = ready(suite).await;
    let before = get(suite, "ward", WARD, &id).await.expect("seen");
    let started_at = Some(wire::timestamp(suite.clock.now()));
    let leave = adm::StartLeaveRequest { admission_id: id.clone(), started_at, ..Default::default() };
    ward(suite).0.start_leave(leave).await.expect("away");
    assert_eq!(listed(suite).await, [id.as_str()]);
    assert_eq!(get(suite, "ward", WARD, &id).await.expect("seen"), before);
}

async fn a_death_takes_the_patient_off_the_list(suite: &Suite) {
    let id = ready(suite).await;
    let died_at = Some(wire::timestamp(suite.clock.now()));
    let death = adm::RecordDeathRequest { admission_id: id.clone(), died_at, ..Default::default() };
    ward(suite).0.record_death(death).await.expect("died");
    assert_eq!(listed(suite).await, Vec::<String>::new());
    let again = refused(ward(suite).1.confirm_readiness(confirm(suite, &id)).await);
    assert_eq!(again.reason, "PATIENT_DECEASED");
}
