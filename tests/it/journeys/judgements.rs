//! The physician's clock: readiness told after going home, and readiness taken back.

use hemgang_proto::{
    common::Cut,
    planning::{CaseState, NoticeKind},
    readiness::{self as rea, JudgementKind, WithdrawalReason},
};
use hemgang_rpc::wire;
use hemgang_testing::{Suite, at, each_backend, refused};

use super::steps::{
    COUNTY, NOW, PHYSICIAN, SOCIAL, WARD,
    adt::{a03, marta, tell},
    figures::cell,
    kinds, two_stays, until,
};

each_backend!(
    readiness_told_after_going_home_counts_by_the_judgement,
    of_one_who_deteriorated_the_last_clock_counts
    on crate::services::SERVICES
);

/// E5 of the design's table.
async fn readiness_told_after_going_home_counts_by_the_judgement(suite: &Suite) {
    let (judged, unjudged) = two_stays(suite, "20260914070000").await;
    for id in [&judged, &unjudged] {
        WARD.tell_of(suite, id, &[SOCIAL]).await;
    }
    until(suite, "2026-09-16T12:30:00Z").await;
    tell(suite, &[a03("V1", "20260916140000"), marta(a03("V2", "20260916140000"))]).await;
    until(suite, "2026-09-17T07:00:00Z").await;
    let morning = Some(at("2026-09-16T08:00:00Z"));
    let readiness = WARD.confirm_judged(suite, &judged, morning, NOW).await.expect("confirmed");
    assert!(readiness.late_registration);
    let case = SOCIAL.case(suite, &judged).await.expect("a case");
    assert_eq!(case.state(), CaseState::Discharged);
    let told = [NoticeKind::Admission, NoticeKind::Departure, NoticeKind::Readiness];
    assert_eq!(kinds(&case.notices), told);
    assert_eq!(case.notices[2].sent_at, Some(wire::timestamp(suite.clock.now())));
    assert!(WARD.ready(suite).await.is_empty());

    // Of the other nobody knows when it was judged: no valid readiness, and a late notice all the same.
    WARD.confirm_judged(suite, &unjudged, None, NOW).await.expect("confirmed");
    assert_eq!(COUNTY.total(suite, "same_day").await, (1, 1));
    assert_eq!(COUNTY.total(suite, "same_day/all").await, (1, 2));
    assert_eq!(COUNTY.total(suite, "same_day/notice").await, (0, 0));
    assert_eq!(COUNTY.total(suite, "late_ready_notice").await, (2, 2));
    assert_eq!(COUNTY.total(suite, "ready_days").await, (0, 1));
    assert_eq!(COUNTY.total(suite, "ready_days/skr").await, (0, 0));
    assert_eq!(COUNTY.cells(suite, "ready_cases", Cut::Weekday).await, [cell("3", 1, 0)]);
}

/// E3 and E4 of the design's table.
async fn of_one_who_deteriorated_the_last_clock_counts(suite: &Suite) {
    let (first, second) = two_stays(suite, "20260914070000").await;
    let stays = [&first, &second];
    until(suite, "2026-09-14T08:00:00Z").await;
    for id in stays {
        WARD.tell_of(suite, id, &[SOCIAL]).await;
        WARD.confirm(suite, id).await.expect("confirmed");
    }
    until(suite, "2026-09-15T07:00:00Z").await;
    for id in stays {
        let request = rea::WithdrawReadinessRequest {
            admission_id: id.clone(),
            reason: WithdrawalReason::Deteriorated.into(),
            assessed_by: PHYSICIAN.to_owned(),
            ..Default::default()
        };
        WARD.readiness(suite).withdraw_readiness(request).await.expect("withdrawn");
    }
    suite.drain().await;
    let case = SOCIAL.case(suite, &first).await.expect("a case");
    assert_eq!((case.state(), case.ready_since), (CaseState::Planning, None));
    assert!(SOCIAL.ready(suite).await.is_empty());

    until(suite, "2026-09-17T09:00:00Z").await;
    let before = WARD.confirm_judged(suite, &first, Some(at("2026-09-14T08:00:00Z")), NOW).await;
    assert_eq!(refused(before).reason, "ASSESSED_BEFORE_WITHDRAWAL");
    for id in stays {
        WARD.confirm(suite, id).await.expect("confirmed");
    }
    until(suite, "2026-09-17T13:30:00Z").await;
    tell(suite, &[a03("V1", "20260917150000")]).await;
    assert_eq!(COUNTY.total(suite, "same_day").await, (1, 1));
    assert_eq!(COUNTY.total(suite, "ready_days").await, (0, 1));
    until(suite, "2026-09-18T13:30:00Z").await;
    tell(suite, &[marta(a03("V2", "20260918150000"))]).await;
    assert_eq!(COUNTY.total(suite, "same_day").await, (1, 2));
    assert_eq!(COUNTY.total(suite, "ready_days").await, (1, 2));
    assert_eq!(COUNTY.total(suite, "ready_days/skr").await, (1, 1));
    assert_eq!(COUNTY.cells(suite, "ready_cases", Cut::Weekday).await, [cell("4", 2, 0)]);

    // The first clock stays in the history.
    let judgements = SOCIAL.readiness_of(suite, &second).await.expect("a readiness").judgements;
    let judged: Vec<_> = judgements.iter().map(rea::Judgement::kind).collect();
    assert_eq!(judged, [JudgementKind::Confirmed, JudgementKind::Withdrawn, JudgementKind::Confirmed]);
    let told = [
        NoticeKind::Admission,
        NoticeKind::Readiness,
        NoticeKind::ReadinessWithdrawn,
        NoticeKind::Readiness,
        NoticeKind::Departure,
    ];
    assert_eq!(kinds(&SOCIAL.case(suite, &second).await.expect("a case").notices), told);
}
