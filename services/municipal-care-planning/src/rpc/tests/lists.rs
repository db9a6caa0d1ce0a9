//! Lists of what is open and of everything, as each side sees them, in pages of one.

use std::slice::from_ref;

use hemgang_proto::common;
use hemgang_testing::{Suite, each_backend};

use super::*;

each_backend!(
    who_is_to_go_home_when_is_listed_by_the_agreed_day_or_else_the_expected_one,
    a_case_is_listed_once_for_several_units_while_open_and_after,
    an_inbox_says_what_is_owed
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

/// The admissions of the cases in these states.
async fn listed(suite: &Suite, unit: &str, states: &[CaseState]) -> Vec<String> {
    let (mut ids, mut page_token) = (Vec::new(), String::new());
    loop {
        let states = states.iter().map(|state| i32::from(*state)).collect();
        let request = pb::ListCasesRequest { page_size: 1, page_token, states, ..Default::default() };
        let page = client(suite, unit).list_cases(request).await.expect("a page").into_inner();
        ids.extend(page.cases.into_iter().map(|case| case.admission_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return ids;
        }
    }
}

async fn a_case_is_listed_once_for_several_units_while_open_and_after(suite: &Suite) {
    const OPEN: [CaseState; 2] = [CaseState::Planning, CaseState::Ready];
    let first = notified(suite, &[SOCIAL, HEALTH, OUTPATIENT]).await;
    suite.pass(SignedDuration::from_hours(1)).await;
    let second = notified(suite, &[HEALTH, SOCIAL, OUTPATIENT]).await;
    let units = [SOCIAL, HEALTH, RECEPTION, OUTPATIENT, WARD];
    for unit in units {
        assert_eq!(listed(suite, unit, &OPEN).await, [second.as_str(), &first], "{unit}");
        assert_eq!(listed(suite, unit, &[]).await, [second.as_str(), &first], "{unit}");
    }
    suite.pass(SignedDuration::from_hours(1)).await;
    let discharge = admission::DischargePatientRequest {
        admission_id: second.clone(),
        discharged_at: Some(wire::timestamp(suite.clock.now())),
        destination: Destination::Home.into(),
        ..Default::default()
    };
    ward(suite).discharge_patient(discharge).await.expect("discharged");
    suite.drain().await;
    // A unit that a paper of before the departure names joins what is closed.
    let paper = common::RetrospectiveEntry {
        reason: common::EntryReason::DowntimeRoutine.into(),
        stated_at: Some(wire::timestamp(suite.clock.now() - SignedDuration::from_mins(30))),
    };
    let notice = admission::SendAdmissionNoticeRequest {
        admission_id: second.clone(),
        recipients: vec![ELSEWHERE.to_owned()],
        retrospective_entry: Some(paper),
        ..Default::default()
    };
    ward(suite).send_admission_notice(notice).await.expect("sent");
    suite.drain().await;
    for unit in units {
        assert_eq!(listed(suite, unit, &OPEN).await, [first.as_str()], "{unit}");
        assert_eq!(listed(suite, unit, &[CaseState::Discharged]).await, [second.as_str()], "{unit}");
        assert_eq!(listed(suite, unit, &[]).await, [second.as_str(), &first], "{unit}");
    }
    assert_eq!(listed(suite, ELSEWHERE, &OPEN).await, Vec::<String>::new());
    assert_eq!(listed(suite, ELSEWHERE, &[]).await, [second.as_str()]);
    let cancel = admission::CancelDischargeRequest { admission_id: second.clone(), ..Default::default() };
    ward(suite).cancel_discharge(cancel).await.expect("cancelled");
    suite.drain().await;
    for unit in units {
        assert_eq!(listed(suite, unit, &OPEN).await, [second.as_str(), &first], "{unit}");
    }
    assert_eq!(listed(suite, ELSEWHERE, &OPEN).await, [second.as_str()]);
}

async fn an_inbox_says_what_is_owed(suite: &Suite) {
    for _ in 0..3 {
        notified(suite, &[SOCIAL, HEALTH]).await;
        suite.pass(SignedDuration::from_hours(1)).await;
    }
    let owed = async |unit| {
        let (mut ids, mut page_token) = (Vec::new(), String::new());
        loop {
            let request = pb::ListInboxRequest {
                page_size: 2,
                page_token,
                unacknowledged_only: true,
                ..Default::default()
            };
            let page = client(suite, unit).list_inbox(request).await.expect("a page").into_inner();
            ids.extend(page.notices.into_iter().map(|notice| notice.notice_id));
            page_token = page.next_page_token;
            if page_token.is_empty() {
                return ids;
            }
        }
    };
    let (social, reception) = (owed(SOCIAL).await, owed(RECEPTION).await);
    assert_eq!((social.len(), reception.len()), (3, 6));
    let take = pb::AcknowledgeNoticeRequest {
        notice_id: social[1].clone(),
        acknowledged_by: OFFICER.to_owned(),
        ..Default::default()
    };
    client(suite, SOCIAL).acknowledge_notice(take).await.expect("acknowledged");
    assert_eq!(owed(SOCIAL).await, [social[0].as_str(), &social[2]]);
    let rest: Vec<_> = reception.into_iter().filter(|id| *id != social[1]).collect();
    assert_eq!(owed(RECEPTION).await, rest);
    assert_eq!(inbox(suite, SOCIAL).await.len(), 3);
}

/// The cases of patients who are to go home between two days of September, by their stays.
async fn leaving(suite: &Suite, unit: &str, from: Option<i8>, to: Option<i8>) -> Vec<String> {
    let day = |day: Option<i8>| day.map(|day| wire::date(date(2026, 9, day)));
    let request = pb::ListCasesRequest { leaves_from: day(from), leaves_to: day(to), ..Default::default() };
    let listed = client(suite, unit).list_cases(request).await.expect("listed").into_inner().cases;
    let mut ids: Vec<_> = listed.into_iter().map(|case| case.admission_id).collect();
    ids.sort();
    ids
}

/// A stay whose patient is expected to leave on a day of September.
async fn expected(suite: &Suite, day: i8, recipients: &[&str]) -> String {
    suite.pass(SignedDuration::from_mins(1)).await;
    let admission_id = notified(suite, recipients).await;
    let on = hemgang_core::expected::ExpectedDischarge::On(date(2026, 9, day));
    let request = admission::ChangeExpectedDischargeRequest {
        admission_id: admission_id.clone(),
        expected_discharge: Some(wire::expected_discharge(on)),
        ..Default::default()
    };
    ward(suite).change_expected_discharge(request).await.expect("changed");
    suite.drain().await;
    admission_id
}

async fn who_is_to_go_home_when_is_listed_by_the_agreed_day_or_else_the_expected_one(suite: &Suite) {
    let (soon, later) =
        (expected(suite, 15, &[SOCIAL, OUTPATIENT]).await, expected(suite, 18, &[SOCIAL]).await);
    notified(suite, &[SOCIAL]).await;
    let gone = expected(suite, 15, &[SOCIAL]).await;
    left(suite, &gone, Destination::Home).await;
    for unit in [SOCIAL, RECEPTION, WARD] {
        assert_eq!(leaving(suite, unit, Some(15), Some(15)).await, from_ref(&soon), "{unit}");
        assert_eq!(leaving(suite, unit, Some(15), Some(21)).await, [soon.clone(), later.clone()], "{unit}");
        assert!(leaving(suite, unit, None, Some(14)).await.is_empty(), "{unit}: nobody's day has passed");
        assert_eq!(leaving(suite, unit, Some(16), None).await, from_ref(&later), "{unit}");
    }
    assert_eq!(leaving(suite, OUTPATIENT, Some(14), None).await, from_ref(&soon));
    // What is kept from a unit it does not find by asking for days.
    barred(suite, &soon, OUTPATIENT).await;
    let notice = admission::SendDischargeNoticeRequest {
        admission_id: soon.clone(),
        agreed_at: Some(wire::timestamp(suite.clock.now() + 72.hours())),
        destination: Destination::Home.into(),
        transport: Transport::Own.into(),
        received_by: hemgang_proto::common::Receiver::Relative.into(),
        ..Default::default()
    };
    ward(suite).send_discharge_notice(notice).await.expect("sent");
    suite.drain().await;
    assert_eq!(leaving(suite, SOCIAL, Some(17), Some(17)).await, from_ref(&soon));
    assert!(leaving(suite, OUTPATIENT, Some(17), Some(17)).await.is_empty());
    assert_eq!(leaving(suite, OUTPATIENT, Some(15), Some(15)).await, [soon]);
    let wrong = pb::ListCasesRequest {
        leaves_from: Some(wire::date(date(2026, 9, 16))),
        leaves_to: Some(wire::date(date(2026, 9, 15))),
        assigned_to: OFFICER.to_owned(),
        ..Default::default()
    };
    let mut fields = refused(client(suite, SOCIAL).list_cases(wrong).await).fields;
    fields.sort();
    assert_eq!(fields, ["assigned_to", "leaves_to"]);
}
