//! A complex discharge: two meetings, a plan that changes between them, and what is left of it in spring.

use hemgang_proto::{
    access::{WhoReadRequest, access_log_service_client::AccessLogServiceClient},
    common::PersonId,
    planning::{
        Attendance, FollowUpOutcome, MeetingKind, MeetingState, NoticeKind, SipCloseReason, SipState,
    },
};
use hemgang_testing::each_backend;
use jiff::civil::date;

use super::*;
use crate::journeys::steps::{
    AUDITOR, COUNTY, SAHLGRENSKA, WARD,
    adt::{a01, a03, tell},
    kinds, until,
};

each_backend!(
    a_complex_discharge_has_two_meetings_and_a_plan_that_is_followed_up_twice
    on crate::services::SERVICES
);

async fn hold(
    suite: &Suite,
    meeting_id: String,
    held_at: &str,
    form: MeetingForm,
    who: &[Caller],
) -> pla::Meeting {
    let request = pla::RecordSipMeetingRequest {
        meeting_id,
        held_at: Some(wire::timestamp(at(held_at))),
        form: form.into(),
        participants: who.iter().map(|caller| caller.unit.to_owned()).collect(),
        patient_took_part: true,
        relatives_took_part: true,
        ..Default::default()
    };
    let held = CLINIC.planning(suite).record_sip_meeting(request).await.expect("held").into_inner();
    held.meeting.expect("a meeting")
}

async fn follow_up(suite: &Suite, id: &str, outcome: FollowUpOutcome, next_on: Option<Date>) {
    let request = pla::RecordFollowUpRequest {
        key: Some(pla::record_follow_up_request::Key::AdmissionId(id.to_owned())),
        held_at: Some(wire::timestamp(suite.clock.now())),
        outcome: outcome.into(),
        next_on: next_on.map(wire::date),
        patient_took_part: true,
        ..Default::default()
    };
    CLINIC.planning(suite).record_follow_up(request).await.expect("followed up");
}

fn school() -> pla::Invitee {
    pla::Invitee {
        kind: pla::InviteeKind::School.into(),
        channel: pla::InvitationChannel::Letter.into(),
        name: "Lindskolan".to_owned(),
    }
}

fn draft() -> pla::SipPlan {
    let plan = plan(SipKind::IndividualPlan, "Komma hem och klara skolan", date(2026, 11, 2));
    pla::SipPlan { invitees: vec![school()], ..plan }
}

/// The contact calls, and the school is told by letter; the first time does not suit the municipality.
async fn call(suite: &Suite, id: &str) -> String {
    let request = pla::InviteToSipRequest {
        invitees: vec![school()],
        ..inviting(id, "2026-09-17T07:00:00Z", MeetingForm::Video)
    };
    let called = at_clinic(suite, CONTACT).invite_to_sip(request).await.expect("called").into_inner();
    let called = called.meeting.expect("a meeting");
    assert!(called.statutory);
    let answer = async |attendance: Attendance, proposed: &[&str]| {
        let request = pla::AnswerSipInvitationRequest {
            meeting_id: called.meeting_id.clone(),
            attendance: attendance.into(),
            proposed_times: proposed.iter().map(|time| wire::timestamp(at(time))).collect(),
            ..Default::default()
        };
        SOCIAL.planning(suite).answer_sip_invitation(request).await.expect("answered");
    };
    answer(Attendance::Cannot, &["2026-09-17T11:00:00Z"]).await;
    assert!(kinds(&CLINIC.inbox(suite).await).contains(&NoticeKind::SipInvitationAnswered));
    let proposed = CLINIC.case(suite, id).await.expect("a case").meetings[0].answers[0].proposed_times[0];
    let request = pla::RescheduleMeetingRequest {
        meeting_id: called.meeting_id.clone(),
        starts_at: Some(proposed),
        ..Default::default()
    };
    CLINIC.planning(suite).reschedule_meeting(request).await.expect("moved");
    answer(Attendance::SendsDeputy, &[]).await;
    called.meeting_id
}

/// In hospital, by video: the plan is written, and the municipality approves it.
async fn plan_in_hospital(suite: &Suite, id: &str, meeting_id: String) {
    until(suite, "2026-09-17T12:00:00Z").await;
    hold(suite, meeting_id, "2026-09-17T11:00:00Z", MeetingForm::Video, &[WARD, SOCIAL, CLINIC]).await;
    assert_eq!(save(suite, WARD, id, 0, draft()).await.state(), SipState::Draft);
    assert_eq!(approve(suite, SOCIAL, id, 1).await.state(), SipState::Draft);
    until(suite, "2026-09-18T09:00:00Z").await;
    tell(suite, &[a03("V1", "20260918100000")]).await;
}

/// At home, in one room: what was approved is not what is meant by then.
async fn plan_at_home(suite: &Suite, id: &str) {
    until(suite, "2026-09-24T06:00:00Z").await;
    let request = inviting(id, "2026-09-24T08:00:00Z", MeetingForm::InPerson);
    let second = CLINIC.planning(suite).invite_to_sip(request).await.expect("called").into_inner();
    let second = second.meeting.expect("a meeting");
    assert!(!second.statutory, "somebody else of the clinic, outside the discharge");
    until(suite, "2026-09-24T10:00:00Z").await;
    hold(suite, second.meeting_id, "2026-09-24T08:00:00Z", MeetingForm::InPerson, &[SOCIAL, CLINIC]).await;
    let changed = pla::SipPlan { goals: vec!["Gå i skolan halva dagar".to_owned()], ..draft() };
    let edited = save(suite, CLINIC, id, 1, changed).await;
    assert_eq!((edited.version, edited.approvals.len()), (2, 0));
    approve(suite, CLINIC, id, 2).await;
    let agreed = approve(suite, SOCIAL, id, 2).await;
    assert_eq!(
        (agreed.state(), agreed.agreed_at),
        (SipState::Agreed, Some(wire::timestamp(suite.clock.now())))
    );
}

async fn follow_up_and_close(suite: &Suite, id: &str) {
    until(suite, "2026-11-02T09:00:00Z").await;
    follow_up(suite, id, FollowUpOutcome::Continues, Some(date(2026, 12, 14))).await;
    until(suite, "2026-12-14T09:00:00Z").await;
    follow_up(suite, id, FollowUpOutcome::GoalsMet, None).await;
    let request = pla::CloseSipRequest {
        key: Some(pla::close_sip_request::Key::AdmissionId(id.to_owned())),
        reason: SipCloseReason::GoalsMet.into(),
        ..Default::default()
    };
    CLINIC.planning(suite).close_sip(request).await.expect("closed");
}

/// How often and by whom the plan was printed, as the log has it.
async fn printed(suite: &Suite, person_id: Option<PersonId>) -> Vec<(String, Vec<String>)> {
    let request = WhoReadRequest { person_id, page_size: 500, ..Default::default() };
    let log = AccessLogServiceClient::new(AUDITOR.peer(suite)).who_read(request).await.expect("an answer");
    let entries = log.into_inner().accesses.into_iter().filter_map(|access| access.entry);
    let printed = entries.filter(|entry| entry.rpc.ends_with("/PrintSip"));
    printed.map(|entry| (entry.roles.join(" "), entry.admission_ids)).collect()
}

async fn a_complex_discharge_has_two_meetings_and_a_plan_that_is_followed_up_twice(suite: &Suite) {
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.tell_of(suite, &id, &[SOCIAL, CLINIC]).await;
    appoint(suite, &id).await;
    needed(suite, &id).await;
    wanted(suite, &id).await;
    until(suite, "2026-09-16T08:00:00Z").await;
    WARD.confirm(suite, &id).await.expect("confirmed");

    let meeting_id = call(suite, &id).await;
    plan_in_hospital(suite, &id, meeting_id).await;
    plan_at_home(suite, &id).await;
    follow_up_and_close(suite, &id).await;

    let case = SOCIAL.case(suite, &id).await.expect("a case");
    let sip = case.sip.expect("a plan");
    assert_eq!((sip.state(), sip.follow_ups.len(), sip.version), (SipState::Closed, 2, 2));
    let held: Vec<_> = case.meetings.iter().map(|meeting| (meeting.kind(), meeting.state())).collect();
    assert_eq!(held, [(MeetingKind::Sip, MeetingState::Held); 2]);
    assert_eq!(case.meetings[0].invitees[0].name, "Lindskolan");
    assert_eq!(print(suite, WARD, &id).await.content_type, "application/pdf");
    let person_id = case.patient.and_then(|patient| patient.person_id);
    assert_eq!(printed(suite, person_id).await, [("ward".to_owned(), vec![id])]);
    assert_eq!(COUNTY.total(suite, "sip_meetings").await, (1, 2), "one by video");
    assert_eq!(COUNTY.total(suite, "sip_called_in_time").await, (1, 1));
    assert_eq!(SOCIAL.signals(suite).await, [], "nobody called in the contact's place while it was due");
}
