//! When receipts are due, what is overdue, who is reminded, and what ends it.

use hemgang_proto::{common::RetrospectiveEntry, directory::UnitFunction};
use hemgang_rpc::{Addressee, EscalationChain, EscalationStep, Escalations, Own, ReceiptLimit, Receipts};
use hemgang_testing::{On, at};

use super::*;

each_backend!(
    a_notice_says_when_its_receipt_is_due_and_the_sender_hears_that_none_came,
    nothing_is_due_of_papers_of_what_left_the_inbox_and_of_who_died,
    what_is_handed_on_keeps_its_time_and_what_was_held_gets_one_when_it_is_given,
    whoever_wrote_what_nobody_read_hears_of_it_and_nobody_else
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

const SERVICES: &[hemgang_runtime::Service] =
    &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE];

pub(super) async fn overdue(suite: &Suite, unit: &str) -> Vec<pb::Notice> {
    let request = pb::ListInboxRequest { overdue_only: true, ..Default::default() };
    client(suite, unit).list_inbox(request).await.expect("an inbox").into_inner().notices
}

async fn acknowledge(suite: &Suite, unit: &str, notice: &pb::Notice) -> pb::Notice {
    let request = pb::AcknowledgeNoticeRequest { notice_id: notice.notice_id.clone(), ..Default::default() };
    let answer = client(suite, unit).acknowledge_notice(request).await.expect("acknowledged");
    answer.into_inner().notice.expect("a notice")
}

pub(super) fn due(notice: &pb::Notice) -> Option<String> {
    notice.acknowledge_by.as_ref().and_then(wire::instant).map(|at| at.to_string())
}

/// How many deadlines of receipts there are.
async fn deadlines(suite: &Suite) -> usize {
    let planning = suite.process.contexts().find(|cx| cx.name == "planning").expect("planning");
    let all = hemgang_db::Deadline::list_run_out(&planning.db, jiff::Timestamp::MAX, None).await;
    all.expect("deadlines").iter().filter(|deadline| deadline.kind == "receipt").count()
}

async fn a_notice_says_when_its_receipt_is_due_and_the_sender_hears_that_none_came(suite: &Suite) {
    // Monday 08:00: a day's office hours end at 16:00.
    let admission_id = notified(suite, &[SOCIAL, HEALTH]).await;
    let notice = inbox(suite, SOCIAL).await.remove(0);
    assert_eq!(due(&notice).as_deref(), Some("2026-09-14T14:00:00Z"));
    let told = events(suite, SOCIAL).await.into_iter().find_map(|event| match event {
        Event::NoticeDelivered(said) => said.acknowledge_by,
        _ => None,
    });
    assert_eq!(told, notice.acknowledge_by, "a client of the feed knows it, too");
    let other = inbox(suite, HEALTH).await.remove(0);
    let taken = acknowledge(suite, HEALTH, &other).await;
    assert_eq!(taken.acknowledge_by, other.acknowledge_by, "kept once somebody has taken note");
    assert_eq!(deadlines(suite).await, 1);

    suite.clock.advance_to(at("2026-09-14T14:00:00Z"));
    suite.drain().await;
    assert!(overdue(suite, SOCIAL).await.is_empty(), "the last moment counts");
    assert!(inbox(suite, WARD).await.is_empty());
    // "Nothing came" is known half a minute later.
    suite.pass(SignedDuration::from_mins(1)).await;
    assert_eq!(
        overdue(suite, SOCIAL).await,
        [notice.clone()].map(|notice| pb::Notice { etag: "2".into(), ..notice })
    );
    assert_eq!(overdue(suite, RECEPTION).await.len(), 1, "also for the municipality");
    let missing = inbox(suite, WARD).await;
    assert_eq!(kinds(&missing), [NoticeKind::ReceiptMissing]);
    assert_eq!((missing[0].recipient.as_str(), missing[0].hospital.as_str()), (WARD, HOSPITAL));
    assert_eq!(due(&missing[0]).as_deref(), Some("2026-09-15T14:00:00Z"));

    // Once, however often it is looked.
    suite.pass(SignedDuration::from_mins(5)).await;
    assert_eq!(inbox(suite, WARD).await.len(), 1);
    let late = acknowledge(suite, SOCIAL, &notice).await;
    assert!(late.escalations.is_empty() && overdue(suite, SOCIAL).await.is_empty());
    assert!(case(suite, WARD, &admission_id).await.notices.contains(&late));
    assert_eq!(deadlines(suite).await, 1, "the ward's own");
}

async fn nothing_is_due_of_papers_of_what_left_the_inbox_and_of_who_died(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL, HEALTH, OUTPATIENT]).await;
    assert_eq!(deadlines(suite).await, 3);
    let notice_id = inbox(suite, HEALTH).await.remove(0).notice_id;
    let request = pb::ReportMisdirectedRequest { notice_id, ..Default::default() };
    client(suite, HEALTH).report_misdirected(request).await.expect("said");
    let seen = case(suite, WARD, &admission_id).await.notices;
    let astray = seen.iter().find(|notice| notice.recipient == HEALTH).expect("the notice");
    assert!(astray.withdrawn_at.is_some() && astray.acknowledge_by.is_none());
    assert_eq!(kinds(&inbox(suite, WARD).await), [NoticeKind::Misdirected], "the ward hears of it");
    assert_eq!(deadlines(suite).await, 3, "two units and the ward");

    left(suite, &admission_id, Destination::Deceased).await;
    assert_eq!(deadlines(suite).await, 0);
    assert!(inbox(suite, SOCIAL).await.iter().all(|notice| notice.acknowledge_by.is_none()));
    suite.pass(SignedDuration::from_hours(72)).await;
    assert!(overdue(suite, SOCIAL).await.is_empty() && overdue(suite, WARD).await.is_empty());
    let known = inbox(suite, SOCIAL).await.pop().expect("the first");
    acknowledge(suite, SOCIAL, &known).await;

    // The patient was taken for dead: everything is due by the time that it had.
    let back = admission::CancelDischargeRequest { admission_id: admission_id.clone(), ..Default::default() };
    ward(suite).cancel_discharge(back).await.expect("cancelled");
    suite.drain().await;
    let there = inbox(suite, OUTPATIENT).await.pop().expect("the first");
    assert_eq!(due(&there).as_deref(), Some("2026-09-14T14:00:00Z"));
    suite.pass(SignedDuration::from_mins(1)).await;
    assert!(kinds(&inbox(suite, WARD).await).contains(&NoticeKind::ReceiptMissing));

    // From the papers of the reserve routine: a receipt can be given, none is due.
    let again = assessed(suite, Protection::None).await;
    let entry = RetrospectiveEntry {
        reason: hemgang_proto::common::EntryReason::DowntimeRoutine.into(),
        stated_at: Some(wire::timestamp(suite.clock.now())),
    };
    let request = admission::SendAdmissionNoticeRequest {
        admission_id: again.clone(),
        recipients: vec![HEALTH.to_owned()],
        retrospective_entry: Some(entry),
        ..Default::default()
    };
    ward(suite).send_admission_notice(request).await.expect("entered");
    suite.drain().await;
    let entered = inbox(suite, HEALTH).await;
    assert_eq!((entered.len(), due(&entered[0])), (1, None));
}

async fn what_is_handed_on_keeps_its_time_and_what_was_held_gets_one_when_it_is_given(suite: &Suite) {
    let admission_id = notified(suite, &[RECEPTION, HEALTH]).await;
    suite.pass(SignedDuration::from_hours(2)).await;
    let notices = inbox(suite, RECEPTION).await;
    let notice = notices.iter().find(|notice| notice.recipient == RECEPTION).expect("a notice");
    let (notice_id, unit) = (notice.notice_id.clone(), SOCIAL.to_owned());
    let request = pb::ForwardNoticeRequest { notice_id, unit, ..Default::default() };
    client(suite, RECEPTION).forward_notice(request).await.expect("handed on");
    assert_eq!(inbox(suite, SOCIAL).await[0].acknowledge_by, notice.acknowledge_by);
    assert_eq!(deadlines(suite).await, 2);

    // Nothing runs of what is held for reasons of secrecy; once it is given, its time begins.
    barred(suite, &admission_id, HEALTH).await;
    confirm(suite, &admission_id).await;
    assert_eq!(deadlines(suite).await, 3, "one that was given, and two admission notices");
    suite.pass(SignedDuration::from_hours(1)).await;
    crate::tests::discloses(suite, &admission_id, HEALTH, pb::ConsentDecision::Given).await;
    let given = inbox(suite, HEALTH).await.remove(0);
    assert_eq!((given.kind(), due(&given).as_deref()), (NoticeKind::Readiness, Some("2026-09-15T09:00:00Z")));
    assert_eq!(deadlines(suite).await, 4);
}

async fn whoever_wrote_what_nobody_read_hears_of_it_and_nobody_else(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL, HEALTH]).await;
    for unit in [SOCIAL, HEALTH] {
        let notice = inbox(suite, unit).await.remove(0);
        acknowledge(suite, unit, &notice).await;
    }
    let message = super::messages::message(&admission_id, &[HEALTH], "Vem låser upp?");
    super::messages::sent(suite, SOCIAL, message).await;
    suite.clock.advance_to(at("2026-09-15T06:10:00Z"));
    suite.drain().await;
    suite.pass(SignedDuration::from_mins(1)).await;
    let missing = async |unit| kinds(&inbox(suite, unit).await).contains(&NoticeKind::ReceiptMissing);
    assert!(missing(SOCIAL).await, "it wrote");
    assert!(!missing(WARD).await && !missing(HEALTH).await);

    // Nor does anybody hear that what reminds was not read.
    suite.clock.advance_to(at("2026-09-18T06:10:00Z"));
    suite.drain().await;
    suite.pass(SignedDuration::from_mins(1)).await;
    assert!(!missing(WARD).await && !missing(HEALTH).await);
}

/// Under a policy with a chain for municipalities, and half an hour for readiness.
fn escalating(own: Own) -> Own {
    let valid_from = "2026-01-01".parse().expect("a day");
    let step = |function: &str, minutes| EscalationStep {
        function: function.to_owned(),
        office_minutes: Some(minutes),
        minutes: None,
    };
    let steps = vec![step("duty", 0), step("manager", 60), step("mas", 480)];
    let chain = EscalationChain { valid_from, party: Some(Addressee::Municipality), steps };
    let limit = ReceiptLimit {
        valid_from,
        kind: Some("READINESS".to_owned()),
        party: None,
        office_minutes: None,
        minutes: Some(30),
    };
    Own {
        receipts: Receipts::new(vec![limit]).expect("a policy"),
        escalations: Escalations::new(vec![chain]).expect("a policy"),
        ..own
    }
}

fn reminded(notice: &pb::Notice) -> Vec<(UnitFunction, String)> {
    let at = |step: &pb::Escalation| step.escalated_at.as_ref().and_then(wire::instant);
    let of = |step: &pb::Escalation| (step.function(), at(step).expect("a time").to_string());
    notice.escalations.iter().map(of).collect()
}

async fn functions_are_reminded_one_after_the_other_in_office_hours(on: On) {
    let suite = &Suite::start_with(on, SERVICES, escalating).await;
    suite.clock.advance_to(at("2026-09-18T13:00:00Z"));
    // Friday 15:00. The admission notice is due on Monday at 15:00, readiness at 15:30 today.
    let admission_id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    confirm(suite, &admission_id).await;
    let of = async |unit, kind| {
        let notices = inbox(suite, unit).await;
        notices.into_iter().find(|notice| notice.kind() == kind).expect("a notice")
    };
    let ready = async |unit| of(unit, NoticeKind::Readiness).await;
    assert_eq!(due(&ready(SOCIAL).await).as_deref(), Some("2026-09-18T13:30:00Z"));
    let admitted = of(SOCIAL, NoticeKind::Admission).await;
    assert_eq!(due(&admitted).as_deref(), Some("2026-09-21T13:00:00Z"));

    suite.clock.advance_to(at("2026-09-18T13:31:00Z"));
    suite.drain().await;
    suite.pass(SignedDuration::from_mins(1)).await;
    let duty = (UnitFunction::Duty, "2026-09-18T13:32:00Z".to_owned());
    assert_eq!(reminded(&ready(SOCIAL).await), std::slice::from_ref(&duty));
    assert!(ready(OUTPATIENT).await.escalations.is_empty(), "the region has no chain");

    // An hour of office hours later it is Monday, 08:32: nobody is there at the weekend.
    suite.clock.advance_to(at("2026-09-21T06:32:00Z"));
    suite.drain().await;
    assert_eq!(reminded(&ready(SOCIAL).await).len(), 1);
    // Two who look at the same time take one step.
    suite.clock.advance_to(at("2026-09-21T06:33:00Z"));
    tokio::join!(suite.drain(), suite.drain());
    let manager = (UnitFunction::Manager, "2026-09-21T06:33:00Z".to_owned());
    assert_eq!(reminded(&ready(SOCIAL).await), [duty, manager]);
    let told = |events: Vec<Event>| {
        let of = |event| match event {
            Event::NoticeEscalated(said) => said.escalation.map(|step| step.function()),
            _ => None,
        };
        events.into_iter().filter_map(of).collect::<Vec<_>>()
    };
    let both = [UnitFunction::Duty, UnitFunction::Manager];
    for unit in [SOCIAL, WARD] {
        assert_eq!(told(events(suite, unit).await), both, "{unit}");
    }
    assert!(told(events(suite, OUTPATIENT).await).is_empty(), "what another unit received is not theirs");
    let seen = case(suite, WARD, &admission_id).await.notices;
    assert!(seen.contains(&ready(SOCIAL).await), "the sending side sees who was reminded");

    // Whoever takes note ends it.
    let notice = ready(SOCIAL).await;
    acknowledge(suite, SOCIAL, &notice).await;
    suite.clock.advance_to(at("2026-09-25T06:00:00Z"));
    suite.drain().await;
    assert_eq!(reminded(&ready(SOCIAL).await).len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn functions_are_reminded_in_office_hours_on_sqlite() {
    functions_are_reminded_one_after_the_other_in_office_hours(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn functions_are_reminded_in_office_hours_on_postgres() {
    functions_are_reminded_one_after_the_other_in_office_hours(On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_ran_out_while_nobody_looked_is_made_good_once() {
    let suite = Suite::at_rest(On::Sqlite, SERVICES).await;
    notified(&suite, &[SOCIAL]).await;
    suite.clock.advance_to(at("2026-09-17T06:00:00Z"));
    let suite = suite.restarted(SERVICES, async |_| {}).await;
    suite.drain().await;
    assert_eq!(kinds(&inbox(&suite, WARD).await), [NoticeKind::ReceiptMissing]);
    let suite = suite.restarted(SERVICES, async |_| {}).await;
    suite.pass(SignedDuration::from_mins(1)).await;
    assert_eq!(inbox(&suite, WARD).await.len(), 1);
}
