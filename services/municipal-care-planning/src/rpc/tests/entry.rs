//! Notices that are told afterwards: delivered from the papers of the reserve routine, kept as history from an import.

use hemgang_proto::{
    admission,
    common::{EntryReason, PersonId, RetrospectiveEntry},
    readiness::{self, readiness_service_client::ReadinessServiceClient},
};
use jiff::Timestamp;

use super::*;

each_backend!(
    a_notice_on_paper_is_delivered_with_its_stated_time,
    an_imported_case_is_history_that_nobody_has_to_acknowledge,
    what_happens_after_an_import_is_news,
    a_notice_from_the_papers_after_the_departure_opens_a_closed_case
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

#[expect(clippy::unnecessary_wraps, reason = "as what is read is compared")]
fn before(suite: &Suite, hours: i64) -> Option<Timestamp> {
    Some(at(suite, hours))
}

fn at(suite: &Suite, hours: i64) -> Timestamp {
    suite.clock.now() - hours.hours()
}

#[expect(clippy::unnecessary_wraps, reason = "as requests take it")]
fn entry(suite: &Suite, reason: EntryReason, hours: i64) -> Option<RetrospectiveEntry> {
    Some(RetrospectiveEntry { reason: reason.into(), stated_at: Some(wire::timestamp(at(suite, hours))) })
}

/// A stay that began 90 hours ago, of which it was judged that somebody may be needed.
async fn judged_before(suite: &Suite, reason: EntryReason) -> String {
    let request = admission::AdmitPatientRequest {
        person_id: Some(PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: "191212121212".to_owned() }),
        name: "Tolvan Exempel".to_owned(),
        ward: WARD.to_owned(),
        admitted_at: Some(wire::timestamp(at(suite, 90))),
        admission_type: admission::AdmissionType::Unplanned.into(),
        retrospective_entry: entry(suite, reason, 90),
        ..Default::default()
    };
    let answer = ward(suite).admit_patient(request).await.expect("admitted").into_inner();
    let admission_id = answer.admission.expect("an admission").admission_id;
    let needs = admission::NeedsAssessment {
        social_services: true,
        assessed_at: Some(wire::timestamp(at(suite, 89))),
        assessed_by: OFFICER.to_owned(),
        ..Default::default()
    };
    let request = admission::AssessNeedsRequest {
        admission_id: admission_id.clone(),
        needs_assessment: Some(needs),
        retrospective_entry: entry(suite, reason, 89),
        ..Default::default()
    };
    ward(suite).assess_needs(request).await.expect("assessed");
    admission_id
}

async fn notify_before(suite: &Suite, id: &str, reason: EntryReason) {
    let request = admission::SendAdmissionNoticeRequest {
        admission_id: id.to_owned(),
        recipients: vec![SOCIAL.to_owned()],
        retrospective_entry: entry(suite, reason, 80),
        ..Default::default()
    };
    ward(suite).send_admission_notice(request).await.expect("sent");
}

async fn ready_before(suite: &Suite, id: &str, reason: EntryReason) {
    let request = readiness::ConfirmReadinessRequest {
        admission_id: id.to_owned(),
        assessed_at: Some(wire::timestamp(at(suite, 52))),
        assessed_by: OFFICER.to_owned(),
        retrospective_entry: entry(suite, reason, 50),
        ..Default::default()
    };
    let mut client = ReadinessServiceClient::new(suite.peer("ward", WARD, "region"));
    client.confirm_readiness(request).await.expect("confirmed");
}

async fn home_before(suite: &Suite, id: &str, reason: EntryReason) {
    let request = admission::DischargePatientRequest {
        admission_id: id.to_owned(),
        discharged_at: Some(wire::timestamp(at(suite, 30))),
        destination: Destination::Home.into(),
        retrospective_entry: entry(suite, reason, 29),
        ..Default::default()
    };
    ward(suite).discharge_patient(request).await.expect("discharged");
}

async fn unacknowledged(suite: &Suite) -> Vec<pb::Notice> {
    let request = pb::ListInboxRequest { unacknowledged_only: true, ..Default::default() };
    client(suite, SOCIAL).list_inbox(request).await.expect("listed").into_inner().notices
}

/// Kind, when it was sent, and why it was told afterwards.
fn sent(notices: &[pb::Notice]) -> Vec<(NoticeKind, Option<Timestamp>, EntryReason)> {
    let mut sent: Vec<_> = notices
        .iter()
        .map(|notice| (notice.kind(), notice.sent_at.as_ref().and_then(wire::instant), notice.entry_reason()))
        .collect();
    sent.sort_by_key(|(kind, ..)| *kind);
    sent
}

async fn whole_stay(suite: &Suite, reason: EntryReason) -> String {
    let id = judged_before(suite, reason).await;
    notify_before(suite, &id, reason).await;
    suite.drain().await;
    ready_before(suite, &id, reason).await;
    suite.drain().await;
    home_before(suite, &id, reason).await;
    suite.drain().await;
    id
}

fn as_stated(suite: &Suite, reason: EntryReason) -> Vec<(NoticeKind, Option<Timestamp>, EntryReason)> {
    vec![
        (NoticeKind::Admission, before(suite, 80), reason),
        (NoticeKind::Readiness, before(suite, 50), reason),
        (NoticeKind::Departure, before(suite, 29), reason),
    ]
}

async fn a_notice_on_paper_is_delivered_with_its_stated_time(suite: &Suite) {
    let reason = EntryReason::DowntimeRoutine;
    let id = whole_stay(suite, reason).await;
    let waiting = unacknowledged(suite).await;
    assert_eq!(sent(&waiting), as_stated(suite, reason));
    let now = before(suite, 0);
    assert!(waiting.iter().all(|notice| notice.delivered_at.as_ref().and_then(wire::instant) == now));
    let case = case(suite, SOCIAL, &id).await;
    assert_eq!(
        (case.state(), case.parties[0].since.as_ref().and_then(wire::instant)),
        (CaseState::Discharged, before(suite, 80))
    );

    let mut feed = PlanningFeedServiceClient::new(peer(suite, SOCIAL));
    let page = feed.read_events(pb::ReadEventsRequest::default()).await.expect("read").into_inner();
    let headers: Vec<_> = page.events.into_iter().filter_map(|event| event.header).collect();
    let told: Vec<_> = headers.iter().map(|header| header.retrospective_entry).collect();
    assert_eq!(told, [80, 80, 50, 29].map(|hours| entry(suite, reason, hours)));
    assert!(headers.iter().all(|header| header.recorded_at.as_ref().and_then(wire::instant) == now));
}

async fn an_imported_case_is_history_that_nobody_has_to_acknowledge(suite: &Suite) {
    let live = notified(suite, &[SOCIAL]).await;
    let id = whole_stay(suite, EntryReason::Import).await;
    let waiting = unacknowledged(suite).await;
    assert_eq!((waiting.len(), waiting[0].admission_id.as_str()), (1, live.as_str()));
    // It is there in its own time: behind what came here, in the inbox and among the cases.
    let all = inbox(suite, SOCIAL).await;
    assert_eq!(all[0].admission_id, live);
    assert_eq!(sent(&all[1..]), as_stated(suite, EntryReason::Import));
    assert!(all[1..].iter().all(|notice| notice.delivered_at == notice.sent_at));
    let listed: Vec<_> = cases(suite, SOCIAL).await.into_iter().map(|case| case.admission_id).collect();
    assert_eq!(listed, [live, id.clone()]);
    let seen = case(suite, SOCIAL, &id).await;
    assert_eq!(
        (seen.state(), seen.discharged_at.as_ref().and_then(wire::instant)),
        (CaseState::Discharged, before(suite, 30))
    );
}

async fn what_happens_after_an_import_is_news(suite: &Suite) {
    let id = judged_before(suite, EntryReason::Import).await;
    notify_before(suite, &id, EntryReason::Import).await;
    suite.drain().await;
    assert!(unacknowledged(suite).await.is_empty());
    confirm(suite, &id).await;
    assert_eq!(
        sent(&unacknowledged(suite).await),
        [(NoticeKind::Readiness, before(suite, 0), EntryReason::Unspecified)]
    );
}

async fn a_notice_from_the_papers_after_the_departure_opens_a_closed_case(suite: &Suite) {
    let reason = EntryReason::DowntimeRoutine;
    let id = judged_before(suite, reason).await;
    home_before(suite, &id, reason).await;
    suite.drain().await;
    notify_before(suite, &id, reason).await;
    suite.drain().await;
    let seen = case(suite, SOCIAL, &id).await;
    assert_eq!(
        (seen.state(), seen.discharged_at.as_ref().and_then(wire::instant)),
        (CaseState::Discharged, before(suite, 30))
    );
    assert_eq!(kinds(&unacknowledged(suite).await), [NoticeKind::Admission]);
}
