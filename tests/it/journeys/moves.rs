//! A patient moves: to another ward, where the stay goes on, and to another hospital group, where a new one begins.

use hemgang_proto::{
    admission as adm,
    common::Cut,
    planning::{CaseState, NoticeKind},
    readiness::{self as rea, JudgementKind, ReadinessState},
};
use hemgang_rpc::wire;
use hemgang_testing::{Suite, at, each_backend, refused};

use super::steps::{
    COUNTY, Caller, OTHER_WARD, SAHLGRENSKA, SOCIAL, WARD,
    adt::{Adt, a01, a03, of, tell},
    figures::cell,
    kinds, until,
};

each_backend!(
    a_move_leaves_readiness_standing_and_the_receiving_ward_confirms_it,
    another_hospital_group_begins_a_case_that_is_judged_alone
    on crate::services::SERVICES
);

/// Avd 41 Medicin at NÄL.
const NAL_WARD: Caller = Caller { unit: "SE2321000131-E000000001118", ..WARD };
/// NÄL, of another group than Sahlgrenska.
const NAL: Caller = Caller { unit: "SE2321000131-E000000001005", ..SAHLGRENSKA };

/// E7 of the design's table.
async fn a_move_leaves_readiness_standing_and_the_receiving_ward_confirms_it(suite: &Suite) {
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.tell_of(suite, &id, &[SOCIAL]).await;
    WARD.confirm(suite, &id).await.expect("confirmed");
    let since = Some(wire::timestamp(at("2026-09-14T06:00:00Z")));

    until(suite, "2026-09-15T06:00:00Z").await;
    tell(suite, &[Adt { ward: "25", ..of("A02", "V1", "20260915073000") }]).await;
    assert!(WARD.sees_nothing_of(suite, &id).await);
    // The admission, the judgement, the notice, the move, and that the stay is gone.
    assert_eq!(WARD.events(suite).await.len(), 5);
    for reader in [OTHER_WARD, SOCIAL] {
        let readiness = reader.readiness_of(suite, &id).await.expect("a readiness");
        assert_eq!((readiness.state(), readiness.ready_since), (ReadinessState::Ready, since), "{reader:?}");
        assert!(readiness.reconfirmation_due, "{reader:?}");
    }
    let case = SOCIAL.case(suite, &id).await.expect("a case");
    assert_eq!(
        (case.state(), case.ready_since, case.ward.as_str()),
        (CaseState::Ready, since, OTHER_WARD.unit)
    );
    let told = [NoticeKind::Admission, NoticeKind::Readiness, NoticeKind::Transfer];
    assert_eq!(kinds(&case.notices), told);

    let confirmed = OTHER_WARD.confirm(suite, &id).await.expect("confirmed again");
    assert_eq!((confirmed.reconfirmation_due, confirmed.ready_since), (false, since));
    let judgements = OTHER_WARD.readiness_of(suite, &id).await.expect("a readiness").judgements;
    let judged: Vec<_> = judgements.iter().map(rea::Judgement::kind).collect();
    assert_eq!(judged, [JudgementKind::Confirmed, JudgementKind::Reconfirmed]);
    // Nothing changed for the receivers, so nobody is told.
    assert_eq!(kinds(&SOCIAL.case(suite, &id).await.expect("a case").notices), told);

    until(suite, "2026-09-16T06:00:00Z").await;
    tell(suite, &[Adt { ward: "25", ..a03("V1", "20260916073000") }]).await;
    assert_eq!(COUNTY.cells(suite, "same_day", Cut::Ward).await, [cell(OTHER_WARD.unit, 0, 1)]);
    assert_eq!(COUNTY.total(suite, "ready_days").await, (2, 1));
    assert_eq!(COUNTY.total(suite, "ready_days/skr").await, (2, 1));
    // What happened in the ward stays its own; what came after does not reach it.
    assert_eq!(WARD.events(suite).await.len(), 5);
    assert!(WARD.sees_nothing_of(suite, &id).await);
}

/// E8 of the design's table.
async fn another_hospital_group_begins_a_case_that_is_judged_alone(suite: &Suite) {
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let first = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.tell_of(suite, &first, &[SOCIAL]).await;
    WARD.confirm(suite, &first).await.expect("confirmed");

    // No move: the patient leaves and is admitted there.
    until(suite, "2026-09-15T08:00:00Z").await;
    let transfer = adm::TransferPatientRequest {
        admission_id: first.clone(),
        ward: NAL_WARD.unit.to_owned(),
        transferred_at: Some(wire::timestamp(suite.clock.now())),
        ..Default::default()
    };
    let refusal = refused(WARD.admissions(suite).transfer_patient(transfer).await);
    assert_eq!(refusal.reason, "OTHER_HOSPITAL_GROUP");
    let came = Adt { facility: "NU", ward: "41", ..a01("N1", "20260915094500") };
    tell(suite, &[Adt { disposition: "30", ..a03("V1", "20260915090000") }, came]).await;
    let second = NAL.admission_of(suite, "N1").await.admission_id;
    assert_eq!(SOCIAL.case(suite, &first).await.expect("a case").state(), CaseState::Discharged);
    assert!(SOCIAL.sees_nothing_of(suite, &second).await, "a new notice is needed");
    assert!(WARD.sees_nothing_of(suite, &second).await && NAL_WARD.sees_nothing_of(suite, &first).await);
    assert_eq!(COUNTY.total(suite, "same_day").await, (0, 0));

    NAL_WARD.tell_of(suite, &second, &[SOCIAL]).await;
    let unready = NAL_WARD.readiness_of(suite, &second).await.expect("a readiness");
    assert_eq!(unready.state(), ReadinessState::NotReady);
    until(suite, "2026-09-18T10:00:00Z").await;
    NAL_WARD.confirm(suite, &second).await.expect("confirmed");
    until(suite, "2026-09-18T13:00:00Z").await;
    tell(suite, &[Adt { facility: "NU", ward: "41", ..a03("N1", "20260918143000") }]).await;
    assert_eq!(COUNTY.cells(suite, "same_day", Cut::Hospital).await, [cell(NAL.unit, 1, 1)]);
    assert_eq!(COUNTY.total(suite, "ready_days").await, (0, 1));
    let days = [cell(SAHLGRENSKA.unit, 1, 1), cell(NAL.unit, 3, 1)];
    assert_eq!(COUNTY.cells(suite, "stay_days", Cut::Hospital).await, days);
    assert_eq!(COUNTY.total(suite, "admissions_per_patient").await, (2, 1));
}
