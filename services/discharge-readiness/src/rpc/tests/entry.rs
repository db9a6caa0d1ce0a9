//! Judgements and notices that are told afterwards, and the figures that count them by their stated times.

use hemgang_proto::{
    admission as adm,
    common::{EntryReason, ListIndicatorCasesRequest, RetrospectiveEntry},
    readiness::{JudgementKind, readiness_feed_service_client::ReadinessFeedServiceClient},
};
use jiff::Timestamp;

use super::*;

each_backend!(
    a_judgement_on_paper_counts_by_its_stated_times,
    a_judgement_on_paper_is_taken_after_the_departure,
    a_stated_time_lies_in_the_stay_and_not_in_the_future,
    a_replay_of_an_entry_has_one_effect,
    figures_count_imports_by_their_times_and_leave_out_the_reserve_routine,
    a_judgement_or_a_departure_alone_makes_a_figure_rest_on_papers
    on &[hemgang_admission::SERVICE, crate::SERVICE]
);

fn before(suite: &Suite, hours: i64) -> Timestamp {
    suite.clock.now() - hours.hours()
}

#[expect(clippy::unnecessary_wraps, reason = "as requests take it")]
fn entry(suite: &Suite, reason: EntryReason, hours: i64) -> Option<RetrospectiveEntry> {
    let stated_at = Some(wire::timestamp(before(suite, hours)));
    Some(RetrospectiveEntry { reason: reason.into(), stated_at })
}

fn paper(suite: &Suite, hours: i64) -> Option<RetrospectiveEntry> {
    entry(suite, EntryReason::DowntimeRoutine, hours)
}

/// A stay that began so many hours ago, with a notice that was sent so many hours ago.
async fn notified_before(suite: &Suite, reason: EntryReason, [came, judged, sent]: [i64; 3]) -> String {
    let (mut wards, _) = ward(suite);
    let at = |hours| Some(wire::timestamp(before(suite, hours)));
    let request = adm::AdmitPatientRequest {
        person_id: Some(PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: "191212121212".to_owned() }),
        ward: WARD.to_owned(),
        admitted_at: at(came),
        admission_type: adm::AdmissionType::Unplanned.into(),
        retrospective_entry: entry(suite, reason, came),
        ..Default::default()
    };
    let answer = wards.admit_patient(request).await.expect("admitted").into_inner();
    let admission_id = answer.admission.expect("an admission").admission_id;
    let needs = adm::NeedsAssessment {
        social_services: true,
        assessed_at: at(judged),
        assessed_by: PHYSICIAN.to_owned(),
        ..Default::default()
    };
    let needs = adm::AssessNeedsRequest {
        admission_id: admission_id.clone(),
        needs_assessment: Some(needs),
        retrospective_entry: entry(suite, reason, judged),
        ..Default::default()
    };
    wards.assess_needs(needs).await.expect("assessed");
    let notice = adm::SendAdmissionNoticeRequest {
        admission_id: admission_id.clone(),
        recipients: vec![MUNICIPAL.to_owned()],
        retrospective_entry: entry(suite, reason, sent),
        ..Default::default()
    };
    wards.send_admission_notice(notice).await.expect("sent");
    admission_id
}

fn judged(suite: &Suite, id: &str, hours: i64, stated: i64) -> pb::ConfirmReadinessRequest {
    pb::ConfirmReadinessRequest {
        assessed_at: Some(wire::timestamp(before(suite, hours))),
        retrospective_entry: paper(suite, stated),
        ..confirm(suite, id)
    }
}

async fn went_home(suite: &Suite, id: &str, hours: i64) {
    let request = adm::DischargePatientRequest {
        admission_id: id.to_owned(),
        discharged_at: Some(wire::timestamp(before(suite, hours))),
        destination: Destination::Home.into(),
        retrospective_entry: paper(suite, hours),
        ..Default::default()
    };
    ward(suite).0.discharge_patient(request).await.expect("discharged");
}

async fn counts(suite: &Suite, indicator: &str) -> (i64, i64) {
    let mut client = IndicatorServiceClient::new(suite.peer("quality", WARD, "region"));
    let request = QueryIndicatorRequest {
        indicator_id: indicator.to_owned(),
        period: Some(Period {
            from: Some(wire::date(date(2026, 9, 1))),
            to: Some(wire::date(date(2026, 9, 30))),
        }),
        ..Default::default()
    };
    let set = client.query_indicator(request).await.expect("figures").into_inner().figure_set;
    let total = set.expect("a set").total.expect("a total");
    (total.numerator, total.denominator)
}

async fn a_judgement_on_paper_counts_by_its_stated_times(suite: &Suite) {
    let id = notified_before(suite, EntryReason::DowntimeRoutine, [90, 89, 88]).await;
    let (_, mut client) = ward(suite);
    let told = client.confirm_readiness(judged(suite, &id, 50, 49)).await.expect("confirmed").into_inner();
    let since = told.readiness.expect("a readiness").ready_since;
    assert_eq!(since, Some(wire::timestamp(before(suite, 50))));
    let back = pb::WithdrawReadinessRequest {
        retrospective_entry: paper(suite, 40),
        ..withdraw(&id, WithdrawalReason::Deteriorated)
    };
    client.withdraw_readiness(back).await.expect("withdrawn");
    // The physician judged when the paper was written, where it says no other time.
    let early = pb::ConfirmReadinessRequest { assessed_at: None, ..judged(suite, &id, 0, 45) };
    assert_eq!(refused(client.confirm_readiness(early.clone()).await).reason, "ASSESSED_BEFORE_WITHDRAWAL");
    let again = pb::ConfirmReadinessRequest { retrospective_entry: paper(suite, 30), ..early };
    client.confirm_readiness(again).await.expect("confirmed");
    let seen = get(suite, "ward", WARD, &id).await.expect("seen");
    let acts: Vec<_> =
        seen.judgements.iter().map(|act| (act.kind(), act.notified_at, act.assessed_at)).collect();
    let at = |hours| Some(wire::timestamp(before(suite, hours)));
    let expected = [
        (JudgementKind::Confirmed, at(49), at(50)),
        (JudgementKind::Withdrawn, at(40), at(40)),
        (JudgementKind::Confirmed, at(30), None),
    ];
    assert_eq!((acts, seen.ready_since), (expected.to_vec(), at(30)));

    let mut feed =
        ReadinessFeedServiceClient::new(suite.peer("hospital", "SE2321000131-E000000001001", "region"));
    let page = feed.read_events(pb::ReadEventsRequest::default()).await.expect("read").into_inner();
    let headers: Vec<_> = page.events.into_iter().filter_map(|event| event.header).collect();
    let entries: Vec<_> = headers.iter().map(|header| header.retrospective_entry).collect();
    assert_eq!(entries, [49, 40, 30].map(|hours| paper(suite, hours)));
    assert!(headers.iter().all(|header| header.recorded_at == at(0)));
}

async fn a_judgement_on_paper_is_taken_after_the_departure(suite: &Suite) {
    let id = notified_before(suite, EntryReason::DowntimeRoutine, [90, 89, 88]).await;
    went_home(suite, &id, 10).await;
    let (_, mut client) = ward(suite);
    client.confirm_readiness(judged(suite, &id, 12, 11)).await.expect("confirmed");
    // It was told in time: the paper says so.
    assert_eq!(counts(suite, "late_ready_notice").await, (0, 1));
    assert_eq!(counts(suite, "same_day").await, (1, 1));
    let back = |hours| pb::WithdrawReadinessRequest {
        retrospective_entry: paper(suite, hours),
        ..withdraw(&id, WithdrawalReason::Deteriorated)
    };
    assert_eq!(refused(client.withdraw_readiness(back(9)).await).reason, "ALREADY_DISCHARGED");
    client.withdraw_readiness(back(11)).await.expect("withdrawn");
    let late = pb::ConfirmReadinessRequest { assessed_at: None, ..judged(suite, &id, 0, 9) };
    client.confirm_readiness(late).await.expect("confirmed");
    assert_eq!(counts(suite, "late_ready_notice").await, (1, 1));
}

async fn a_stated_time_lies_in_the_stay_and_not_in_the_future(suite: &Suite) {
    let id = notified_before(suite, EntryReason::DowntimeRoutine, [90, 89, 88]).await;
    let (_, mut client) = ward(suite);
    let early = judged(suite, &id, 50, 91);
    assert_eq!(refused(client.confirm_readiness(early).await).reason, "STATED_BEFORE_ADMISSION");
    let wrong = pb::ConfirmReadinessRequest { assessed_by: String::new(), ..judged(suite, &id, 50, -1) };
    let named = ["retrospective_entry.stated_at", "assessed_by"];
    assert_eq!(refused(client.confirm_readiness(wrong).await).fields, named);
    client.confirm_readiness(judged(suite, &id, 50, 49)).await.expect("confirmed");
    let back = |entry| pb::WithdrawReadinessRequest {
        retrospective_entry: entry,
        ..withdraw(&id, WithdrawalReason::RegisteredInError)
    };
    let early = refused(client.withdraw_readiness(back(paper(suite, 91))).await);
    assert_eq!(early.reason, "STATED_BEFORE_ADMISSION");
    let nothing = refused(client.withdraw_readiness(back(Some(RetrospectiveEntry::default()))).await);
    assert_eq!(nothing.fields, ["retrospective_entry.reason", "retrospective_entry.stated_at"]);
}

async fn a_replay_of_an_entry_has_one_effect(suite: &Suite) {
    let id = notified_before(suite, EntryReason::Import, [90, 89, 88]).await;
    let (_, mut client) = ward(suite);
    let request_id = hemgang_core::id::random().to_string();
    let confirm = pb::ConfirmReadinessRequest { request_id, ..judged(suite, &id, 50, 49) };
    let first = client.confirm_readiness(confirm.clone()).await.expect("confirmed").into_inner();
    let again = client.confirm_readiness(confirm.clone()).await.expect("replayed").into_inner();
    assert_eq!(first, again);
    let other = pb::ConfirmReadinessRequest { retrospective_entry: paper(suite, 48), ..confirm };
    assert_eq!(refused(client.confirm_readiness(other).await).reason, "REQUEST_ID_REUSED");
    let request_id = hemgang_core::id::random().to_string();
    let back = withdraw(&id, WithdrawalReason::Deteriorated);
    let back = pb::WithdrawReadinessRequest { request_id, retrospective_entry: paper(suite, 40), ..back };
    let first = client.withdraw_readiness(back.clone()).await.expect("withdrawn").into_inner();
    assert_eq!(client.withdraw_readiness(back).await.expect("replayed").into_inner(), first);
}

async fn figures_count_imports_by_their_times_and_leave_out_the_reserve_routine(suite: &Suite) {
    for sent in [80, 60] {
        let imported = notified_before(suite, EntryReason::Import, [90, 89, sent]).await;
        discharge(suite, &imported, Destination::OtherHospital).await;
    }
    let on_paper = notified_before(suite, EntryReason::DowntimeRoutine, [90, 89, 60]).await;
    // It is a case all the same.
    went_home(suite, &on_paper, 10).await;
    assert_eq!(counts(suite, "notice_within_24h").await, (1, 2));
    assert_eq!(counts(suite, "missing_messages").await, (1, 1));
    assert_eq!(counts(suite, "notified_admissions").await, (3, 0));
    // And the figure says that it rests on papers.
    assert_eq!(on_papers(suite, "missing_messages").await, (1, vec![on_paper.clone()]));
    assert_eq!(on_papers(suite, "notified_admissions").await, (1, vec![on_paper]));
    assert_eq!(on_papers(suite, "notice_within_24h").await, (0, vec![]));
}

async fn a_judgement_or_a_departure_alone_makes_a_figure_rest_on_papers(suite: &Suite) {
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(notified_before(suite, EntryReason::Import, [90, 89, 80]).await);
    }
    let (_, mut client) = ward(suite);
    client.confirm_readiness(judged(suite, &ids[1], 12, 11)).await.expect("confirmed");
    discharge(suite, &ids[0], Destination::Home).await;
    discharge(suite, &ids[1], Destination::Home).await;
    went_home(suite, &ids[2], 10).await;
    ids.remove(0);
    ids.sort();
    assert_eq!(on_papers(suite, "missing_messages").await, (2, ids));
}

/// Of how many cases a figure says that they rest on papers, and which those are.
async fn on_papers(suite: &Suite, indicator: &str) -> (i64, Vec<String>) {
    let day = |day| Some(wire::date(date(2026, 9, day)));
    let period = Some(Period { from: day(1), to: day(30) });
    let indicator_id = indicator.to_owned();
    let mut client = IndicatorServiceClient::new(suite.peer("quality", WARD, "region"));
    let request = QueryIndicatorRequest { indicator_id: indicator_id.clone(), period, ..Default::default() };
    let set = client.query_indicator(request).await.expect("figures").into_inner().figure_set;
    let request = ListIndicatorCasesRequest { indicator_id, period, ..Default::default() };
    let cases = client.list_indicator_cases(request).await.expect("cases").into_inner().cases;
    let marked = cases.into_iter().filter(|case| case.on_paper).map(|case| case.admission_id);
    let mut marked: Vec<_> = marked.collect();
    marked.sort();
    (set.expect("a set").total.expect("a total").on_paper, marked)
}
