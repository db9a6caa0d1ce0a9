//! What a unit that left, came back, or took another's place reads, finds and is told, wherever that could differ.

use hemgang_proto::{
    planning::watch_cases_response::Item,
    readiness::{GetReadinessRequest, readiness_service_client::ReadinessServiceClient},
};

use super::{
    recipients::{adding, handing, misdirected, removal},
    *,
};

each_backend!(
    whoever_had_the_case_at_a_unit_that_left_finds_it_no_more,
    what_was_held_for_a_unit_that_left_is_never_delivered,
    who_was_barred_left_and_came_back_reads_readiness_again,
    each_of_several_that_are_let_in_is_told_its_own,
    a_stay_that_nobody_was_rightly_told_of_counts_in_no_figure_of_its_end,
    meetings_and_messages_are_for_the_unit_in_the_place,
    who_watches_is_shown_who_is_protected_by_now
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

fn assigned(admission_id: &str) -> pb::AssignCaseRequest {
    let key = Some(pb::assign_case_request::Key::AdmissionId(admission_id.to_owned()));
    pb::AssignCaseRequest { key, officer: OFFICER.to_owned(), ..Default::default() }
}

async fn allow_all(suite: &Suite, admission_id: &str) {
    let request = pb::RecordConsentRequest {
        key: Some(pb::record_consent_request::Key::AdmissionId(admission_id.to_owned())),
        kind: pb::ConsentKind::Disclosure.into(),
        decision: pb::ConsentDecision::Given.into(),
        basis: pb::ConsentBasis::Consent.into(),
        given_by: pb::ConsentGiver::Patient.into(),
        ..Default::default()
    };
    client(suite, WARD).record_consent(request).await.expect("decided");
}

async fn remove(suite: &Suite, admission_id: &str, unit: &str) {
    client(suite, WARD).remove_recipient(removal(admission_id, unit)).await.expect("taken out");
    suite.pass(SignedDuration::from_mins(5)).await;
}

async fn asks(suite: &Suite, admission_id: &str, recipient: &str) {
    let request = pb::SendMessageRequest {
        key: Some(pb::send_message_request::Key::AdmissionId(admission_id.to_owned())),
        kind: pb::MessageKind::Question.into(),
        recipients: vec![recipient.to_owned()],
        text: "Vem?".to_owned(),
        ..Default::default()
    };
    client(suite, WARD).send_message(request).await.expect("sent");
}

async fn whoever_had_the_case_at_a_unit_that_left_finds_it_no_more(suite: &Suite) {
    let id = notified(suite, &[HEALTH, SOCIAL, ELSEWHERE]).await;
    for unit in [HEALTH, ELSEWHERE, SOCIAL] {
        client(suite, unit).assign_case(assigned(&id)).await.expect("assigned");
    }
    remove(suite, &id, HEALTH).await;
    remove(suite, &id, ELSEWHERE).await;
    barred(suite, &id, SOCIAL).await;
    left(suite, &id, Destination::Deceased).await;
    for (unit, state, count) in [
        (HEALTH, CaseState::Deceased, 0),
        (ELSEWHERE, CaseState::Deceased, 0),
        // The municipality reads it as its barred unit does.
        (RECEPTION, CaseState::Deceased, 0),
        (RECEPTION, CaseState::Planning, 1),
    ] {
        for assigned_to in [OFFICER, ""] {
            let (assigned_to, states) = (assigned_to.to_owned(), vec![state.into()]);
            let request = pb::ListCasesRequest { assigned_to, states, ..Default::default() };
            let listed = client(suite, unit).list_cases(request).await.expect("a page").into_inner().cases;
            assert_eq!(listed.len(), count, "{unit} {state:?}");
        }
    }
}

async fn what_was_held_for_a_unit_that_left_is_never_delivered(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH]).await;
    barred(suite, &id, HEALTH).await;
    confirm(suite, &id).await;
    remove(suite, &id, HEALTH).await;
    client(suite, WARD).add_recipient(adding(&id, HEALTH)).await.expect("added");
    allow_all(suite, &id).await;
    let notices = case(suite, WARD, &id).await.notices;
    let withdrawn: Vec<_> = notices.iter().filter(|notice| notice.withdrawn_at.is_some()).collect();
    assert_eq!(withdrawn.len(), 2);
    assert!(withdrawn.iter().any(|it| it.kind() == NoticeKind::Readiness && it.delivered_at.is_none()));
    let mut received = kinds(&inbox(suite, HEALTH).await);
    received.sort();
    assert_eq!(received, [NoticeKind::Admission, NoticeKind::Readiness], "once each");
}

async fn who_was_barred_left_and_came_back_reads_readiness_again(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    confirm(suite, &id).await;
    barred(suite, &id, OUTPATIENT).await;
    suite.drain().await;
    let reads = async || {
        let mut readiness = ReadinessServiceClient::new(peer(suite, OUTPATIENT));
        readiness.get_readiness(GetReadinessRequest { admission_id: id.clone() }).await.is_ok()
    };
    assert!(!reads().await);
    remove(suite, &id, OUTPATIENT).await;
    allow_all(suite, &id).await;
    client(suite, WARD).add_recipient(adding(&id, OUTPATIENT)).await.expect("added");
    suite.drain().await;
    assert_eq!(case(suite, OUTPATIENT, &id).await.state(), CaseState::Ready);
    assert!(reads().await);
}

async fn each_of_several_that_are_let_in_is_told_its_own(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT, ELSEWHERE]).await;
    asks(suite, &id, SOCIAL).await;
    for unit in [OUTPATIENT, ELSEWHERE, SOCIAL] {
        barred(suite, &id, unit).await;
    }
    allow_all(suite, &id).await;
    for (unit, messages) in [(OUTPATIENT, 0), (ELSEWHERE, 0), (SOCIAL, 1)] {
        let shared = events(suite, unit).await.into_iter().rev().find_map(|event| match event {
            Event::CaseShared(shared) => Some(shared),
            _ => None,
        });
        let shared = shared.expect("a snapshot");
        assert!(shared.notices.iter().all(|notice| notice.recipient == unit), "{unit}");
        assert_eq!(shared.messages.len(), messages, "{unit}");
    }
}

async fn a_stay_that_nobody_was_rightly_told_of_counts_in_no_figure_of_its_end(suite: &Suite) {
    let (one, two) = (notified(suite, &[ELSEWHERE]).await, notified(suite, &[ELSEWHERE, OUTPATIENT]).await);
    suite.pass(SignedDuration::from_hours(1)).await;
    for unit in [ELSEWHERE, OUTPATIENT] {
        for notice in inbox(suite, unit).await {
            client(suite, unit).report_misdirected(misdirected(&notice)).await.expect("said");
        }
    }
    left(suite, &one, Destination::Home).await;
    left(suite, &two, Destination::Home).await;
    suite.pass(SignedDuration::from_hours(48)).await;
    for indicator in ["information_same_day", "care_contact_named"] {
        assert_eq!(figure(suite, indicator, [&one, &two]).await, ((0, 0), [None, None]), "{indicator}");
    }
}

async fn meetings_and_messages_are_for_the_unit_in_the_place(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    asks(suite, &id, SOCIAL).await;
    let at = |days: i64| Some(wire::timestamp(suite.clock.now() + SignedDuration::from_hours(24 * days)));
    let booking = pb::BookPlanningMeetingRequest {
        key: Some(pb::book_planning_meeting_request::Key::AdmissionId(id.clone())),
        starts_at: at(1),
        form: pb::MeetingForm::Video.into(),
        ..Default::default()
    };
    let booked = client(suite, WARD).book_planning_meeting(booking).await.expect("booked").into_inner();
    let meeting_id = booked.meeting.expect("a meeting").meeting_id;
    let received = inbox(suite, SOCIAL).await.remove(0);
    client(suite, SOCIAL).forward_notice(handing(&received, HEALTH)).await.expect("handed on");
    let shared = events(suite, HEALTH).await.into_iter().find_map(|event| match event {
        Event::CaseShared(shared) => Some(shared),
        _ => None,
    });
    let shared = shared.expect("a snapshot");
    assert_eq!((shared.messages.len(), shared.meetings.len()), (1, 1));
    assert!(shared.meetings[0].invited.contains(&HEALTH.to_owned()));
    assert_eq!(case(suite, HEALTH, &id).await.messages[0].text, "Vem?");

    let cancel = pb::CancelMeetingRequest { meeting_id, ..Default::default() };
    client(suite, WARD).cancel_meeting(cancel).await.expect("cancelled");
    assert!(kinds(&inbox(suite, HEALTH).await).contains(&NoticeKind::MeetingCancelled));
    // A paper from before reaches the unit in the place, too.
    let entry = hemgang_proto::common::RetrospectiveEntry {
        reason: hemgang_proto::common::EntryReason::DowntimeRoutine.into(),
        stated_at: Some(wire::timestamp(suite.clock.now())),
    };
    suite.pass(SignedDuration::from_mins(30)).await;
    let request = admission::SendAdmissionNoticeRequest {
        admission_id: id.clone(),
        recipients: vec![SOCIAL.to_owned()],
        retrospective_entry: Some(entry),
        ..Default::default()
    };
    ward(suite).send_admission_notice(request).await.expect("sent");
    suite.drain().await;
    let admissions = inbox(suite, HEALTH).await;
    assert_eq!(kinds(&admissions).iter().filter(|kind| **kind == NoticeKind::Admission).count(), 2);
    assert_eq!(case(suite, WARD, &id).await.parties.len(), 2, "nobody came back by it");
}

async fn who_watches_is_shown_who_is_protected_by_now(suite: &Suite) {
    let id = notified(suite, &[SOCIAL]).await;
    let mut stream = client(suite, SOCIAL).watch_cases(pb::WatchCasesRequest::default()).await;
    let stream = stream.as_mut().expect("a stream").get_mut();
    let mut shown = async || loop {
        let came = tokio::time::timeout(std::time::Duration::from_secs(20), stream.message()).await;
        if let Some(Item::Case(case)) = came.expect("in time").expect("no end").expect("no end").item {
            break case;
        }
    };
    assert_eq!(shown().await.patient.expect("a person").name, "Tolvan Exempel");
    let protection = Protection::ProtectedRegistration.into();
    changed(suite, admission::ChangePatientDetailsRequest { protection, ..of(&id) }).await;
    suite.drain().await;
    assert_eq!(shown().await.patient.expect("a person").name, "");
    left(suite, &id, Destination::Home).await;
    while shown().await.state() != CaseState::Discharged {}
    crate::tests::blanked(suite, &id).await;
    suite.drain().await;
    let last = shown().await;
    assert_eq!(last.etag, case(suite, SOCIAL, &id).await.etag);
}
