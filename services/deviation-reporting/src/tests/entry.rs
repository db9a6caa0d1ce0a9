//! What is told afterwards opens no deadline and raises no signal.

use hemgang_proto::{
    admission as wards,
    common::{EntryReason, RetrospectiveEntry},
    deviation::SignalState,
};
use hemgang_rpc::wire;
use hemgang_testing::{Suite, each_backend};
use jiff::ToSpan as _;

use super::WARD;
use super::{
    DAY, PHYSICIAN, SETTLED, SOCIAL_SERVICES, STAFF, admit, assess, needed, notify, signals, told, ward,
};

each_backend!(
    a_judgement_told_afterwards_opens_no_deadline,
    a_late_notice_on_paper_raises_no_signal,
    a_paper_lets_the_signal_lapse_that_was_raised_while_no_system_was_to_be_had,
    a_judgement_made_here_is_watched_although_one_was_imported
    on &[hemgang_admission::SERVICE, crate::SERVICE]
);

#[expect(clippy::unnecessary_wraps, reason = "as requests take it")]
fn entry(suite: &Suite, reason: EntryReason, hours: i64) -> Option<RetrospectiveEntry> {
    let stated_at = Some(wire::timestamp(suite.clock.now() - hours.hours()));
    Some(RetrospectiveEntry { reason: reason.into(), stated_at })
}

async fn judged_before(suite: &Suite, reason: EntryReason, visit: &str) -> String {
    let id = admit(suite, visit, suite.clock.now() - 90.hours()).await;
    let needs_assessment = wards::NeedsAssessment {
        social_services: true,
        assessed_at: Some(wire::timestamp(suite.clock.now() - 80.hours())),
        assessed_by: PHYSICIAN.to_owned(),
        ..Default::default()
    };
    let request = wards::AssessNeedsRequest {
        admission_id: id.clone(),
        needs_assessment: Some(needs_assessment),
        retrospective_entry: entry(suite, reason, 80),
        ..Default::default()
    };
    ward(suite, WARD).assess_needs(request).await.expect("assessed");
    id
}

async fn notify_before(suite: &Suite, id: &str, reason: EntryReason, hours: i64) {
    let request = wards::SendAdmissionNoticeRequest {
        admission_id: id.to_owned(),
        recipients: vec![SOCIAL_SERVICES.to_owned()],
        retrospective_entry: entry(suite, reason, hours),
        ..Default::default()
    };
    ward(suite, WARD).send_admission_notice(request).await.expect("sent");
}

async fn nothing_is_watched(suite: &Suite) {
    suite.drain().await;
    let cx = suite.process.contexts().find(|cx| cx.name == "deviation").expect("deviation");
    let deadlines = cx.db.rows("select * from deadline", Vec::new()).await.expect("read");
    assert!(deadlines.is_empty());
    suite.pass(DAY * 3).await;
    assert_eq!(signals(suite, STAFF).await, []);
    assert!(told(suite, STAFF).await.is_empty());
}

async fn a_judgement_told_afterwards_opens_no_deadline(suite: &Suite) {
    judged_before(suite, EntryReason::DowntimeRoutine, "1").await;
    judged_before(suite, EntryReason::Import, "2").await;
    nothing_is_watched(suite).await;
}

async fn a_late_notice_on_paper_raises_no_signal(suite: &Suite) {
    for (visit, reason) in [("1", EntryReason::DowntimeRoutine), ("2", EntryReason::Import)] {
        let id = judged_before(suite, reason, visit).await;
        notify_before(suite, &id, reason, 2).await;
    }
    // Judged here, and noted on paper, late, when no system was to be had.
    let id = needed(suite, "3").await;
    suite.pass(DAY).await;
    suite.clock.advance_to(suite.clock.now() + 3.hours());
    notify_before(suite, &id, EntryReason::DowntimeRoutine, 1).await;
    nothing_is_watched(suite).await;
}

async fn a_paper_lets_the_signal_lapse_that_was_raised_while_no_system_was_to_be_had(suite: &Suite) {
    let id = needed(suite, "1").await;
    suite.pass(DAY + SETTLED).await;
    assert_eq!(signals(suite, STAFF).await[0].state(), SignalState::Open);
    notify_before(suite, &id, EntryReason::DowntimeRoutine, 20).await;
    suite.drain().await;
    assert_eq!(signals(suite, STAFF).await[0].state(), SignalState::Lapsed);
    assert_eq!(told(suite, STAFF).await, ["SignalRaised", "SignalLapsed"]);
}

async fn a_judgement_made_here_is_watched_although_one_was_imported(suite: &Suite) {
    let id = judged_before(suite, EntryReason::Import, "1").await;
    let due_at = suite.clock.now() + DAY;
    assess(suite, &id, true, suite.clock.now()).await;
    suite.pass(DAY + SETTLED).await;
    let found = signals(suite, STAFF).await;
    assert_eq!((found.len(), found[0].due_at), (1, Some(wire::timestamp(due_at))));
    notify(suite, &id, &[SOCIAL_SERVICES]).await;
    suite.drain().await;
    assert!(signals(suite, STAFF).await[0].met_at.is_some());
}
