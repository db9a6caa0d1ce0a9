//! Leave (permission): told to those who may meet the patient at home, and pausing nothing.

use hemgang_proto::{
    common::Cut,
    planning::{CaseState, NoticeKind},
};
use hemgang_rpc::wire;
use hemgang_testing::{Suite, at, each_backend};

use super::steps::{
    COUNTY, NOW, SOCIAL, WARD,
    adt::{a03, marta, of, tell},
    figures::cell,
    kinds, two_stays, until,
};

each_backend!(a_leave_is_told_and_pauses_nothing on crate::services::SERVICES);

async fn a_leave_is_told_and_pauses_nothing(suite: &Suite) {
    let (id, owed) = two_stays(suite, "20260914070000").await;
    WARD.tell_of(suite, &id, &[SOCIAL]).await;
    WARD.confirm(suite, &id).await.expect("confirmed");
    // Of the other patient a notice is owed, leave or no leave.
    WARD.assess(suite, &owed, &[SOCIAL], NOW).await;

    // A leave that never was, and one that was.
    until(suite, "2026-09-14T10:00:00Z").await;
    tell(suite, &[of("A21", "V1", "20260914110000"), marta(of("A21", "V2", "20260914110000"))]).await;
    until(suite, "2026-09-14T11:00:00Z").await;
    tell(suite, &[of("A52", "V1", "20260914123000")]).await;
    assert_eq!(WARD.admission(suite, &id).await.expect("an admission").on_leave_since, None);
    until(suite, "2026-09-14T16:00:00Z").await;
    tell(suite, &[of("A21", "V1", "20260914170000")]).await;
    let away = WARD.admission(suite, &id).await.expect("an admission").on_leave_since;
    assert_eq!(away, Some(wire::timestamp(at("2026-09-14T15:00:00Z"))));
    assert_eq!(SOCIAL.ready(suite).await, [id.as_str()]);

    until(suite, "2026-09-15T07:00:00Z").await;
    let signals = WARD.signals(suite).await;
    assert_eq!(signals.len(), 1);
    assert_eq!(signals[0].admission_id, owed);
    assert_eq!(signals[0].due_at, Some(wire::timestamp(at("2026-09-15T06:00:00Z"))));
    tell(suite, &[of("A22", "V1", "20260915080000")]).await;
    assert_eq!(WARD.admission(suite, &id).await.expect("an admission").on_leave_since, None);
    let case = SOCIAL.case(suite, &id).await.expect("a case");
    assert_eq!(case.state(), CaseState::Ready);
    assert_eq!(case.ready_since, Some(wire::timestamp(at("2026-09-14T06:00:00Z"))));

    until(suite, "2026-09-16T12:00:00Z").await;
    tell(suite, &[a03("V1", "20260916133000")]).await;
    let told = [
        NoticeKind::Admission,
        NoticeKind::Readiness,
        NoticeKind::LeaveStarted,
        NoticeKind::LeaveEnded,
        NoticeKind::LeaveStarted,
        NoticeKind::LeaveEnded,
        NoticeKind::Departure,
    ];
    assert_eq!(kinds(&SOCIAL.case(suite, &id).await.expect("a case").notices), told);
    assert!(SOCIAL.sees_nothing_of(suite, &owed).await);
    assert_eq!(COUNTY.cells(suite, "ready_days", Cut::Weekday).await, [cell("3", 2, 1)]);
    assert_eq!(COUNTY.total(suite, "stay_days").await, (2, 1));
}
