//! What is at fault in what was told: shown to who sees the stay, told in the feed, and gone when it is mended.

use hemgang_proto::admission::{MovementKind, QualityFlag, RaisedFlag, admission_event::Event};
use hemgang_testing::{Suite, each_backend, refused};

use super::{
    movement::{at, came, cancel_discharge, discharge, kinds, read, told, transfer},
    *,
};

each_backend!(
    an_accepted_fault_stands_until_its_statement_does_not,
    what_was_not_taken_is_marked_until_it_is_mended,
    a_failed_check_digit_goes_with_a_merge_into_one_that_holds,
    a_flag_of_another_kind_is_refused
    on &[crate::SERVICE]
);

const AMBIGUOUS: QualityFlag = QualityFlag::AmbiguousTime;
const IMPLAUSIBLE: QualityFlag = QualityFlag::ImplausibleTime;

/// What is at fault now, without when it was recorded.
async fn flags(suite: &Suite, id: &str) -> Vec<(QualityFlag, MovementKind)> {
    let flags = read(suite, id).await.quality_flags;
    // The last event that told of them told just these.
    let last = told(suite).await.into_iter().rev().find_map(|(_, event)| match event.event {
        Some(Event::QualityFlagsRecorded(event)) => Some(event.quality_flags),
        _ => None,
    });
    assert_eq!(last.unwrap_or_default(), flags);
    flags.iter().map(|raised: &RaisedFlag| (raised.flag(), raised.about())).collect()
}

fn raise(suite: &Suite, id: &str, about: MovementKind, minute: i64) -> pb::RaiseQualityFlagRequest {
    pb::RaiseQualityFlagRequest {
        admission_id: id.to_owned(),
        flag: IMPLAUSIBLE.into(),
        about: about.into(),
        registered_at: at(suite, minute),
        ..Default::default()
    }
}

async fn an_accepted_fault_stands_until_its_statement_does_not(suite: &Suite) {
    let mut ward = client(suite, WARD);
    let quality_flags = vec![AMBIGUOUS.into()];
    let admit = pb::AdmitPatientRequest { quality_flags: quality_flags.clone(), ..request(suite, "1") };
    let answer = ward.admit_patient(admit).await.expect("admitted").into_inner();
    let id = answer.admission.expect("an admission").admission_id;
    suite.clock.advance_to(suite.clock.now() + jiff::SignedDuration::from_hours(24));
    assert_eq!(flags(suite, &id).await, [(AMBIGUOUS, MovementKind::Admission)]);
    let left =
        pb::DischargePatientRequest { quality_flags: quality_flags.clone(), ..discharge(suite, &id, 60) };
    ward.discharge_patient(left).await.expect("left");
    let both = [(AMBIGUOUS, MovementKind::Admission), (AMBIGUOUS, MovementKind::Discharge)];
    assert_eq!(flags(suite, &id).await, both);
    // The same instant, said without a doubt.
    let said = pb::CorrectAdmissionTimeRequest {
        admission_id: id.clone(),
        admitted_at: at(suite, 0),
        ..Default::default()
    };
    ward.correct_admission_time(said).await.expect("said clearly");
    assert_eq!(flags(suite, &id).await, [(AMBIGUOUS, MovementKind::Discharge)]);
    ward.discharge_patient(discharge(suite, &id, 90)).await.expect("corrected");
    assert_eq!(flags(suite, &id).await, []);
    ward.cancel_discharge(cancel_discharge(&id)).await.expect("stays");
    let moved = pb::TransferPatientRequest { quality_flags, ..transfer(suite, &id, OTHER_WARD, 100) };
    ward.transfer_patient(moved).await.expect("moved");
    assert_eq!(flags(suite, &id).await, [(AMBIGUOUS, MovementKind::Transfer)]);
    let kind = MovementKind::Transfer.into();
    let never = pb::CancelMovementRequest { admission_id: id.clone(), kind, ..Default::default() };
    client(suite, OTHER_WARD).cancel_movement(never).await.expect("never moved");
    assert_eq!(flags(suite, &id).await, []);
}

async fn what_was_not_taken_is_marked_until_it_is_mended(suite: &Suite) {
    let (mut ward, id) = (client(suite, WARD), came(suite).await);
    let mark = async |about, minute| {
        client(suite, WARD).raise_quality_flag(raise(suite, &id, about, minute)).await.expect("marked");
    };
    mark(MovementKind::Discharge, 60).await;
    assert_eq!(flags(suite, &id).await, [(IMPLAUSIBLE, MovementKind::Discharge)]);
    mark(MovementKind::Discharge, 60).await;
    assert_eq!(kinds(suite).await, ["QualityFlagsRecorded"], "once");
    // A discharge that was recorded before it mends nothing, one that was recorded later does.
    let left = |recorded| pb::DischargePatientRequest {
        registered_at: at(suite, recorded),
        ..discharge(suite, &id, recorded - 10)
    };
    ward.discharge_patient(left(50)).await.expect("told");
    assert_eq!(flags(suite, &id).await, [(IMPLAUSIBLE, MovementKind::Discharge)]);
    ward.discharge_patient(left(70)).await.expect("corrected");
    assert_eq!(flags(suite, &id).await, []);
    // And so in the other order.
    mark(MovementKind::Discharge, 65).await;
    assert_eq!(flags(suite, &id).await, []);
    // Of a transfer only it itself, taken after all.
    mark(MovementKind::Transfer, 30).await;
    let moved = |to: &str, recorded, minute| pb::TransferPatientRequest {
        registered_at: at(suite, recorded),
        ..transfer(suite, &id, to, minute)
    };
    ward.transfer_patient(moved(OTHER_WARD, 40, 20)).await.expect("another one");
    assert_eq!(flags(suite, &id).await, [(IMPLAUSIBLE, MovementKind::Transfer)]);
    let peer = suite.peer("hospital", "SE2321000131-E000000001001", "region");
    let mut hospital = AdmissionServiceClient::new(peer);
    hospital.transfer_patient(moved(WARD, 30, 25)).await.expect("it itself");
    assert_eq!(flags(suite, &id).await, []);
    // Of the admission, a later statement, also of the same time.
    hospital.raise_quality_flag(raise(suite, &id, MovementKind::Admission, 10)).await.expect("marked");
    assert_eq!(flags(suite, &id).await, [(IMPLAUSIBLE, MovementKind::Admission)]);
    let said = pb::CorrectAdmissionTimeRequest {
        admission_id: id.clone(),
        admitted_at: at(suite, 0),
        registered_at: at(suite, 11),
        ..Default::default()
    };
    hospital.correct_admission_time(said).await.expect("said again");
    assert_eq!(flags(suite, &id).await, []);
    // A record in the future is itself at fault, and is mended like one of now.
    hospital.raise_quality_flag(raise(suite, &id, MovementKind::Discharge, 99_999)).await.expect("marked");
    assert_eq!(
        read(suite, &id).await.quality_flags[0].registered_at,
        Some(wire::timestamp(suite.clock.now()))
    );
}

async fn a_failed_check_digit_goes_with_a_merge_into_one_that_holds(suite: &Suite) {
    let mut ward = client(suite, WARD);
    let wrong = PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: "191212121213".to_owned() };
    let right = request(suite, "2").person_id;
    let quality_flags = vec![QualityFlag::CheckDigit.into()];
    let admit = pb::AdmitPatientRequest {
        person_id: Some(wrong.clone()),
        quality_flags: quality_flags.clone(),
        ..request(suite, "1")
    };
    let answer = ward.admit_patient(admit).await.expect("admitted").into_inner();
    let id = answer.admission.expect("an admission").admission_id;
    assert_eq!(flags(suite, &id).await, [(QualityFlag::CheckDigit, MovementKind::Unspecified)]);
    ward.admit_patient(request(suite, "2")).await.expect("admitted");
    let merge = pb::MergePatientsRequest {
        surviving: right,
        absorbed: Some(wrong),
        quality_flags,
        ..Default::default()
    };
    ward.merge_patients(merge).await.expect("merged");
    assert_eq!(flags(suite, &id).await, []);
}

async fn a_flag_of_another_kind_is_refused(suite: &Suite) {
    let (mut ward, id) = (client(suite, WARD), came(suite).await);
    let flag = AMBIGUOUS.into();
    let wrong = pb::RaiseQualityFlagRequest { flag, ..raise(suite, &id, MovementKind::Discharge, 1) };
    assert_eq!(refused(ward.raise_quality_flag(wrong).await).fields, ["flag"]);
    let quality_flags = vec![IMPLAUSIBLE.into()];
    let wrong = pb::AdmitPatientRequest { quality_flags: quality_flags.clone(), ..request(suite, "2") };
    assert_eq!(refused(ward.admit_patient(wrong).await).fields, ["quality_flags[0]"]);
    let wrong = pb::DischargePatientRequest { quality_flags, ..discharge(suite, &id, 60) };
    assert_eq!(refused(ward.discharge_patient(wrong).await).fields, ["quality_flags[0]"]);
    assert_eq!(flags(suite, &id).await, []);
}
