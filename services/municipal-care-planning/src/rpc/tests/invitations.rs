//! Invitations to a SIP meeting: answered by those who are asked, and given to whoever has no login.

use hemgang_proto::planning::{
    Attendance, InvitationChannel, Invitee, InviteeKind, MeetingForm, MeetingState,
};

use super::*;

each_backend!(
    who_is_asked_answers_and_who_called_is_told,
    a_ward_that_called_is_told_too,
    a_meeting_that_is_moved_asks_anew,
    each_answer_that_cannot_be_has_its_own_reason,
    an_answer_is_one_however_often_it_is_sent,
    the_names_of_who_has_no_login_are_read_in_the_case_alone,
    of_a_protected_person_nobody_is_named,
    every_wrong_field_of_an_invitation_is_named_at_once
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn at(suite: &Suite, after: SignedDuration) -> pbjson_types::Timestamp {
    wire::timestamp(suite.clock.now() + after)
}

fn school(name: &str) -> Invitee {
    let (kind, channel) = (InviteeKind::School.into(), InvitationChannel::Letter.into());
    Invitee { kind, channel, name: name.to_owned() }
}

fn invitation(suite: &Suite, admission_id: &str, invited: &[&str]) -> pb::InviteToSipRequest {
    pb::InviteToSipRequest {
        key: Some(pb::invite_to_sip_request::Key::AdmissionId(admission_id.to_owned())),
        starts_at: Some(at(suite, DAY)),
        form: MeetingForm::InPerson.into(),
        invited: invited.iter().map(|unit| (*unit).to_owned()).collect(),
        invitees: vec![school("")],
        ..Default::default()
    }
}

/// Called by the outpatient unit.
async fn called(suite: &Suite, admission_id: &str, invited: &[&str]) -> pb::Meeting {
    let answer = client(suite, OUTPATIENT).invite_to_sip(invitation(suite, admission_id, invited)).await;
    answer.expect("called").into_inner().meeting.expect("a meeting")
}

pub(super) fn answering(meeting: &pb::Meeting, attendance: Attendance) -> pb::AnswerSipInvitationRequest {
    let meeting_id = meeting.meeting_id.clone();
    pb::AnswerSipInvitationRequest { meeting_id, attendance: attendance.into(), ..Default::default() }
}

async fn answered(suite: &Suite, unit: &str, request: pb::AnswerSipInvitationRequest) -> pb::Meeting {
    let answer = client(suite, unit).answer_sip_invitation(request).await.expect("answered");
    answer.into_inner().meeting.expect("a meeting")
}

/// How often a unit was told that somebody answered.
async fn told(suite: &Suite, unit: &str) -> usize {
    let kinds = kinds(&inbox(suite, unit).await);
    kinds.into_iter().filter(|kind| *kind == NoticeKind::SipInvitationAnswered).count()
}

async fn who_is_asked_answers_and_who_called_is_told(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH, OUTPATIENT]).await;
    let meeting = called(suite, &id, &[SOCIAL, HEALTH]).await;
    suite.pass(SignedDuration::from_hours(1)).await;
    answered(suite, SOCIAL, answering(&meeting, Attendance::SendsDeputy)).await;
    let other_times = vec![at(suite, DAY * 3), at(suite, DAY * 2), at(suite, DAY * 3)];
    let cannot = pb::AnswerSipInvitationRequest {
        proposed_times: other_times,
        ..answering(&meeting, Attendance::Cannot)
    };
    let seen = answered(suite, HEALTH, cannot).await;
    let by_unit: Vec<_> =
        seen.answers.iter().map(|answer| (answer.unit.as_str(), answer.attendance())).collect();
    assert_eq!(by_unit, [(SOCIAL, Attendance::SendsDeputy), (HEALTH, Attendance::Cannot)]);
    assert_eq!(seen.answers[1].proposed_times, [at(suite, DAY * 2), at(suite, DAY * 3)], "each once");
    assert_eq!((seen.answers[1].answered_by.as_str(), seen.state()), (CALLER, MeetingState::Booked));
    assert_eq!(
        (told(suite, OUTPATIENT).await, told(suite, SOCIAL).await, told(suite, WARD).await),
        (2, 0, 0)
    );
    for unit in [WARD, SOCIAL, HEALTH, OUTPATIENT] {
        assert_eq!(case(suite, unit, &id).await.meetings, std::slice::from_ref(&seen), "{unit}");
        let answers = events(suite, unit).await.into_iter().filter_map(|event| match event {
            Event::SipInvitationAnswered(said) => said.answer,
            _ => None,
        });
        assert_eq!(answers.collect::<Vec<_>>(), seen.answers, "{unit}");
    }
    // Who comes later is told how it stands.
    notify(suite, &id, &[ELSEWHERE]).await;
    suite.drain().await;
    let shared = events(suite, ELSEWHERE).await.into_iter().find_map(|event| match event {
        Event::CaseShared(shared) => Some(shared.meetings),
        _ => None,
    });
    assert_eq!(shared, Some(vec![seen]));
}

async fn a_ward_that_called_is_told_too(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let call = client(suite, WARD).invite_to_sip(invitation(suite, &id, &[SOCIAL])).await;
    let meeting = call.expect("called").into_inner().meeting.expect("a meeting");
    answered(suite, SOCIAL, answering(&meeting, Attendance::Comes)).await;
    assert_eq!((told(suite, WARD).await, told(suite, OUTPATIENT).await), (1, 0));
}

async fn a_meeting_that_is_moved_asks_anew(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let meeting = called(suite, &id, &[SOCIAL]).await;
    let seen = answered(suite, SOCIAL, answering(&meeting, Attendance::Comes)).await;
    assert_eq!(seen.answers.len(), 1);
    let request = pb::RescheduleMeetingRequest {
        meeting_id: meeting.meeting_id.clone(),
        starts_at: Some(at(suite, DAY * 2)),
        ..Default::default()
    };
    let moved = client(suite, OUTPATIENT).reschedule_meeting(request).await.expect("moved").into_inner();
    assert!(moved.meeting.is_some_and(|meeting| meeting.answers.is_empty() && meeting.invitees.len() == 1));
    assert!(case(suite, SOCIAL, &id).await.meetings[0].answers.is_empty());
    answered(suite, SOCIAL, answering(&meeting, Attendance::Cannot)).await;
    let again = answered(suite, SOCIAL, answering(&meeting, Attendance::Comes)).await;
    assert_eq!(
        (again.answers.len(), again.answers[0].attendance()),
        (1, Attendance::Comes),
        "the last holds"
    );
    assert_eq!(told(suite, OUTPATIENT).await, 3);
}

async fn each_answer_that_cannot_be_has_its_own_reason(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH, OUTPATIENT]).await;
    let meeting = called(suite, &id, &[SOCIAL]).await;
    let reason = async |unit, meeting: &pb::Meeting| {
        refused(client(suite, unit).answer_sip_invitation(answering(meeting, Attendance::Comes)).await).reason
    };
    for unit in [HEALTH, OUTPATIENT] {
        assert_eq!(reason(unit, &meeting).await, "NOT_INVITED", "{unit}");
    }
    assert_eq!(reason(ELSEWHERE, &meeting).await, "NOT_FOUND");
    assert_eq!(reason(WARD, &meeting).await, "NOT_PERMITTED", "it has no part in the invitation");
    let request = pb::BookPlanningMeetingRequest {
        key: Some(pb::book_planning_meeting_request::Key::AdmissionId(id.clone())),
        starts_at: Some(at(suite, DAY)),
        form: MeetingForm::Video.into(),
        ..Default::default()
    };
    let planning = client(suite, WARD).book_planning_meeting(request).await.expect("booked").into_inner();
    let planning = planning.meeting.expect("a meeting");
    assert_eq!(reason(SOCIAL, &planning).await, "NOT_FOUND", "that of a plan alone is answered");

    let cancelled = called(suite, &id, &[SOCIAL]).await;
    let cancel = |meeting: &pb::Meeting| pb::CancelMeetingRequest {
        meeting_id: meeting.meeting_id.clone(),
        ..Default::default()
    };
    client(suite, OUTPATIENT).cancel_meeting(cancel(&cancelled)).await.expect("cancelled");
    let held = called(suite, &id, &[SOCIAL]).await;
    let request = pb::RecordSipMeetingRequest {
        meeting_id: held.meeting_id.clone(),
        held_at: Some(at(suite, SignedDuration::ZERO)),
        form: MeetingForm::InPerson.into(),
        participants: vec![SOCIAL.to_owned()],
        ..Default::default()
    };
    client(suite, SOCIAL).record_sip_meeting(request).await.expect("held");
    for (over, state) in [(&cancelled, "MEETING_STATE_CANCELLED"), (&held, "MEETING_STATE_HELD")] {
        let answer = client(suite, SOCIAL).answer_sip_invitation(answering(over, Attendance::Comes)).await;
        let refusal = refused(answer);
        assert_eq!(
            (refusal.reason.as_str(), refusal.metadata["state"].as_str()),
            ("MEETING_NOT_BOOKED", state)
        );
    }
    barred(suite, &id, SOCIAL).await;
    assert_eq!(reason(SOCIAL, &meeting).await, "DISCLOSURE_BARRED");
    left(suite, &id, Destination::Deceased).await;
    assert_eq!(reason(HEALTH, &meeting).await, "CASE_OVER");
    assert!(case(suite, WARD, &id).await.meetings.iter().all(|meeting| meeting.answers.is_empty()));
}

async fn an_answer_is_one_however_often_it_is_sent(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let meeting = called(suite, &id, &[SOCIAL]).await;
    let request = pb::AnswerSipInvitationRequest {
        request_id: "0190163d-8694-739b-aea5-966c26f8ad90".to_owned(),
        etag: meeting.etag.clone(),
        ..answering(&meeting, Attendance::Comes)
    };
    let first = answered(suite, SOCIAL, request.clone()).await;
    assert_eq!(answered(suite, SOCIAL, request.clone()).await, first);
    let stale = pb::AnswerSipInvitationRequest { request_id: String::new(), ..request };
    assert_eq!(refused(client(suite, SOCIAL).answer_sip_invitation(stale).await).reason, "ETAG_MOVED");
    assert_eq!(told(suite, OUTPATIENT).await, 1);
}

async fn the_names_of_who_has_no_login_are_read_in_the_case_alone(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let named = |request| pb::InviteToSipRequest { invitees: vec![school("Lindskolan")], ..request };
    let request = named(invitation(suite, &id, &[SOCIAL]));
    let answer = client(suite, OUTPATIENT).invite_to_sip(request.clone()).await.expect("called").into_inner();
    let meeting = answer.meeting.expect("a meeting");
    assert_eq!(meeting.invitees, [school("")], "an answer is kept");
    let answer = answered(suite, SOCIAL, answering(&meeting, Attendance::Comes)).await;
    assert_eq!(answer.invitees, [school("")]);
    for unit in [WARD, SOCIAL, OUTPATIENT] {
        assert_eq!(case(suite, unit, &id).await.meetings[0].invitees, [school("Lindskolan")], "{unit}");
    }
    barred(suite, &id, SOCIAL).await;
    assert_eq!(case(suite, SOCIAL, &id).await.meetings[0].invitees, [school("Lindskolan")], "as it stood");
    notify(suite, &id, &[HEALTH]).await;
    suite.drain().await;
    for unit in [WARD, SOCIAL, HEALTH, OUTPATIENT] {
        assert!(!format!("{:?}", events(suite, unit).await).contains("Lindskolan"), "{unit}");
    }
    left(suite, &id, Destination::Home).await;
    blanked(suite, &id).await;
    for unit in [WARD, SOCIAL, HEALTH, OUTPATIENT] {
        assert_eq!(case(suite, unit, &id).await.meetings[0].invitees, [school("")], "{unit}");
    }
    let refusal = refused(client(suite, OUTPATIENT).invite_to_sip(request).await);
    assert_eq!(refusal.reason, "DETAILS_BLANKED");
}

async fn of_a_protected_person_nobody_is_named(suite: &Suite) {
    let id = assessed(suite, Protection::ProtectedRegistration).await;
    notify(suite, &id, &[SOCIAL, OUTPATIENT]).await;
    suite.drain().await;
    let request =
        pb::InviteToSipRequest { invitees: vec![school("Lindskolan")], ..invitation(suite, &id, &[SOCIAL]) };
    let refusal = refused(client(suite, OUTPATIENT).invite_to_sip(request.clone()).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "PERSON_PROTECTED"));
    assert!(case(suite, SOCIAL, &id).await.meetings.is_empty());
    let meeting = called(suite, &id, &[SOCIAL]).await;
    assert_eq!(meeting.invitees, [school("")], "that a school is invited says nothing of which");
}

async fn every_wrong_field_of_an_invitation_is_named_at_once(suite: &Suite) {
    let mut client = client(suite, SOCIAL);
    let nothing = pb::AnswerSipInvitationRequest::default();
    let fields = refused(client.answer_sip_invitation(nothing).await).fields;
    assert_eq!(fields, ["meeting_id", "attendance"]);
    let times = [at(suite, DAY), at(suite, SignedDuration::from_secs(-1))];
    let wrong = pb::AnswerSipInvitationRequest {
        request_id: "no".to_owned(),
        attendance: Attendance::Comes.into(),
        proposed_times: times.into_iter().cycle().take(6).collect(),
        answered_by: "no no".to_owned(),
        ..Default::default()
    };
    let fields = refused(client.answer_sip_invitation(wrong).await).fields;
    let past = ["proposed_times[1]", "proposed_times[3]", "proposed_times[5]"];
    let expected = ["request_id", "meeting_id", "proposed_times", "proposed_times"];
    assert_eq!(fields, [&expected[..], &past[..], &["answered_by"]].concat());
    let unsaid = Invitee { name: "Lindskolan".to_owned(), ..Invitee::default() };
    let wrong = pb::InviteToSipRequest { invitees: vec![unsaid; 51], ..invitation(suite, "no", &[SOCIAL]) };
    let fields = refused(client.invite_to_sip(wrong).await).fields;
    assert_eq!(fields[..4], ["admission_id", "invitees", "invitees[0].kind", "invitees[0].channel"]);
}
