//! Meetings about inpatient cases: booked, moved, held or taken off, by those who take part and by nobody else.

use hemgang_proto::planning::{MeetingForm, MeetingKind, MeetingState, book_planning_meeting_request};

use super::*;
use crate::tests::HOSPITAL;

each_backend!(
    a_planning_meeting_is_booked_moved_and_held,
    a_sip_meeting_is_called_for_and_cancelled,
    a_meeting_exists_for_the_parties_of_its_case_only,
    what_is_over_is_neither_moved_nor_held,
    nobody_is_planned_for_who_died,
    a_unit_that_takes_no_part_is_neither_called_nor_there,
    a_meeting_is_not_before_the_stay,
    an_etag_that_moved_stops_a_change,
    a_replay_books_and_holds_once,
    every_wrong_field_of_a_meeting_is_named_at_once
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn at(suite: &Suite, after: SignedDuration) -> pbjson_types::Timestamp {
    wire::timestamp(suite.clock.now() + after)
}

fn booking(suite: &Suite, admission_id: &str) -> pb::BookPlanningMeetingRequest {
    pb::BookPlanningMeetingRequest {
        key: Some(book_planning_meeting_request::Key::AdmissionId(admission_id.to_owned())),
        starts_at: Some(at(suite, DAY)),
        form: MeetingForm::Video.into(),
        ..Default::default()
    }
}

fn invitation(suite: &Suite, admission_id: &str, invited: &[&str]) -> pb::InviteToSipRequest {
    pb::InviteToSipRequest {
        key: Some(pb::invite_to_sip_request::Key::AdmissionId(admission_id.to_owned())),
        starts_at: Some(at(suite, DAY)),
        form: MeetingForm::InPerson.into(),
        invited: invited.iter().map(|unit| (*unit).to_owned()).collect(),
        ..Default::default()
    }
}

fn record(suite: &Suite, meeting: &pb::Meeting, participants: &[&str]) -> pb::RecordPlanningMeetingRequest {
    pb::RecordPlanningMeetingRequest {
        meeting_id: meeting.meeting_id.clone(),
        held_at: Some(at(suite, SignedDuration::ZERO)),
        form: MeetingForm::Telephone.into(),
        participants: participants.iter().map(|unit| (*unit).to_owned()).collect(),
        patient_took_part: true,
        ..Default::default()
    }
}

async fn booked(suite: &Suite, unit: &str, admission_id: &str) -> pb::Meeting {
    let answer = client(suite, unit).book_planning_meeting(booking(suite, admission_id)).await;
    answer.expect("booked").into_inner().meeting.expect("a meeting")
}

fn cancel(meeting: &pb::Meeting) -> pb::CancelMeetingRequest {
    pb::CancelMeetingRequest { meeting_id: meeting.meeting_id.clone(), ..Default::default() }
}

fn reschedule(suite: &Suite, meeting: &pb::Meeting) -> pb::RescheduleMeetingRequest {
    let starts_at = Some(at(suite, DAY * 2));
    pb::RescheduleMeetingRequest { meeting_id: meeting.meeting_id.clone(), starts_at, ..Default::default() }
}

/// Whether a unit found this in its inbox.
async fn is_told(suite: &Suite, unit: &str, kind: NoticeKind) -> bool {
    kinds(&inbox(suite, unit).await).contains(&kind)
}

async fn a_planning_meeting_is_booked_moved_and_held(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let before = case(suite, WARD, &admission_id).await;
    let meeting = booked(suite, WARD, &admission_id).await;
    let mut invited = [SOCIAL, OUTPATIENT];
    invited.sort_unstable();
    assert_eq!((meeting.kind(), meeting.state()), (MeetingKind::Planning, MeetingState::Booked));
    assert_eq!((meeting.called_by.as_str(), meeting.case_id.as_str()), (WARD, before.case_id.as_str()));
    let mut named: Vec<_> = meeting.invited.iter().map(String::as_str).collect();
    named.sort_unstable();
    assert_eq!(named, invited, "every party when nobody is named");
    let seen = case(suite, SOCIAL, &admission_id).await;
    assert_eq!(seen.meetings, std::slice::from_ref(&meeting));
    assert_ne!(seen.etag, before.etag, "a part of the case changed");
    assert!(cases(suite, SOCIAL).await[0].meetings.is_empty(), "a list shows none");
    for unit in [SOCIAL, OUTPATIENT] {
        assert!(is_told(suite, unit, NoticeKind::PlanningMeeting).await, "{unit}");
    }

    suite.pass(SignedDuration::from_hours(1)).await;
    let moved = client(suite, SOCIAL).reschedule_meeting(reschedule(suite, &meeting)).await.expect("moved");
    let moved = moved.into_inner().meeting.expect("a meeting");
    assert_eq!((moved.form(), moved.starts_at), (MeetingForm::Video, Some(at(suite, DAY * 2))));
    assert!(is_told(suite, OUTPATIENT, NoticeKind::MeetingRescheduled).await);
    assert!(!is_told(suite, SOCIAL, NoticeKind::MeetingRescheduled).await, "who moved it knows");

    suite.pass(DAY * 2).await;
    let request = record(suite, &moved, &[WARD, SOCIAL]);
    let held = client(suite, WARD).record_planning_meeting(request).await.expect("held");
    let held = held.into_inner().meeting.expect("a meeting");
    assert_eq!((held.state(), held.form()), (MeetingState::Held, MeetingForm::Telephone));
    assert_eq!(held.held_at, Some(at(suite, SignedDuration::ZERO)));
    assert!(held.patient_took_part && !held.relatives_took_part);
    assert_eq!(case(suite, OUTPATIENT, &admission_id).await.meetings, std::slice::from_ref(&held));
    for unit in [WARD, SOCIAL, OUTPATIENT] {
        let told = events(suite, unit).await;
        let of = |event: &&Event| match event {
            Event::MeetingBooked(said) => said.meeting_id == held.meeting_id,
            Event::MeetingRescheduled(said) => said.starts_at == moved.starts_at,
            Event::MeetingHeld(said) => said.held_at == held.held_at && said.kind() == MeetingKind::Planning,
            _ => false,
        };
        assert_eq!(told.iter().filter(of).count(), 3, "{unit}");
    }
}

async fn a_sip_meeting_is_called_for_and_cancelled(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL, HEALTH, OUTPATIENT]).await;
    let answer = client(suite, OUTPATIENT).invite_to_sip(invitation(suite, &admission_id, &[SOCIAL])).await;
    let meeting = answer.expect("called").into_inner().meeting.expect("a meeting");
    assert_eq!((meeting.kind(), meeting.called_by.as_str()), (MeetingKind::Sip, OUTPATIENT));
    assert!(is_told(suite, SOCIAL, NoticeKind::SipInvitation).await);
    assert!(!is_told(suite, HEALTH, NoticeKind::SipInvitation).await, "whoever is not called is not told");
    assert_eq!(
        case(suite, HEALTH, &admission_id).await.meetings,
        std::slice::from_ref(&meeting),
        "but sees it"
    );
    // A SIP meeting is no planning meeting.
    suite.pass(DAY).await;
    let wrong = record(suite, &meeting, &[SOCIAL]);
    let refusal = refused(client(suite, SOCIAL).record_planning_meeting(wrong).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::NotFound, "NOT_FOUND"));

    client(suite, SOCIAL).cancel_meeting(cancel(&meeting)).await.expect("cancelled");
    assert!(is_told(suite, OUTPATIENT, NoticeKind::MeetingCancelled).await, "who called it is told");
    let seen = case(suite, WARD, &admission_id).await;
    assert_eq!(seen.meetings[0].state(), MeetingState::Cancelled);
    let told = events(suite, WARD).await;
    assert!(told.iter().any(|event| matches!(event, Event::SipInvited(said) if said.invited == [SOCIAL])));
    assert!(told.iter().any(|event| matches!(event, Event::MeetingCancelled(_))));
}

async fn a_meeting_exists_for_the_parties_of_its_case_only(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL]).await;
    let meeting = booked(suite, WARD, &admission_id).await;
    for stranger in [HEALTH, OUTPATIENT, ELSEWHERE, OTHER_WARD] {
        let mut client = client(suite, stranger);
        let refusals = [
            refused(client.book_planning_meeting(booking(suite, &admission_id)).await),
            refused(client.invite_to_sip(invitation(suite, &admission_id, &[SOCIAL])).await),
            refused(client.reschedule_meeting(reschedule(suite, &meeting)).await),
            refused(client.cancel_meeting(cancel(&meeting)).await),
            refused(client.record_planning_meeting(record(suite, &meeting, &[SOCIAL])).await),
        ];
        for refusal in refusals {
            assert_eq!((refusal.code, refusal.reason.as_str()), (Code::NotFound, "NOT_FOUND"), "{stranger}");
        }
        sees_nothing(suite, stranger, &admission_id).await;
    }
    // The municipality's reception unit sees what any unit of it does.
    client(suite, RECEPTION).cancel_meeting(cancel(&meeting)).await.expect("cancelled");
}

async fn what_is_over_is_neither_moved_nor_held(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL]).await;
    let (held, cancelled) =
        (booked(suite, WARD, &admission_id).await, booked(suite, WARD, &admission_id).await);
    let mut ward = client(suite, WARD);
    ward.record_planning_meeting(record(suite, &held, &[SOCIAL])).await.expect("held");
    ward.cancel_meeting(cancel(&cancelled)).await.expect("cancelled");
    for (meeting, state) in [(held, MeetingState::Held), (cancelled, MeetingState::Cancelled)] {
        let refusals = [
            refused(ward.reschedule_meeting(reschedule(suite, &meeting)).await),
            refused(ward.cancel_meeting(cancel(&meeting)).await),
            refused(ward.record_planning_meeting(record(suite, &meeting, &[SOCIAL])).await),
        ];
        for refusal in refusals {
            let said = (refusal.code, refusal.reason.as_str());
            assert_eq!(said, (Code::FailedPrecondition, "MEETING_NOT_BOOKED"));
            assert_eq!(refusal.metadata.get("state").map(String::as_str), Some(state.as_str_name()));
        }
    }
}

async fn nobody_is_planned_for_who_died(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL]).await;
    let meeting = booked(suite, WARD, &admission_id).await;
    let was_held = booked(suite, WARD, &admission_id).await;
    let died = admission::DischargePatientRequest {
        admission_id: admission_id.clone(),
        discharged_at: Some(at(suite, SignedDuration::ZERO)),
        destination: Destination::Deceased.into(),
        ..Default::default()
    };
    ward(suite).discharge_patient(died).await.expect("recorded");
    suite.drain().await;
    let mut ward = client(suite, WARD);
    let refusals = [
        refused(ward.book_planning_meeting(booking(suite, &admission_id)).await),
        refused(ward.invite_to_sip(invitation(suite, &admission_id, &[SOCIAL])).await),
        refused(ward.reschedule_meeting(reschedule(suite, &meeting)).await),
    ];
    for refusal in refusals {
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "CASE_OVER"));
        let state = refusal.metadata.get("state").map(String::as_str);
        assert_eq!(state, Some("CASE_STATE_DECEASED"));
    }
    // What was is told afterwards, and what is not to be is taken off.
    ward.record_planning_meeting(record(suite, &was_held, &[SOCIAL])).await.expect("held");
    ward.cancel_meeting(cancel(&meeting)).await.expect("cancelled");
}

async fn a_unit_that_takes_no_part_is_neither_called_nor_there(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL]).await;
    let meeting = booked(suite, WARD, &admission_id).await;
    let mut ward = client(suite, WARD);
    let named = pb::BookPlanningMeetingRequest {
        invited: vec![SOCIAL.to_owned(), HEALTH.to_owned()],
        ..booking(suite, &admission_id)
    };
    let refusals = [
        refused(ward.book_planning_meeting(named).await),
        refused(ward.invite_to_sip(invitation(suite, &admission_id, &[SOCIAL, HEALTH])).await),
        refused(ward.record_planning_meeting(record(suite, &meeting, &[SOCIAL, HEALTH])).await),
    ];
    for refusal in refusals {
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "NOT_A_PARTY"));
        assert_eq!(refusal.metadata.get("unit").map(String::as_str), Some(HEALTH));
    }
    // People of the hospital may have been there, of whatever ward.
    let request = record(suite, &meeting, &[SOCIAL, OTHER_WARD, HOSPITAL]);
    ward.record_planning_meeting(request).await.expect("held");
}

async fn a_meeting_is_not_before_the_stay(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL]).await;
    let meeting = booked(suite, WARD, &admission_id).await;
    let early = pb::RecordPlanningMeetingRequest {
        held_at: Some(at(suite, SignedDuration::from_secs(-1))),
        ..record(suite, &meeting, &[SOCIAL])
    };
    let refusal = refused(client(suite, WARD).record_planning_meeting(early).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "HELD_BEFORE_ADMISSION"));
    let admitted_at = suite.clock.now().to_string();
    assert_eq!(refusal.metadata.get("admitted_at"), Some(&admitted_at));
}

async fn an_etag_that_moved_stops_a_change(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL]).await;
    let before = case(suite, WARD, &admission_id).await;
    let meeting = booked(suite, WARD, &admission_id).await;
    let mut ward = client(suite, WARD);
    let stale = pb::BookPlanningMeetingRequest { etag: before.etag, ..booking(suite, &admission_id) };
    assert_eq!(refused(ward.book_planning_meeting(stale).await).reason, "ETAG_MOVED");
    ward.reschedule_meeting(reschedule(suite, &meeting)).await.expect("moved");
    let etag = meeting.etag.clone();
    let refusals = [
        refused(
            ward.reschedule_meeting(pb::RescheduleMeetingRequest {
                etag: etag.clone(),
                ..reschedule(suite, &meeting)
            })
            .await,
        ),
        refused(
            ward.cancel_meeting(pb::CancelMeetingRequest { etag: etag.clone(), ..cancel(&meeting) }).await,
        ),
        refused(
            ward.record_planning_meeting(pb::RecordPlanningMeetingRequest {
                etag,
                ..record(suite, &meeting, &[SOCIAL])
            })
            .await,
        ),
    ];
    assert!(refusals.iter().all(|refusal| refusal.reason == "ETAG_MOVED"));
}

async fn a_replay_books_and_holds_once(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL]).await;
    let request_id = "0190163d-8694-739b-aea5-966c26f8ad90".to_owned();
    let mut ward = client(suite, WARD);
    let request =
        pb::BookPlanningMeetingRequest { request_id: request_id.clone(), ..booking(suite, &admission_id) };
    let first = ward.book_planning_meeting(request.clone()).await.expect("booked").into_inner();
    let again = ward.book_planning_meeting(request).await.expect("replayed").into_inner();
    assert_eq!(first, again);
    let meeting = first.meeting.expect("a meeting");
    let request = pb::RecordPlanningMeetingRequest { request_id, ..record(suite, &meeting, &[SOCIAL]) };
    let first = ward.record_planning_meeting(request.clone()).await.expect("held").into_inner();
    let again = ward.record_planning_meeting(request.clone()).await.expect("replayed").into_inner();
    assert_eq!(first, again);
    let other = pb::RecordPlanningMeetingRequest { relatives_took_part: true, ..request };
    assert_eq!(refused(ward.record_planning_meeting(other).await).reason, "REQUEST_ID_REUSED");
    assert_eq!(case(suite, WARD, &admission_id).await.meetings.len(), 1);
    let told = events(suite, WARD).await;
    let of = |event: &&Event| matches!(event, Event::MeetingBooked(_) | Event::MeetingHeld(_));
    assert_eq!(told.iter().filter(of).count(), 2);
}

async fn every_wrong_field_of_a_meeting_is_named_at_once(suite: &Suite) {
    let mut client = client(suite, SOCIAL);
    let fields = refused(client.book_planning_meeting(pb::BookPlanningMeetingRequest::default()).await);
    assert_eq!(fields.fields, ["key", "starts_at", "form"]);
    let fields = refused(client.invite_to_sip(pb::InviteToSipRequest::default()).await);
    assert_eq!(fields.fields, ["key", "starts_at", "form", "invited"]);
    let fields = refused(client.reschedule_meeting(pb::RescheduleMeetingRequest::default()).await);
    assert_eq!(fields.fields, ["meeting_id", "starts_at"]);
    let fields = refused(client.cancel_meeting(pb::CancelMeetingRequest::default()).await);
    assert_eq!(fields.fields, ["meeting_id"]);
    let all = ["meeting_id", "held_at", "form", "participants"];
    let fields = refused(client.record_planning_meeting(pb::RecordPlanningMeetingRequest::default()).await);
    assert_eq!(fields.fields, all);
    let fields = refused(client.record_sip_meeting(pb::RecordSipMeetingRequest::default()).await);
    assert_eq!(fields.fields, all);
    let wrong = pb::RecordSipMeetingRequest {
        request_id: "no".to_owned(),
        meeting_id: "no".to_owned(),
        held_at: Some(at(suite, DAY)),
        form: 9,
        participants: vec![SOCIAL.to_owned(), "no no".to_owned()],
        ..Default::default()
    };
    let fields = refused(client.record_sip_meeting(wrong).await);
    assert_eq!(fields.fields, ["request_id", "meeting_id", "held_at", "form", "participants[1]"]);
}
