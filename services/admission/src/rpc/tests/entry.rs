//! What is told afterwards: from papers of the reserve routine, or from the system of before.

use hemgang_proto::common::{EntryReason, EventHeader, RetrospectiveEntry};
use jiff::Timestamp;

use super::*;

each_backend!(
    a_stay_on_paper_is_told_at_its_own_times_in_any_order,
    what_is_older_takes_nothing_back,
    a_stated_time_lies_in_the_stay_and_not_in_the_future,
    a_replay_of_an_entry_has_one_effect,
    a_ward_that_has_closed_since_is_known_on_its_day,
    the_first_notice_of_a_figure_is_the_one_that_was_sent_first,
    an_expected_discharge_on_paper_gives_way_to_what_was_said_since
    on &[crate::SERVICE]
);

fn before(suite: &Suite, hours: i64) -> Timestamp {
    suite.clock.now() - hours.hours()
}

#[expect(clippy::unnecessary_wraps, reason = "as requests take it")]
fn entry(reason: EntryReason, stated_at: Timestamp) -> Option<RetrospectiveEntry> {
    Some(RetrospectiveEntry { reason: reason.into(), stated_at: Some(wire::timestamp(stated_at)) })
}

fn paper(suite: &Suite, hours: i64) -> Option<RetrospectiveEntry> {
    entry(EntryReason::DowntimeRoutine, before(suite, hours))
}

/// A stay that began so many hours ago, told now.
async fn admitted_before(suite: &Suite, hours: i64) -> String {
    let request = pb::AdmitPatientRequest {
        admitted_at: Some(wire::timestamp(before(suite, hours))),
        retrospective_entry: paper(suite, hours),
        ..request(suite, "1")
    };
    let answer = client(suite, WARD).admit_patient(request).await.expect("admitted").into_inner();
    answer.admission.expect("an admission").admission_id
}

fn needs(suite: &Suite, id: &str, hours: i64) -> pb::AssessNeedsRequest {
    let needs_assessment = Some(pb::NeedsAssessment {
        social_services: true,
        assessed_at: Some(wire::timestamp(before(suite, hours))),
        assessed_by: PHYSICIAN.to_owned(),
        ..Default::default()
    });
    let retrospective_entry = paper(suite, hours);
    pb::AssessNeedsRequest {
        admission_id: id.to_owned(),
        needs_assessment,
        retrospective_entry,
        ..Default::default()
    }
}

fn notice(id: &str, retrospective_entry: Option<RetrospectiveEntry>) -> pb::SendAdmissionNoticeRequest {
    let recipients = vec![MUNICIPAL.to_owned()];
    pb::SendAdmissionNoticeRequest {
        admission_id: id.to_owned(),
        recipients,
        retrospective_entry,
        ..Default::default()
    }
}

fn agreed(
    suite: &Suite,
    id: &str,
    destination: Destination,
    retrospective_entry: Option<RetrospectiveEntry>,
) -> pb::SendDischargeNoticeRequest {
    pb::SendDischargeNoticeRequest {
        admission_id: id.to_owned(),
        agreed_at: Some(wire::timestamp(before(suite, 1))),
        destination: destination.into(),
        retrospective_entry,
        ..Default::default()
    }
}

async fn headers(suite: &Suite) -> Vec<EventHeader> {
    let peer = suite.peer("hospital", "SE2321000131-E000000001001", "region");
    let mut feed = pb::admission_feed_service_client::AdmissionFeedServiceClient::new(peer);
    let page = feed.read_events(pb::ReadEventsRequest::default()).await.expect("read").into_inner();
    page.events.into_iter().filter_map(|event| event.header).collect()
}

async fn get(suite: &Suite, id: &str) -> pb::Admission {
    let key = Some(pb::get_admission_request::Key::AdmissionId(id.to_owned()));
    let answer = client(suite, WARD)
        .get_admission(pb::GetAdmissionRequest { key, ..Default::default() })
        .await
        .expect("seen");
    answer.into_inner().admission.expect("an admission")
}

async fn a_stay_on_paper_is_told_at_its_own_times_in_any_order(suite: &Suite) {
    let mut ward = client(suite, WARD);
    let id = admitted_before(suite, 40).await;
    // The departure is entered first, by the hospital's own system perhaps.
    let home = pb::DischargePatientRequest {
        admission_id: id.clone(),
        discharged_at: Some(wire::timestamp(before(suite, 2))),
        destination: Destination::Home.into(),
        retrospective_entry: paper(suite, 2),
        ..Default::default()
    };
    ward.discharge_patient(home.clone()).await.expect("discharged");
    ward.discharge_patient(home.clone()).await.expect("told again, it says nothing new");
    ward.assess_needs(needs(suite, &id, 38)).await.expect("assessed");
    ward.send_admission_notice(notice(&id, paper(suite, 36))).await.expect("sent");
    let told = ward.send_discharge_notice(agreed(suite, &id, Destination::Home, paper(suite, 5))).await;
    let stay = told.expect("sent").into_inner().admission.expect("an admission");
    assert_eq!(stay.state(), pb::AdmissionState::Discharged);
    assert_eq!(stay.admission_notices[0].sent_at, Some(wire::timestamp(before(suite, 36))));
    let agreement = stay.discharge_notice.expect("a discharge notice");
    assert_eq!(agreement.sent_at, Some(wire::timestamp(before(suite, 5))));

    // Two times for everything, and the stated one beside them.
    let now = Some(wire::timestamp(suite.clock.now()));
    let told: Vec<_> = headers(suite).await;
    let kinds: Vec<_> = told.iter().map(|header| header.kind.as_str()).collect();
    let expected = [
        "PatientAdmitted",
        "PatientDischarged",
        "NeedsAssessed",
        "AdmissionNoticeSent",
        "DischargeNoticeSent",
    ];
    assert_eq!(kinds, expected);
    for (header, hours) in told.iter().zip([40, 2, 38, 36, 5]) {
        assert_eq!(header.occurred_at, Some(wire::timestamp(before(suite, hours))), "{}", header.kind);
        assert_eq!(header.recorded_at, now);
        assert_eq!(header.retrospective_entry, paper(suite, hours));
    }
    // After the departure nothing was sent any more, on paper or not.
    let refusal = refused(ward.send_admission_notice(notice(&id, paper(suite, 1))).await);
    assert_eq!(refusal.reason, "ADMISSION_NOT_OPEN");
    assert_eq!(refused(ward.send_admission_notice(notice(&id, None)).await).reason, "ADMISSION_NOT_OPEN");
}

async fn what_is_older_takes_nothing_back(suite: &Suite) {
    let mut ward = client(suite, WARD);
    let id = admitted_before(suite, 40).await;
    let live = pb::AssessNeedsRequest { retrospective_entry: None, ..needs(suite, &id, 1) };
    ward.assess_needs(live).await.expect("assessed");
    let nobody = pb::AssessNeedsRequest {
        needs_assessment: Some(pb::NeedsAssessment {
            social_services: false,
            ..needs(suite, &id, 30).needs_assessment.expect("needs")
        }),
        ..needs(suite, &id, 30)
    };
    ward.assess_needs(nobody).await.expect("assessed");
    ward.send_admission_notice(notice(&id, None)).await.expect("somebody is needed still");
    ward.send_discharge_notice(agreed(suite, &id, Destination::CareHome, None)).await.expect("sent");
    let older = agreed(suite, &id, Destination::Home, paper(suite, 20));
    ward.send_discharge_notice(older).await.expect("sent");
    let stay = get(suite, &id).await;
    assert!(stay.needs_assessment.expect("needs").social_services);
    assert_eq!(stay.discharge_notice.expect("a notice").destination(), Destination::CareHome);
    // Both were told.
    let kinds = headers(suite).await.into_iter().map(|header| header.kind);
    let told = |kind: &str, kinds: &[String]| kinds.iter().filter(|told| *told == kind).count();
    let kinds: Vec<_> = kinds.collect();
    assert_eq!((told("NeedsAssessed", &kinds), told("DischargeNoticeSent", &kinds)), (2, 2));
}

async fn a_stated_time_lies_in_the_stay_and_not_in_the_future(suite: &Suite) {
    let mut ward = client(suite, WARD);
    let id = admitted_before(suite, 40).await;
    let mut reasons = vec![
        refused(
            ward.assess_needs(pb::AssessNeedsRequest {
                retrospective_entry: paper(suite, 41),
                ..needs(suite, &id, 3)
            })
            .await,
        )
        .reason,
    ];
    ward.assess_needs(needs(suite, &id, 38)).await.expect("assessed");
    reasons.push(refused(ward.send_admission_notice(notice(&id, paper(suite, 41))).await).reason);
    ward.send_admission_notice(notice(&id, paper(suite, 36))).await.expect("sent");
    let early = agreed(suite, &id, Destination::Home, paper(suite, 41));
    reasons.push(refused(ward.send_discharge_notice(early).await).reason);
    let died = pb::RecordDeathRequest {
        admission_id: id.clone(),
        died_at: Some(wire::timestamp(before(suite, 2))),
        retrospective_entry: paper(suite, 41),
        ..Default::default()
    };
    reasons.push(refused(ward.record_death(died.clone()).await).reason);
    let admit = pb::AdmitPatientRequest { retrospective_entry: paper(suite, 1), ..request(suite, "2") };
    reasons.push(refused(ward.admit_patient(admit.clone()).await).reason);
    assert!(reasons.iter().all(|reason| reason == "BEFORE_ADMISSION"), "{reasons:?}");

    let wrong = pb::AdmitPatientRequest {
        retrospective_entry: Some(RetrospectiveEntry::default()),
        ward: String::new(),
        ..admit
    };
    let named = ["retrospective_entry.reason", "retrospective_entry.stated_at", "ward"];
    assert_eq!(refused(ward.admit_patient(wrong).await).fields, named);
    let ahead = refused(ward.send_admission_notice(notice(&id, paper(suite, -1))).await);
    assert_eq!(ahead.fields, ["retrospective_entry.stated_at"]);
    // When it was registered is said once.
    let registered_at = Some(wire::timestamp(before(suite, 1)));
    let twice =
        pb::RecordDeathRequest { registered_at, retrospective_entry: paper(suite, 1), ..died.clone() };
    assert_eq!(refused(ward.record_death(twice).await).fields, ["registered_at"]);
    let died = pb::RecordDeathRequest { retrospective_entry: paper(suite, 2), ..died };
    let stay = ward.record_death(died).await.expect("recorded").into_inner().admission;
    assert_eq!(stay.expect("an admission").state(), pb::AdmissionState::Deceased);
}

async fn a_replay_of_an_entry_has_one_effect(suite: &Suite) {
    let mut ward = client(suite, WARD);
    let id = admitted_before(suite, 40).await;
    let request_id = || hemgang_core::id::random().to_string();
    let needs = pb::AssessNeedsRequest { request_id: request_id(), ..needs(suite, &id, 38) };
    let notice = pb::SendAdmissionNoticeRequest { request_id: request_id(), ..notice(&id, paper(suite, 36)) };
    let agreed = agreed(suite, &id, Destination::Home, paper(suite, 5));
    let agreed = pb::SendDischargeNoticeRequest { request_id: request_id(), ..agreed };
    let first = (
        ward.assess_needs(needs.clone()).await.expect("assessed").into_inner(),
        ward.send_admission_notice(notice.clone()).await.expect("sent").into_inner(),
        ward.send_discharge_notice(agreed.clone()).await.expect("sent").into_inner(),
    );
    let told = headers(suite).await.len();
    let again = (
        ward.assess_needs(needs).await.expect("replayed").into_inner(),
        ward.send_admission_notice(notice.clone()).await.expect("replayed").into_inner(),
        ward.send_discharge_notice(agreed).await.expect("replayed").into_inner(),
    );
    assert_eq!((again, headers(suite).await.len()), (first, told));
    let other = pb::SendAdmissionNoticeRequest { retrospective_entry: paper(suite, 35), ..notice };
    assert_eq!(refused(ward.send_admission_notice(other).await).reason, "REQUEST_ID_REUSED");
}

async fn a_ward_that_has_closed_since_is_known_on_its_day(suite: &Suite) {
    // The directory begins in 2018: its units are not there before.
    let old: Timestamp = "2017-06-01T08:00:00Z".parse().expect("an instant");
    let stay = |at| pb::AdmitPatientRequest {
        admitted_at: Some(wire::timestamp(at)),
        retrospective_entry: entry(EntryReason::Import, at),
        ..request(suite, "1")
    };
    let mut ward = client(suite, WARD);
    assert_eq!(refused(ward.admit_patient(stay(old)).await).fields, ["ward"]);
    let later: Timestamp = "2019-06-01T08:00:00Z".parse().expect("an instant");
    ward.admit_patient(stay(later)).await.expect("admitted");
}

async fn the_first_notice_of_a_figure_is_the_one_that_was_sent_first(suite: &Suite) {
    let mut ward = client(suite, WARD);
    let id = admitted_before(suite, 24 * 30).await;
    ward.assess_needs(needs(suite, &id, 24 * 29)).await.expect("assessed");
    ward.send_admission_notice(notice(&id, None)).await.expect("sent");
    ward.send_admission_notice(notice(&id, paper(suite, 24 * 28))).await.expect("sent");
    let stay = get(suite, &id).await;
    let sent: Vec<_> = stay.admission_notices.iter().map(|notice| notice.sent_at).collect();
    let now = suite.clock.now();
    assert_eq!(sent, [before(suite, 24 * 28), now].map(|at| Some(wire::timestamp(at))));
    let cx = suite.process.contexts().next().expect("admission");
    let counted = |from, to| crate::store::first_sent::list(&cx.db, from, to);
    let day = hemgang_core::day::local_day;
    let (then, today) = (day(before(suite, 24 * 28)), day(now));
    assert_eq!(counted(today, today).await.expect("read").len(), 0);
    let first = counted(then, then).await.expect("read");
    assert_eq!((first.len(), first[0].on, first[0].recipients.len()), (1, then, 2));
}

async fn an_expected_discharge_on_paper_gives_way_to_what_was_said_since(suite: &Suite) {
    let id = admitted_before(suite, 90).await;
    let expected = |day: i8, retrospective_entry| pb::ChangeExpectedDischargeRequest {
        admission_id: id.clone(),
        expected_discharge: Some(wire::expected_discharge(hemgang_core::expected::ExpectedDischarge::On(
            jiff::civil::date(2026, 9, day),
        ))),
        retrospective_entry,
        ..Default::default()
    };
    let stands = async || get(suite, &id).await.expected_discharge;
    client(suite, WARD).change_expected_discharge(expected(20, paper(suite, 10))).await.expect("entered");
    assert_eq!(stands().await, expected(20, None).expected_discharge);
    assert_eq!(headers(suite).await.last().expect("a header").retrospective_entry, paper(suite, 10));
    client(suite, WARD).change_expected_discharge(expected(19, paper(suite, 11))).await.expect("older");
    assert_eq!(stands().await, expected(20, None).expected_discharge, "what was said since holds");
    let twice = pb::ChangeExpectedDischargeRequest {
        registered_at: Some(wire::timestamp(before(suite, 5))),
        ..expected(21, paper(suite, 5))
    };
    assert_eq!(refused(client(suite, WARD).change_expected_discharge(twice).await).fields, ["registered_at"]);
}
