//! What is refused once a case has ended, and what outlives it.

use hemgang_proto::planning::{
    Ability, Attendance, ContactTopic, ContactWith, FollowUpOutcome, HandOverItem, HandOverKind,
    HandOverState, MeetingForm, MeetingKind, MessageKind, ServiceDecision, ServiceLaw, SipKind,
    SipNeedDecision, SipPlan, SipService, SummaryForm, answer_planning_request, approve_sip_request,
    book_planning_meeting_request, invite_to_sip_request, record_contact_request, record_follow_up_request,
    save_sip_request, send_message_request, transfer_discharge_information_request,
};

use hemgang_testing::Refused;

use super::{
    life::{closed, closing, interrupted, interrupting, reopened},
    *,
};

each_backend!(
    nothing_is_arranged_about_a_case_that_ended,
    what_outlives_a_case_is_done_once_it_is_closed
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

fn answering(id: &str) -> pb::AnswerPlanningRequest {
    pb::AnswerPlanningRequest {
        key: Some(answer_planning_request::Key::AdmissionId(id.to_owned())),
        law: ServiceLaw::Sol.into(),
        ability: Ability::Unknown.into(),
        decision: ServiceDecision::NotApplied.into(),
        missing: vec![pb::MissingItem::Staff.into()],
        ..Default::default()
    }
}

fn plan(id: &str, version: i32) -> pb::SaveSipRequest {
    let service =
        SipService { what: "Hjälp hemma".to_owned(), unit: SOCIAL.to_owned(), ..SipService::default() };
    let plan = SipPlan {
        kind: SipKind::IndividualPlan.into(),
        goals: vec!["Bo hemma".to_owned()],
        services: vec![service],
        responsible_unit: SOCIAL.to_owned(),
        follow_up_on: Some(wire::date(date(2026, 10, 14))),
        ..SipPlan::default()
    };
    let key = Some(save_sip_request::Key::AdmissionId(id.to_owned()));
    pb::SaveSipRequest { key, version, plan: Some(plan), ..Default::default() }
}

fn contact(suite: &Suite, id: &str, topic: ContactTopic) -> pb::RecordContactRequest {
    pb::RecordContactRequest {
        key: Some(record_contact_request::Key::AdmissionId(id.to_owned())),
        with: ContactWith::Patient.into(),
        contacted_at: Some(wire::timestamp(suite.clock.now())),
        topic: topic.into(),
        text: "Det går bra".to_owned(),
        ..Default::default()
    }
}

fn information(id: &str) -> pb::TransferDischargeInformationRequest {
    let item = HandOverItem {
        kind: HandOverKind::Nursing.into(),
        state: HandOverState::Given.into(),
        text: "Rapport".to_owned(),
        sent_at: None,
    };
    pb::TransferDischargeInformationRequest {
        key: Some(transfer_discharge_information_request::Key::AdmissionId(id.to_owned())),
        items: vec![item],
        ..Default::default()
    }
}

fn summary(suite: &Suite, id: &str) -> pb::HandOverPatientSummaryRequest {
    pb::HandOverPatientSummaryRequest {
        key: Some(pb::hand_over_patient_summary_request::Key::AdmissionId(id.to_owned())),
        handed_over_at: Some(wire::timestamp(suite.clock.now())),
        form: SummaryForm::Paper.into(),
        ..Default::default()
    }
}

fn booking(suite: &Suite, id: &str) -> pb::BookPlanningMeetingRequest {
    pb::BookPlanningMeetingRequest {
        key: Some(book_planning_meeting_request::Key::AdmissionId(id.to_owned())),
        starts_at: Some(wire::timestamp(suite.clock.now() + SignedDuration::from_hours(20))),
        form: MeetingForm::Video.into(),
        ..Default::default()
    }
}

fn held(suite: &Suite, meeting: &pb::Meeting) -> pb::RecordPlanningMeetingRequest {
    pb::RecordPlanningMeetingRequest {
        meeting_id: meeting.meeting_id.clone(),
        held_at: Some(wire::timestamp(suite.clock.now())),
        form: MeetingForm::Video.into(),
        participants: vec![SOCIAL.to_owned()],
        ..Default::default()
    }
}

fn message(id: &str) -> pb::SendMessageRequest {
    pb::SendMessageRequest {
        key: Some(send_message_request::Key::AdmissionId(id.to_owned())),
        kind: MessageKind::Question.into(),
        text: "Vem hämtar?".to_owned(),
        ..Default::default()
    }
}

fn inviting(id: &str, meeting: &pb::Meeting) -> pb::InviteToSipRequest {
    pb::InviteToSipRequest {
        key: Some(invite_to_sip_request::Key::AdmissionId(id.to_owned())),
        starts_at: meeting.starts_at,
        form: MeetingForm::Video.into(),
        invited: vec![SOCIAL.to_owned()],
        ..Default::default()
    }
}

/// Every command that arranges something is refused with one reason, and nothing comes of it.
async fn refuses_all(suite: &Suite, id: &str, meeting: &pb::Meeting, state: &str) {
    let feed = events(suite, WARD).await.len();
    let mut refusals = of_social_services(suite, id, meeting).await;
    refusals.extend(of_the_clinic(suite, id, meeting).await);
    refusals.extend(of_the_ward(suite, id, meeting).await);
    if state == "CASE_STATE_INTERRUPTED" {
        let mut ward = client(suite, WARD);
        refusals.push(refused(ward.transfer_discharge_information(information(id)).await));
        refusals.push(refused(ward.hand_over_patient_summary(summary(suite, id)).await));
        refusals.push(refused(ward.record_contact(contact(suite, id, ContactTopic::AfterHomecoming)).await));
    }
    for (number, refusal) in refusals.iter().enumerate() {
        let of = refusal.metadata.get("state").map_or("", String::as_str);
        let said = (refusal.code, refusal.reason.as_str(), of);
        let expected = (Code::FailedPrecondition, "CASE_CLOSED", state);
        assert_eq!(said, expected, "command {number}: {:?}", refusal.fields);
    }
    assert_eq!(events(suite, WARD).await.len(), feed, "nothing was told");
}

async fn of_social_services(suite: &Suite, id: &str, meeting: &pb::Meeting) -> Vec<Refused> {
    let mut social = client(suite, SOCIAL);
    let approving = pb::ApproveSipRequest {
        key: Some(approve_sip_request::Key::AdmissionId(id.to_owned())),
        version: 1,
        ..Default::default()
    };
    let need = pb::DecideSipNeedRequest {
        key: Some(pb::decide_sip_need_request::Key::AdmissionId(id.to_owned())),
        decision: SipNeedDecision::Needed.into(),
        ..Default::default()
    };
    let receiving = pb::ConfirmReceivingRequest {
        key: Some(pb::confirm_receiving_request::Key::AdmissionId(id.to_owned())),
        receives_at: meeting.starts_at,
        ..Default::default()
    };
    let sharing = pb::ShareCurrentServicesRequest {
        key: Some(pb::share_current_services_request::Key::AdmissionId(id.to_owned())),
        ..Default::default()
    };
    let around = super::related_persons::around(id, &[]);
    let mut meetings = case(suite, WARD, id).await.meetings.into_iter();
    let invited = meetings.find(|it| it.kind() == MeetingKind::Sip).expect("a SIP meeting");
    vec![
        refused(social.answer_planning(answering(id)).await),
        refused(social.send_message(message(id)).await),
        refused(social.save_sip(plan(id, 1)).await),
        refused(social.approve_sip(approving).await),
        refused(social.decide_sip_need(need).await),
        refused(social.confirm_receiving(receiving).await),
        refused(social.share_current_services(sharing).await),
        refused(social.record_decision(super::decisions::declined(suite, id)).await),
        refused(social.set_related_persons(around).await),
        refused(
            social.answer_sip_invitation(super::invitations::answering(&invited, Attendance::Comes)).await,
        ),
    ]
}

async fn of_the_clinic(suite: &Suite, id: &str, meeting: &pb::Meeting) -> Vec<Refused> {
    let mut clinic = client(suite, OUTPATIENT);
    let inviting = inviting(id, meeting);
    let appointing = pb::AppointCareContactRequest {
        key: Some(pb::appoint_care_contact_request::Key::AdmissionId(id.to_owned())),
        person: OFFICER.to_owned(),
        ..Default::default()
    };
    let readiness = pb::SetOutpatientReadinessRequest {
        key: Some(pb::set_outpatient_readiness_request::Key::AdmissionId(id.to_owned())),
        ability: Ability::Can.into(),
        ..Default::default()
    };
    vec![
        refused(clinic.invite_to_sip(inviting).await),
        refused(clinic.appoint_care_contact(appointing).await),
        refused(clinic.set_outpatient_readiness(readiness).await),
    ]
}

async fn of_the_ward(suite: &Suite, id: &str, meeting: &pb::Meeting) -> Vec<Refused> {
    let mut ward = client(suite, WARD);
    let moved = pb::RescheduleMeetingRequest {
        meeting_id: meeting.meeting_id.clone(),
        starts_at: meeting.starts_at,
        ..Default::default()
    };
    let adding = pb::AddRecipientRequest {
        key: Some(pb::add_recipient_request::Key::AdmissionId(id.to_owned())),
        unit: HEALTH.to_owned(),
        ..Default::default()
    };
    vec![
        refused(ward.book_planning_meeting(booking(suite, id)).await),
        refused(ward.reschedule_meeting(moved).await),
        refused(ward.record_planning_meeting(held(suite, meeting)).await),
        refused(ward.add_recipient(adding).await),
        refused(ward.record_contact(contact(suite, id, ContactTopic::Planning)).await),
        refused(ward.interrupt_case(interrupting(id)).await),
        refused(ward.close_case(closing(id)).await),
    ]
}

/// A notified stay with a booked meeting and a draft of a plan.
async fn planned(suite: &Suite) -> (String, pb::Meeting) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    answers_sip(suite, &id, pb::ConsentDecision::Given).await;
    client(suite, SOCIAL).save_sip(plan(&id, 0)).await.expect("saved");
    let answer = client(suite, WARD).book_planning_meeting(booking(suite, &id)).await.expect("booked");
    (id, answer.into_inner().meeting.expect("a meeting"))
}

async fn nothing_is_arranged_about_a_case_that_ended(suite: &Suite) {
    let (id, meeting) = planned(suite).await;
    client(suite, OUTPATIENT).invite_to_sip(inviting(&id, &meeting)).await.expect("called");
    interrupted(suite, &id).await;
    suite.pass(SignedDuration::from_hours(1)).await;
    refuses_all(suite, &id, &meeting, "CASE_STATE_INTERRUPTED").await;
    reopened(suite, &id).await;
    left(suite, &id, Destination::Home).await;
    suite.drain().await;
    let refusal = refused(client(suite, WARD).interrupt_case(interrupting(&id)).await);
    assert_eq!((refusal.code, &*refusal.reason), (Code::FailedPrecondition, "HAS_LEFT"));
    closed(suite, &id).await;
    suite.pass(SignedDuration::from_hours(1)).await;
    refuses_all(suite, &id, &meeting, "CASE_STATE_CLOSED").await;
}

async fn what_outlives_a_case_is_done_once_it_is_closed(suite: &Suite) {
    let (id, meeting) = planned(suite).await;
    let approving = pb::ApproveSipRequest {
        key: Some(approve_sip_request::Key::AdmissionId(id.clone())),
        version: 1,
        ..Default::default()
    };
    client(suite, SOCIAL).approve_sip(approving).await.expect("approved");
    suite.pass(SignedDuration::from_hours(1)).await;
    let was_held = held(suite, &meeting);
    left(suite, &id, Destination::Home).await;
    suite.drain().await;
    suite.pass(SignedDuration::from_hours(1)).await;
    closed(suite, &id).await;
    suite.pass(SignedDuration::from_hours(30)).await;

    let (mut ward, mut social) = (client(suite, WARD), client(suite, SOCIAL));
    ward.record_planning_meeting(was_held).await.expect("it was before the case was closed");
    ward.transfer_discharge_information(information(&id)).await.expect("owed whoever closed the case");
    ward.hand_over_patient_summary(summary(suite, &id)).await.expect("so is this");
    ward.record_contact(contact(suite, &id, ContactTopic::AfterHomecoming)).await.expect("within 72 hours");
    let following = pb::RecordFollowUpRequest {
        key: Some(record_follow_up_request::Key::AdmissionId(id.clone())),
        held_at: Some(wire::timestamp(suite.clock.now())),
        outcome: FollowUpOutcome::GoalsMet.into(),
        ..Default::default()
    };
    social.record_follow_up(following).await.expect("the plan lives on");
    let ending = pb::CloseSipRequest {
        key: Some(pb::close_sip_request::Key::AdmissionId(id.clone())),
        reason: pb::SipCloseReason::GoalsMet.into(),
        ..Default::default()
    };
    social.close_sip(ending).await.expect("and ends by itself");
    let notice = inbox(suite, SOCIAL).await.remove(0);
    let taking = pb::AcknowledgeNoticeRequest { notice_id: notice.notice_id, ..Default::default() };
    social.acknowledge_notice(taking).await.expect("taken note of");
    // What is said of disclosure is of the stay, and holds at any time.
    barred(suite, &id, OUTPATIENT).await;
    assert_eq!(case(suite, WARD, &id).await.state(), CaseState::Closed);
}
