//! When the patient came, told again: what is a correction, what is another stay, and whose a reused number's moves are.

use hemgang_proto::admission::{AdmissionState, QualityFlag, admission_event::Event};
use hemgang_testing::{Suite, each_backend, refused};
use tonic::Code;

use super::{
    movement::{at, came, discharge, kinds, read, start, told, transfer},
    *,
};

each_backend!(
    a_corrected_admission_is_told_with_the_time_that_it_replaces,
    of_two_statements_the_later_recorded_one_holds_in_any_order,
    a_time_that_is_not_this_stays_is_refused,
    an_age_group_that_the_correction_moves_is_told,
    what_was_told_too_early_of_a_number_used_again_follows_its_stay
    on &[crate::SERVICE]
);

fn correct(suite: &Suite, id: &str, minute: i64, recorded: Option<i64>) -> pb::CorrectAdmissionTimeRequest {
    pb::CorrectAdmissionTimeRequest {
        admission_id: id.to_owned(),
        admitted_at: at(suite, minute),
        registered_at: recorded.and_then(|minute| at(suite, minute)),
        ..Default::default()
    }
}

async fn a_corrected_admission_is_told_with_the_time_that_it_replaces(suite: &Suite) {
    let (mut ward, id) = (client(suite, WARD), came(suite).await);
    ward.transfer_patient(transfer(suite, &id, OTHER_WARD, 60)).await.expect("moved");
    let mut ward = client(suite, OTHER_WARD);
    let request_id = "0190163d-8694-739b-aea5-966c26f8ad91".to_owned();
    let request = pb::CorrectAdmissionTimeRequest { request_id, ..correct(suite, &id, 30, None) };
    let first = ward.correct_admission_time(request.clone()).await.expect("corrected").into_inner();
    assert_eq!(ward.correct_admission_time(request).await.expect("replayed").into_inner(), first);
    let stay = read(suite, &id).await;
    assert_eq!((stay.admitted_at, stay.ward.as_str()), (at(suite, 30), OTHER_WARD), "the ward stands");
    let told = told(suite).await;
    let Some(Event::AdmissionTimeCorrected(event)) = told.last().and_then(|(_, event)| event.event.clone())
    else {
        panic!("{told:?}")
    };
    assert_eq!((event.admitted_at, event.instead_of), (at(suite, 30), at(suite, 0)));
    // What lay before the admission and does not any more is taken, and the other way round.
    let away = || start(suite, &id, 20);
    assert_eq!(refused(ward.start_leave(away()).await).reason, "BEFORE_ADMISSION");
    ward.correct_admission_time(correct(suite, &id, 10, None)).await.expect("corrected again");
    ward.start_leave(away()).await.expect("away");
    ward.discharge_patient(discharge(suite, &id, 90)).await.expect("discharged");
    // A stay that is over is corrected as well; nothing new is no news.
    ward.correct_admission_time(correct(suite, &id, -5, None)).await.expect("corrected");
    let before = kinds(suite).await.len();
    ward.correct_admission_time(correct(suite, &id, -5, None)).await.expect("said again");
    assert_eq!(kinds(suite).await.len(), before);
}

async fn of_two_statements_the_later_recorded_one_holds_in_any_order(suite: &Suite) {
    let mut ward = client(suite, WARD);
    let statements = [(20, 100), (30, 200), (0, 300)];
    for (visit, order) in
        [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]].iter().enumerate()
    {
        let registered_at = Some(wire::timestamp(suite.clock.now()));
        let request = pb::AdmitPatientRequest { registered_at, ..request(suite, &format!("v{visit}")) };
        let id = ward.admit_patient(request.clone()).await.expect("admitted").into_inner();
        let id = id.admission.expect("an admission").admission_id;
        suite.clock.advance_to(suite.clock.now() + jiff::SignedDuration::from_hours(24));
        for statement in order {
            let (minute, recorded) = statements[*statement];
            let said = correct(suite, &id, minute, Some(recorded));
            ward.correct_admission_time(said).await.expect("taken or old");
        }
        assert_eq!(read(suite, &id).await.admitted_at, at(suite, 0), "{order:?}");
        // The admission told again, recorded before the last correction, says when as little.
        let again = pb::AdmitPatientRequest {
            admitted_at: at(suite, 5),
            registered_at: at(suite, 250),
            ..request.clone()
        };
        ward.admit_patient(again).await.expect("told again");
        assert_eq!(read(suite, &id).await.admitted_at, at(suite, 0));
    }
}

async fn a_time_that_is_not_this_stays_is_refused(suite: &Suite) {
    let (mut ward, id) = (client(suite, WARD), came(suite).await);
    let half_a_year = 180 * 24 * 60;
    let refuse = async |minute: i64| {
        let refusal =
            refused(client(suite, WARD).correct_admission_time(correct(suite, &id, minute, None)).await);
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "NOT_OF_THIS_STAY"));
    };
    refuse(-half_a_year).await;
    let start =
        pb::StartLeaveRequest { admission_id: id.clone(), started_at: at(suite, 60), ..Default::default() };
    ward.start_leave(start).await.expect("away");
    refuse(60).await;
    refuse(90).await;
    let cancel = pb::CancelMovementRequest {
        admission_id: id.clone(),
        kind: pb::MovementKind::LeaveStart.into(),
        ..Default::default()
    };
    ward.cancel_movement(cancel).await.expect("never went");
    ward.discharge_patient(discharge(suite, &id, 120)).await.expect("left");
    refuse(120).await;
    ward.correct_admission_time(correct(suite, &id, 60, None))
        .await
        .expect("what never was stands in no way");
    let refusal = refused(ward.correct_admission_time(correct(suite, &id, 3000, None)).await);
    assert_eq!((refusal.code, refusal.fields), (Code::InvalidArgument, vec!["admitted_at".to_owned()]));
    let flags = vec![QualityFlag::CheckDigit.into()];
    let wrong = pb::CorrectAdmissionTimeRequest { quality_flags: flags, ..correct(suite, &id, 60, None) };
    assert_eq!(refused(ward.correct_admission_time(wrong).await).fields, ["quality_flags[0]"]);
    let void = pb::VoidAdmissionRequest {
        admission_id: id.clone(),
        reason: pb::VoidReason::Duplicate.into(),
        ..Default::default()
    };
    ward.void_admission(void).await.expect("void");
    let refusal = refused(ward.correct_admission_time(correct(suite, &id, 30, None)).await);
    assert_eq!(refusal.reason, "ADMISSION_NOT_OPEN");
}

async fn an_age_group_that_the_correction_moves_is_told(suite: &Suite) {
    let mut ward = client(suite, WARD);
    let today = hemgang_core::day::local_day(suite.clock.now());
    let birthday = jiff::civil::date(today.year() - 80, today.month(), today.day());
    let request = pb::AdmitPatientRequest { birth_date: Some(wire::date(birthday)), ..request(suite, "1") };
    let answer = ward.admit_patient(request).await.expect("admitted").into_inner();
    let id = answer.admission.expect("an admission").admission_id;
    suite.clock.advance_to(suite.clock.now() + jiff::SignedDuration::from_hours(24));
    ward.correct_admission_time(correct(suite, &id, -24 * 60, None)).await.expect("corrected");
    assert_eq!(kinds(suite).await, ["AdmissionTimeCorrected", "SexAndAgeRecorded"]);
}

async fn what_was_told_too_early_of_a_number_used_again_follows_its_stay(suite: &Suite) {
    let mut ward = client(suite, WARD);
    let recorded = |minute| pb::AdmitPatientRequest {
        admitted_at: at(suite, minute),
        registered_at: at(suite, minute),
        ..request(suite, "1")
    };
    let first = ward.admit_patient(recorded(0)).await.expect("admitted").into_inner();
    let first = first.admission.expect("an admission").admission_id;
    let moved = |to: &str, minute| pb::TransferPatientRequest {
        registered_at: at(suite, minute),
        ..transfer(suite, &first, to, minute)
    };
    ward.transfer_patient(moved("SE2321000131-E000000001103", 20)).await.expect("of the first");
    let mut gateway = {
        let peer = suite.peer("gateway", "SE2321000131-E000000001001", "region");
        AdmissionServiceClient::new(peer)
    };
    gateway.transfer_patient(moved(OTHER_WARD, 90)).await.expect("of the second, told early");
    let left = pb::DischargePatientRequest { registered_at: at(suite, 120), ..discharge(suite, &first, 110) };
    gateway.discharge_patient(left).await.expect("of the second, told early");
    let void = pb::VoidAdmissionRequest {
        admission_id: first.clone(),
        reason: pb::VoidReason::Cancelled.into(),
        registered_at: at(suite, 30),
        ..Default::default()
    };
    gateway.void_admission(void).await.expect("void");
    let second = gateway.admit_patient(recorded(60)).await.expect("anew").into_inner();
    let second = read(suite, &second.admission.expect("an admission").admission_id).await;
    assert_eq!((second.ward.as_str(), second.state()), (OTHER_WARD, AdmissionState::Discharged));
    assert_eq!(second.discharged_at, at(suite, 110));
    let told = told(suite).await.into_iter().map(|(kind, _)| kind);
    let anew: Vec<_> = told.skip_while(|kind| kind != "AdmissionVoided").collect();
    assert_eq!(anew, ["AdmissionVoided", "PatientAdmitted", "PatientTransferred", "PatientDischarged"]);
    // The log goes on where it is: the end can be taken back.
    let peer = suite.peer("ward", OTHER_WARD, "region");
    let cancel =
        pb::CancelDischargeRequest { admission_id: second.admission_id.clone(), ..Default::default() };
    AdmissionServiceClient::new(peer).cancel_discharge(cancel).await.expect("stays");
    assert_eq!(read(suite, &second.admission_id).await.state(), AdmissionState::Admitted);
}
