//! Receipts while planning is broken off, and once it goes on.

use hemgang_testing::at;

use super::{
    life::{interrupted, reopened},
    receipts::{due, overdue},
    *,
};

each_backend!(
    nothing_is_late_because_planning_was_broken_off,
    what_was_late_stays_late_when_planning_is_broken_off
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

async fn of(suite: &Suite, kind: NoticeKind) -> pb::Notice {
    inbox(suite, SOCIAL).await.into_iter().find(|notice| notice.kind() == kind).expect("a notice")
}

async fn nothing_is_late_because_planning_was_broken_off(suite: &Suite) {
    // Monday 08:00. The admission notice is due at 16:00, and planning is broken off before.
    let id = notified(suite, &[SOCIAL]).await;
    suite.pass(SignedDuration::from_hours(1)).await;
    interrupted(suite, &id).await;
    confirm(suite, &id).await;
    suite.drain().await;
    for kind in [NoticeKind::Admission, NoticeKind::Readiness] {
        assert_eq!(due(&of(suite, kind).await), None, "{kind:?}");
    }

    // Three weeks later, Monday 08:00: a day's office hours from now, for what came before and for what came meanwhile.
    suite.clock.advance_to(at("2026-10-05T06:00:00Z"));
    reopened(suite, &id).await;
    suite.pass(SignedDuration::from_mins(1)).await;
    for kind in [NoticeKind::Admission, NoticeKind::Readiness] {
        assert_eq!(due(&of(suite, kind).await).as_deref(), Some("2026-10-05T14:00:00Z"), "{kind:?}");
    }
    assert!(overdue(suite, SOCIAL).await.is_empty());
    assert!(inbox(suite, WARD).await.is_empty(), "nobody is late");
    suite.clock.advance_to(at("2026-10-05T14:01:00Z"));
    suite.drain().await;
    suite.pass(SignedDuration::from_mins(1)).await;
    assert!(kinds(&inbox(suite, WARD).await).contains(&NoticeKind::ReceiptMissing), "now somebody is");
}

async fn what_was_late_stays_late_when_planning_is_broken_off(suite: &Suite) {
    let id = notified(suite, &[SOCIAL]).await;
    suite.clock.advance_to(at("2026-09-15T06:00:00Z"));
    suite.drain().await;
    confirm(suite, &id).await;
    suite.drain().await;
    let share = async || figure(suite, "acknowledgement", [&id]).await.0;
    assert_eq!(share().await, (0, 1), "the notice of yesterday; readiness has until 16:00");
    interrupted(suite, &id).await;
    let late = of(suite, NoticeKind::Admission).await;
    assert_eq!(due(&late).as_deref(), Some("2026-09-14T14:00:00Z"));
    assert_eq!(due(&of(suite, NoticeKind::Readiness).await), None, "that was not late");
    suite.clock.advance_to(at("2026-09-16T06:00:00Z"));
    suite.drain().await;
    assert_eq!(share().await, (0, 1), "breaking off is no way out");

    reopened(suite, &id).await;
    let still = of(suite, NoticeKind::Admission).await;
    assert_eq!(due(&still), due(&late));
    assert_eq!(share().await, (0, 1));
    suite.pass(SignedDuration::from_mins(1)).await;
    let missing = kinds(&inbox(suite, WARD).await);
    assert_eq!(
        missing.iter().filter(|kind| **kind == NoticeKind::ReceiptMissing).count(),
        1,
        "no more than then"
    );
}
