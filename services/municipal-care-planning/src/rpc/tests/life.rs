//! How a case ends and opens again: who may end it, what is missing then, and what the hospital tells meanwhile.

use hemgang_proto::{
    common::EntryReason,
    planning::{
        ClosingGap, InterruptionReason, ReopeningReason, close_case_request, interrupt_case_request,
        reopen_case_request,
    },
};

use super::*;

each_backend!(
    planning_is_broken_off_and_goes_on_in_the_state_that_the_stay_has,
    a_case_is_closed_whatever_is_missing_and_shows_it,
    the_sending_side_ends_a_case_and_nobody_else,
    who_opened_a_case_without_an_admission_ends_it,
    a_new_notice_and_a_departure_taken_back_open_a_case_again,
    a_death_and_a_void_go_before_what_people_said,
    what_never_ended_is_not_opened_again,
    every_wrong_field_of_an_ending_is_named_at_once
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

pub(super) fn interrupting(id: &str) -> pb::InterruptCaseRequest {
    let key = Some(interrupt_case_request::Key::AdmissionId(id.to_owned()));
    pb::InterruptCaseRequest { key, reason: InterruptionReason::NoNeeds.into(), ..Default::default() }
}

pub(super) fn closing(id: &str) -> pb::CloseCaseRequest {
    pb::CloseCaseRequest {
        key: Some(close_case_request::Key::AdmissionId(id.to_owned())),
        ..Default::default()
    }
}

pub(super) fn reopening(id: &str) -> pb::ReopenCaseRequest {
    let key = Some(reopen_case_request::Key::AdmissionId(id.to_owned()));
    pb::ReopenCaseRequest { key, reason: ReopeningReason::NeedsAgain.into(), ..Default::default() }
}

pub(super) async fn interrupted(suite: &Suite, id: &str) -> pb::Case {
    let answer = client(suite, WARD).interrupt_case(interrupting(id)).await.expect("interrupted");
    answer.into_inner().case.expect("a case")
}

pub(super) async fn closed(suite: &Suite, id: &str) -> pb::Case {
    let answer = client(suite, WARD).close_case(closing(id)).await.expect("closed");
    answer.into_inner().case.expect("a case")
}

pub(super) async fn reopened(suite: &Suite, id: &str) -> pb::Case {
    let answer = client(suite, WARD).reopen_case(reopening(id)).await.expect("reopened");
    answer.into_inner().case.expect("a case")
}

async fn open_cases(suite: &Suite, unit: &str) -> usize {
    let states = vec![CaseState::Planning.into(), CaseState::Ready.into()];
    let request = pb::ListCasesRequest { states, ..Default::default() };
    client(suite, unit).list_cases(request).await.expect("listed").into_inner().cases.len()
}

/// How often a unit was told of something.
async fn told(suite: &Suite, unit: &str, kind: NoticeKind) -> usize {
    inbox(suite, unit).await.iter().filter(|notice| notice.kind() == kind).count()
}

async fn planning_is_broken_off_and_goes_on_in_the_state_that_the_stay_has(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let ended_at = Some(wire::timestamp(suite.clock.now()));
    let answer = interrupted(suite, &id).await;
    let ending = answer.ending.clone().expect("an ending");
    assert_eq!((answer.state(), ending.state()), (CaseState::Interrupted, CaseState::Interrupted));
    assert_eq!(ending.interruption_reason(), InterruptionReason::NoNeeds);
    assert_eq!((ending.unit.as_str(), ending.ended_by.as_str(), ending.ended_at), (WARD, CALLER, ended_at));
    for unit in [WARD, SOCIAL, OUTPATIENT] {
        let seen = case(suite, unit, &id).await;
        assert_eq!((seen.state(), seen.ending.as_ref()), (CaseState::Interrupted, Some(&ending)), "{unit}");
        assert_eq!(cases(suite, unit).await[0].ending.as_ref(), Some(&ending), "{unit}: a list says it, too");
        assert_eq!(open_cases(suite, unit).await, 0, "{unit}");
        let is_it = |event: &Event| matches!(event, Event::CaseInterrupted(_));
        assert_eq!(events(suite, unit).await.iter().filter(|event| is_it(event)).count(), 1, "{unit}");
    }
    for unit in [SOCIAL, OUTPATIENT] {
        assert_eq!(told(suite, unit, NoticeKind::CaseInterrupted).await, 1, "{unit}");
    }

    // What the hospital tells goes on reaching those who were notified: readiness, 3 kap. 1 §.
    confirm(suite, &id).await;
    suite.drain().await;
    assert_eq!(case(suite, SOCIAL, &id).await.state(), CaseState::Interrupted);
    assert_eq!(told(suite, SOCIAL, NoticeKind::Readiness).await, 1);

    suite.pass(SignedDuration::from_hours(1)).await;
    let open = reopened(suite, &id).await;
    let ending = open.ending.clone().expect("an ending");
    assert_eq!((open.state(), ending.state()), (CaseState::Ready, CaseState::Interrupted));
    assert_eq!(ending.reopened_at, Some(wire::timestamp(suite.clock.now())));
    assert_eq!(
        (ending.reopening_reason(), ending.reopened_by.as_str()),
        (ReopeningReason::NeedsAgain, CALLER)
    );
    assert_eq!(told(suite, SOCIAL, NoticeKind::CaseReopened).await, 1);
    assert_eq!((open_cases(suite, SOCIAL).await, open_cases(suite, WARD).await), (1, 1));
}

async fn a_case_is_closed_whatever_is_missing_and_shows_it(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let gaps = |case: &pb::Case| case.ending.iter().flat_map(pb::CaseEnding::missing).collect::<Vec<_>>();
    // Before anybody told that the patient had left: that is missing, too.
    let answer = closed(suite, &id).await;
    let all = [
        ClosingGap::Departure,
        ClosingGap::Readiness,
        ClosingGap::DischargeNotice,
        ClosingGap::DischargeInformation,
        ClosingGap::PatientSummary,
        ClosingGap::CareContact,
        ClosingGap::Receipt,
    ];
    assert_eq!((answer.state(), gaps(&answer)), (CaseState::Closed, all.to_vec()));
    assert_eq!(told(suite, SOCIAL, NoticeKind::CaseClosed).await, 1);
    assert_eq!(open_cases(suite, SOCIAL).await, 0);
    left(suite, &id, Destination::Home).await;
    suite.drain().await;
    assert_eq!(case(suite, SOCIAL, &id).await.state(), CaseState::Closed, "the departure opens nothing");

    // Open again it is what it would be, and is closed anew with what is missing then.
    assert_eq!(reopened(suite, &id).await.state(), CaseState::Discharged);
    confirm(suite, &id).await;
    for unit in [SOCIAL, OUTPATIENT] {
        for notice in inbox(suite, unit).await {
            let request = pb::AcknowledgeNoticeRequest { notice_id: notice.notice_id, ..Default::default() };
            client(suite, unit).acknowledge_notice(request).await.expect("acknowledged");
        }
    }
    let rest: Vec<_> =
        all.into_iter().filter(|gap| !matches!(gap, ClosingGap::Departure | ClosingGap::Readiness)).collect();
    assert_eq!(
        gaps(&closed(suite, &id).await),
        rest.into_iter().filter(|gap| *gap != ClosingGap::Receipt).collect::<Vec<_>>()
    );
}

async fn the_sending_side_ends_a_case_and_nobody_else(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let before = case(suite, WARD, &id).await;
    for unit in [SOCIAL, OUTPATIENT, RECEPTION] {
        let mut client = client(suite, unit);
        for refusal in [
            refused(client.interrupt_case(interrupting(&id)).await),
            refused(client.close_case(closing(&id)).await),
            refused(client.reopen_case(reopening(&id)).await),
        ] {
            assert_eq!(
                (refusal.code, &*refusal.reason),
                (Code::FailedPrecondition, "NOT_THE_SENDER"),
                "{unit}"
            );
        }
    }
    for unit in [ELSEWHERE, OTHER_WARD] {
        let refusal = refused(client(suite, unit).close_case(closing(&id)).await);
        assert_eq!(refusal.reason, "NOT_FOUND", "{unit}");
    }
    assert_eq!(case(suite, WARD, &id).await, before);
    let mut coordinator = PlanningServiceClient::new(suite.peer("hospital", HOSPITAL, "region"));
    coordinator.close_case(closing(&id)).await.expect("the hospital's coordinator may");
}

async fn who_opened_a_case_without_an_admission_ends_it(suite: &Suite) {
    let opened = super::care_requests::sent(suite, OUTPATIENT, &[SOCIAL]).await;
    let case_id = opened.case_id.clone();
    let request = || pb::InterruptCaseRequest {
        key: Some(interrupt_case_request::Key::CaseId(case_id.clone())),
        reason: InterruptionReason::PatientDeclines.into(),
        ..Default::default()
    };
    assert_eq!(refused(client(suite, SOCIAL).interrupt_case(request()).await).reason, "NOT_THE_SENDER");
    let ended = client(suite, OUTPATIENT).interrupt_case(request()).await.expect("interrupted").into_inner();
    assert_eq!(ended.case.expect("a case").state(), CaseState::Interrupted);
    let again = pb::ReopenCaseRequest {
        key: Some(reopen_case_request::Key::CaseId(case_id.clone())),
        reason: ReopeningReason::Mistake.into(),
        ..Default::default()
    };
    client(suite, OUTPATIENT).reopen_case(again).await.expect("reopened");
    let close = pb::CloseCaseRequest {
        key: Some(close_case_request::Key::CaseId(case_id.clone())),
        ..Default::default()
    };
    let closed = client(suite, OUTPATIENT).close_case(close).await.expect("closed").into_inner();
    let ending = closed.case.and_then(|case| case.ending).expect("an ending");
    // The unit that was asked has not taken note of anything; of a stay nothing is missing.
    assert_eq!(ending.missing().collect::<Vec<_>>(), [ClosingGap::Receipt]);
    assert_eq!(told(suite, SOCIAL, NoticeKind::CaseClosed).await, 1);
    assert_eq!(told(suite, OUTPATIENT, NoticeKind::CaseClosed).await, 0, "who ends it is not told");
}

async fn cancel_discharge(suite: &Suite, id: &str) {
    let request = admission::CancelDischargeRequest { admission_id: id.to_owned(), ..Default::default() };
    ward(suite).cancel_discharge(request).await.expect("cancelled");
    suite.drain().await;
}

async fn a_new_notice_and_a_departure_taken_back_open_a_case_again(suite: &Suite) {
    let id = notified(suite, &[SOCIAL]).await;
    interrupted(suite, &id).await;
    suite.pass(SignedDuration::from_hours(1)).await;
    notify(suite, &id, &[HEALTH]).await;
    suite.drain().await;
    let open = case(suite, SOCIAL, &id).await;
    let ending = open.ending.clone().expect("an ending");
    assert_eq!(
        (open.state(), ending.reopening_reason()),
        (CaseState::Planning, ReopeningReason::NotifiedAgain)
    );
    assert_eq!(told(suite, SOCIAL, NoticeKind::CaseReopened).await, 1, "the other party learns of it");
    assert_eq!(told(suite, HEALTH, NoticeKind::CaseReopened).await, 0, "it never heard that it had ended");
    assert_eq!((open_cases(suite, SOCIAL).await, open_cases(suite, HEALTH).await), (1, 1));
    let is_it = |event: &Event| matches!(event, Event::CaseReopened(_));
    assert_eq!(events(suite, SOCIAL).await.iter().filter(|event| is_it(event)).count(), 1);

    // A closing rests on the departure.
    left(suite, &id, Destination::Home).await;
    suite.drain().await;
    suite.pass(SignedDuration::from_hours(1)).await;
    closed(suite, &id).await;
    suite.pass(SignedDuration::from_hours(1)).await;
    cancel_discharge(suite, &id).await;
    let open = case(suite, SOCIAL, &id).await;
    let reason = open.ending.as_ref().expect("an ending").reopening_reason();
    assert_eq!((open.state(), reason), (CaseState::Planning, ReopeningReason::DischargeCancelled));

    // That planning was broken off does not.
    interrupted(suite, &id).await;
    left(suite, &id, Destination::Home).await;
    suite.drain().await;
    suite.pass(SignedDuration::from_hours(1)).await;
    cancel_discharge(suite, &id).await;
    assert_eq!(case(suite, SOCIAL, &id).await.state(), CaseState::Interrupted);

    // Nor does a paper of the reserve routine open anything, which is delivered all the same.
    let entry = hemgang_proto::common::RetrospectiveEntry {
        reason: EntryReason::DowntimeRoutine.into(),
        stated_at: Some(wire::timestamp(suite.clock.now() - SignedDuration::from_hours(1))),
    };
    let paper = admission::SendAdmissionNoticeRequest {
        admission_id: id.clone(),
        recipients: vec![OUTPATIENT.to_owned()],
        retrospective_entry: Some(entry),
        ..Default::default()
    };
    ward(suite).send_admission_notice(paper).await.expect("sent");
    suite.drain().await;
    assert_eq!(case(suite, OUTPATIENT, &id).await.state(), CaseState::Interrupted);
    assert_eq!(open_cases(suite, OUTPATIENT).await, 0);
}

async fn a_death_and_a_void_go_before_what_people_said(suite: &Suite) {
    let id = notified(suite, &[SOCIAL]).await;
    interrupted(suite, &id).await;
    left(suite, &id, Destination::Deceased).await;
    suite.drain().await;
    assert_eq!(case(suite, SOCIAL, &id).await.state(), CaseState::Deceased);
    assert_eq!(told(suite, SOCIAL, NoticeKind::Death).await, 1);
    for refusal in [
        refused(client(suite, WARD).reopen_case(reopening(&id)).await),
        refused(client(suite, WARD).close_case(closing(&id)).await),
    ] {
        assert_eq!((&*refusal.reason, &*refusal.metadata["state"]), ("CASE_OVER", "CASE_STATE_DECEASED"));
    }
    suite.pass(SignedDuration::from_hours(1)).await;
    cancel_discharge(suite, &id).await;
    assert_eq!(case(suite, SOCIAL, &id).await.state(), CaseState::Interrupted, "as it was");
}

async fn what_never_ended_is_not_opened_again(suite: &Suite) {
    let id = notified(suite, &[SOCIAL]).await;
    let refusal = refused(client(suite, WARD).reopen_case(reopening(&id)).await);
    assert_eq!((refusal.code, &*refusal.reason), (Code::FailedPrecondition, "CASE_NOT_CLOSED"));
    assert_eq!(refusal.metadata["state"], "CASE_STATE_PLANNING");
}

async fn every_wrong_field_of_an_ending_is_named_at_once(suite: &Suite) {
    let mut client = client(suite, WARD);
    let fields = |mut refusal: hemgang_testing::Refused| {
        refusal.fields.sort();
        refusal.fields
    };
    let bad = pb::InterruptCaseRequest { interrupted_by: "?".to_owned(), ..Default::default() };
    assert_eq!(fields(refused(client.interrupt_case(bad).await)), ["interrupted_by", "key", "reason"]);
    let bad = pb::CloseCaseRequest { closed_by: "?".to_owned(), ..Default::default() };
    assert_eq!(fields(refused(client.close_case(bad).await)), ["closed_by", "key"]);
    for reason in [ReopeningReason::NotifiedAgain, ReopeningReason::Unspecified] {
        let bad = pb::ReopenCaseRequest {
            reopened_by: "?".to_owned(),
            reason: reason.into(),
            ..Default::default()
        };
        assert_eq!(fields(refused(client.reopen_case(bad).await)), ["key", "reason", "reopened_by"]);
    }
}
