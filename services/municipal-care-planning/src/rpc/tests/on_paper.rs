//! What parties did on paper while no system was to be had (reservrutin), entered with its own times.

use hemgang_proto::{
    common::{EntryReason, RetrospectiveEntry},
    planning::{
        Ability, MeetingForm, ServiceDecision, ServiceLaw, SipNeedDecision, answer_planning_request,
        appoint_care_contact_request, confirm_receiving_request, decide_sip_need_request,
        invite_to_sip_request, set_outpatient_readiness_request,
    },
};
use jiff::Timestamp;

use super::*;

each_backend!(
    a_receipt_on_paper_has_its_own_time_and_none_before_its_notice,
    what_was_done_on_paper_stands_with_its_own_time_and_opens_no_deadline,
    what_was_said_since_holds,
    a_call_on_paper_is_in_time_by_its_own_time,
    a_call_on_paper_is_that_of_whoever_called_also_where_another_enters_it
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

fn ago(suite: &Suite, hours: i64) -> Timestamp {
    suite.clock.now() - hours.hours()
}

#[expect(clippy::unnecessary_wraps, reason = "as requests take it")]
fn paper(suite: &Suite, hours: i64) -> Option<RetrospectiveEntry> {
    let reason = EntryReason::DowntimeRoutine.into();
    Some(RetrospectiveEntry { reason, stated_at: Some(wire::timestamp(ago(suite, hours))) })
}

fn answer(suite: &Suite, admission_id: &str, hours: i64) -> pb::AnswerPlanningRequest {
    pb::AnswerPlanningRequest {
        key: Some(answer_planning_request::Key::AdmissionId(admission_id.to_owned())),
        law: ServiceLaw::Sol.into(),
        ability: Ability::Can.into(),
        ready_from: Some(wire::timestamp(suite.clock.now())),
        decision: ServiceDecision::NotRequired.into(),
        answered_by: OFFICER.to_owned(),
        retrospective_entry: paper(suite, hours),
        ..Default::default()
    }
}

async fn appoint(suite: &Suite, admission_id: &str, entry: Option<RetrospectiveEntry>) {
    let request = pb::AppointCareContactRequest {
        key: Some(appoint_care_contact_request::Key::AdmissionId(admission_id.to_owned())),
        person: CALLER.to_owned(),
        retrospective_entry: entry,
        ..Default::default()
    };
    client(suite, OUTPATIENT).appoint_care_contact(request).await.expect("appointed");
}

async fn needed(suite: &Suite, unit: &str, admission_id: &str, entry: Option<RetrospectiveEntry>) {
    let request = pb::DecideSipNeedRequest {
        key: Some(decide_sip_need_request::Key::AdmissionId(admission_id.to_owned())),
        decision: SipNeedDecision::Needed.into(),
        decided_by: OFFICER.to_owned(),
        retrospective_entry: entry,
        ..Default::default()
    };
    client(suite, unit).decide_sip_need(request).await.expect("judged");
}

async fn call(suite: &Suite, admission_id: &str, entry: Option<RetrospectiveEntry>) -> pb::Meeting {
    let request = pb::InviteToSipRequest {
        key: Some(invite_to_sip_request::Key::AdmissionId(admission_id.to_owned())),
        starts_at: Some(wire::timestamp(suite.clock.now() + 24.hours())),
        form: MeetingForm::Video.into(),
        invited: vec![SOCIAL.to_owned()],
        retrospective_entry: entry,
        ..Default::default()
    };
    let answer = client(suite, OUTPATIENT).invite_to_sip(request).await.expect("called").into_inner();
    answer.meeting.expect("a meeting")
}

async fn a_receipt_on_paper_has_its_own_time_and_none_before_its_notice(suite: &Suite) {
    notified(suite, &[SOCIAL]).await;
    suite.pass(SignedDuration::from_hours(10)).await;
    let receipt = |hours| pb::AcknowledgeNoticeRequest {
        acknowledged_by: OFFICER.to_owned(),
        retrospective_entry: paper(suite, hours),
        ..Default::default()
    };
    let notice_id = inbox(suite, SOCIAL).await.remove(0).notice_id;
    let too_early = pb::AcknowledgeNoticeRequest { notice_id: notice_id.clone(), ..receipt(11) };
    let refusal = refused(client(suite, SOCIAL).acknowledge_notice(too_early).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "BEFORE_NOTICE"));
    let without = pb::AcknowledgeNoticeRequest {
        notice_id: notice_id.clone(),
        retrospective_entry: Some(RetrospectiveEntry {
            stated_at: Some(wire::timestamp(suite.clock.now() + 1.hours())),
            ..Default::default()
        }),
        ..Default::default()
    };
    let fields = refused(client(suite, SOCIAL).acknowledge_notice(without).await).fields;
    assert_eq!(fields, ["retrospective_entry.reason", "retrospective_entry.stated_at"]);
    let on_paper = pb::AcknowledgeNoticeRequest { notice_id, ..receipt(6) };
    let answer = client(suite, SOCIAL).acknowledge_notice(on_paper).await.expect("taken note of");
    let notice = answer.into_inner().notice.expect("a notice");
    assert_eq!(notice.acknowledged_at, Some(wire::timestamp(ago(suite, 6))));
    assert_eq!(inbox(suite, SOCIAL).await[0].acknowledged_at, notice.acknowledged_at);
    let mut feed = PlanningFeedServiceClient::new(peer(suite, SOCIAL));
    let page = feed.read_events(pb::ReadEventsRequest::default()).await.expect("read").into_inner();
    let header = page.events.last().and_then(|event| event.header.clone()).expect("a header");
    assert_eq!(header.retrospective_entry, paper(suite, 6));
    assert_eq!(header.occurred_at, Some(wire::timestamp(ago(suite, 6))));
}

async fn what_was_done_on_paper_stands_with_its_own_time_and_opens_no_deadline(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    suite.pass(SignedDuration::from_hours(10)).await;
    appoint(suite, &id, paper(suite, 6)).await;
    needed(suite, OUTPATIENT, &id, paper(suite, 5)).await;
    client(suite, SOCIAL).answer_planning(answer(suite, &id, 4)).await.expect("answered");
    let readiness = pb::SetOutpatientReadinessRequest {
        key: Some(set_outpatient_readiness_request::Key::AdmissionId(id.clone())),
        ability: Ability::Can.into(),
        answered_by: OFFICER.to_owned(),
        retrospective_entry: paper(suite, 3),
        ..Default::default()
    };
    client(suite, OUTPATIENT).set_outpatient_readiness(readiness).await.expect("set");
    let receiving = pb::ConfirmReceivingRequest {
        key: Some(confirm_receiving_request::Key::AdmissionId(id.clone())),
        receives_at: Some(wire::timestamp(suite.clock.now())),
        confirmed_by: OFFICER.to_owned(),
        retrospective_entry: paper(suite, 2),
        ..Default::default()
    };
    client(suite, SOCIAL).confirm_receiving(receiving).await.expect("confirmed");
    call(suite, &id, paper(suite, 1)).await;

    let seen = case(suite, SOCIAL, &id).await;
    let at = |hours| Some(wire::timestamp(ago(suite, hours)));
    assert_eq!(seen.care_contact.and_then(|contact| contact.appointed_at), at(6));
    assert_eq!(seen.sip_needs[0].decided_at, at(5));
    assert_eq!(seen.planning_answers[0].answered_at, at(4));
    assert_eq!(seen.outpatient_readiness[0].answered_at, at(3));
    assert_eq!(seen.receivings[0].confirmed_at, at(2));
    // The others read of each in the inbox, by its own time, and as what was entered afterwards.
    let mut told: Vec<_> =
        inbox(suite, SOCIAL).await.into_iter().chain(inbox(suite, OUTPATIENT).await).collect();
    told.retain(|notice| notice.kind() != NoticeKind::Admission);
    told.sort_by_key(pb::Notice::kind);
    let told: Vec<_> =
        told.iter().map(|notice| (notice.kind(), notice.sent_at, notice.entry_reason())).collect();
    let paper = |kind, hours| (kind, at(hours), EntryReason::DowntimeRoutine);
    let expected = [
        paper(NoticeKind::SipInvitation, 1),
        paper(NoticeKind::CareContact, 6),
        paper(NoticeKind::SipNeed, 5),
        paper(NoticeKind::PlanningAnswer, 4),
        paper(NoticeKind::OutpatientReadiness, 3),
        paper(NoticeKind::ReceivingConfirmed, 2),
    ];
    assert_eq!(told, expected);
    // Nobody owed a receipt while there was no inbox.
    suite.pass(SignedDuration::from_hours(100)).await;
    let ((numerator, denominator), _) = figure(suite, "acknowledgement", []).await;
    assert_eq!((numerator, denominator), (0, 2), "the two admission notices alone");
}

async fn what_was_said_since_holds(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    suite.pass(SignedDuration::from_hours(10)).await;
    client(suite, SOCIAL).answer_planning(answer(suite, &id, 2)).await.expect("answered");
    let older = refused(client(suite, SOCIAL).answer_planning(answer(suite, &id, 3)).await);
    assert_eq!((older.code, older.reason.as_str()), (Code::FailedPrecondition, "SAID_SINCE"));
    client(suite, SOCIAL).answer_planning(answer(suite, &id, 1)).await.expect("the later holds");
    let answered_at = case(suite, SOCIAL, &id).await.planning_answers[0].answered_at;
    assert_eq!(answered_at, Some(wire::timestamp(ago(suite, 1))));
    let before = refused(client(suite, SOCIAL).answer_planning(answer(suite, &id, 1000)).await);
    assert_eq!(before.reason, "HELD_BEFORE_ADMISSION");
}

async fn a_call_on_paper_is_in_time_by_its_own_time(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    appoint(suite, &id, None).await;
    needed(suite, OUTPATIENT, &id, None).await;
    needed(suite, SOCIAL, &id, None).await;
    confirm(suite, &id).await;
    suite.pass(SignedDuration::from_hours(5 * 24)).await;
    left(suite, &id, Destination::Home).await;
    assert_eq!(figure(suite, "sip_called_in_time", [&id]).await, ((0, 1), [Some(0)]));
    assert!(call(suite, &id, None).await.statutory);
    assert_eq!(figure(suite, "sip_called_in_time", [&id]).await, ((0, 1), [Some(0)]), "too late");
    assert!(call(suite, &id, paper(suite, 4 * 24)).await.statutory);
    assert_eq!(figure(suite, "sip_called_in_time", [&id]).await, ((1, 1), [Some(1)]));
}

async fn a_call_on_paper_is_that_of_whoever_called_also_where_another_enters_it(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let appointed = pb::AppointCareContactRequest {
        key: Some(appoint_care_contact_request::Key::AdmissionId(id.clone())),
        person: OFFICER.to_owned(),
        ..Default::default()
    };
    client(suite, OUTPATIENT).appoint_care_contact(appointed).await.expect("appointed");
    suite.pass(SignedDuration::from_hours(10)).await;
    let call = |called_by: &str, retrospective_entry| pb::InviteToSipRequest {
        key: Some(invite_to_sip_request::Key::AdmissionId(id.clone())),
        starts_at: Some(wire::timestamp(suite.clock.now() + 24.hours())),
        form: MeetingForm::Video.into(),
        invited: vec![SOCIAL.to_owned()],
        called_by: called_by.to_owned(),
        retrospective_entry,
        ..Default::default()
    };
    let statutory = async |request| {
        let answer = client(suite, OUTPATIENT).invite_to_sip(request).await.expect("called").into_inner();
        answer.meeting.expect("a meeting").statutory
    };
    assert!(!statutory(call("", paper(suite, 4))).await, "a colleague called");
    assert!(statutory(call(OFFICER, paper(suite, 4))).await, "the contact called, and a colleague enters it");
    let live = refused(client(suite, OUTPATIENT).invite_to_sip(call(OFFICER, None)).await);
    assert_eq!(live.fields, ["called_by"], "nobody says of a call of today whose it is");
}
