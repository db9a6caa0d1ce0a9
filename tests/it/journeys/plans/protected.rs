//! A person with skyddad folkbokföring is planned for by hand, and neither plan, invitation nor paper says who or where.

use hemgang_proto::{
    admission::{ChangePatientDetailsRequest, change_patient_details_request::Key},
    common::{Cut, Protection},
    planning::{
        Attendance, SipState, planning_event::Event, planning_feed_service_client::PlanningFeedServiceClient,
    },
};
use hemgang_testing::{each_backend, refused};
use jiff::civil::date;

use super::*;
use crate::journeys::steps::{
    COUNTY, SAHLGRENSKA, SERVICE, WARD,
    adt::{a01, tell},
    figures::cell,
    until,
};

each_backend!(
    of_a_protected_person_a_plan_is_made_that_says_neither_who_nor_where
    on crate::services::SERVICES
);

/// A stay of somebody with skyddad folkbokföring.
async fn secret(suite: &Suite) -> String {
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    let request = ChangePatientDetailsRequest {
        key: Some(Key::AdmissionId(id.clone())),
        protection: Protection::ProtectedRegistration.into(),
        ..Default::default()
    };
    WARD.admissions(suite).change_patient_details(request).await.expect("changed");
    suite.drain().await;
    id
}

async fn of_a_protected_person_a_plan_is_made_that_says_neither_who_nor_where(suite: &Suite) {
    let id = secret(suite).await;
    WARD.tell_of(suite, &id, &[SOCIAL, CLINIC]).await;
    appoint(suite, &id).await;
    needed(suite, &id).await;
    wanted(suite, &id).await;
    WARD.confirm(suite, &id).await.expect("confirmed");

    let school = |name: &str| pla::Invitee {
        kind: pla::InviteeKind::School.into(),
        channel: pla::InvitationChannel::Letter.into(),
        name: name.to_owned(),
    };
    let request = |name: &str| pla::InviteToSipRequest {
        invitees: vec![school(name)],
        ..inviting(&id, "2026-09-15T08:00:00Z", MeetingForm::Video)
    };
    let mut contact = at_clinic(suite, CONTACT);
    assert_eq!(refused(contact.invite_to_sip(request("Lindskolan")).await).reason, "PERSON_PROTECTED");
    let called = contact.invite_to_sip(request("")).await.expect("called").into_inner();
    let meeting_id = called.meeting.expect("a meeting").meeting_id;
    let answer = pla::AnswerSipInvitationRequest {
        meeting_id: meeting_id.clone(),
        attendance: Attendance::Comes.into(),
        ..Default::default()
    };
    SOCIAL.planning(suite).answer_sip_invitation(answer).await.expect("answered");
    until(suite, "2026-09-15T09:00:00Z").await;
    let held = pla::RecordSipMeetingRequest {
        meeting_id,
        held_at: Some(wire::timestamp(at("2026-09-15T08:00:00Z"))),
        form: MeetingForm::Video.into(),
        participants: vec![SOCIAL.unit.to_owned(), CLINIC.unit.to_owned()],
        ..Default::default()
    };
    SOCIAL.planning(suite).record_sip_meeting(held).await.expect("held");

    let plan = plan(SipKind::IndividualPlan, "Känna mig trygg", date(2026, 10, 14));
    let named = pla::SipPlan { invitees: vec![school("Lindskolan")], ..plan.clone() };
    let key = Some(pla::save_sip_request::Key::AdmissionId(id.clone()));
    let request = pla::SaveSipRequest { key, plan: Some(named), ..Default::default() };
    assert_eq!(refused(SOCIAL.planning(suite).save_sip(request).await).reason, "PERSON_PROTECTED");
    save(suite, SOCIAL, &id, 0, plan).await;
    approve(suite, SOCIAL, &id, 1).await;
    assert_eq!(approve(suite, CLINIC, &id, 1).await.state(), SipState::Agreed);
    for reader in [SOCIAL, CLINIC, WARD] {
        let paper = print(suite, reader, &id).await;
        let said =
            lopdf::Document::load_mem(&paper.document).expect("a PDF").extract_text(&[1]).expect("text");
        assert!(said.contains("Känna mig trygg") && !said.contains("Planen är för"), "{said}");
        assert!(!said.contains("Exempel") && !said.contains("19121212"));
    }
    let mut feed = PlanningFeedServiceClient::new(SERVICE.peer(suite));
    let request = pla::ReadEventsRequest { page_size: 500, ..Default::default() };
    let events = feed.read_events(request).await.expect("events").into_inner().events;
    assert!(events.iter().any(|event| matches!(event.event, Some(Event::SipAgreed(_)))));
    let told = serde_json::to_string(&events).expect("JSON");
    for word in ["Exempel", "Provgatan", "Lindskolan", "trygg", "191212121212"] {
        assert!(!told.contains(word), "{word}");
    }
    // Where the person lives no figure says.
    assert_eq!(COUNTY.cells(suite, "sip_meetings", Cut::Municipality).await, [cell("unallocated", 1, 1)]);
}
