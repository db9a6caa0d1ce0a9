//! Cases without an admission: opened by a care request, about a person whose protection holds, with SIP meetings.

use hemgang_proto::{
    common::{Person, PersonId},
    planning::{MeetingForm, MeetingState, invite_to_sip_request},
};

use super::*;

each_backend!(
    a_care_request_opens_a_case_for_its_parties_and_nobody_else,
    a_sip_is_held_without_an_admission,
    who_is_protected_has_neither_name_nor_address_whoever_knows_of_it,
    a_protection_told_later_hides_what_was_shown,
    what_one_care_request_knows_of_protection_holds_for_the_others,
    a_care_request_is_sent_by_receivers_and_once,
    every_wrong_field_of_a_care_request_is_named_at_once
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

/// The same person as in the stays of these tests.
fn request(recipients: &[&str]) -> pb::SendCareRequestRequest {
    pb::SendCareRequestRequest {
        person: Some(Person {
            person_id: Some(PersonId {
                oid: "1.2.752.129.2.1.3.1".to_owned(),
                value: "19121212-1212".to_owned(),
            }),
            name: "Tolvan Exempel".to_owned(),
            address: "Storgatan 1, Göteborg".to_owned(),
            ..Person::default()
        }),
        recipients: recipients.iter().map(|unit| (*unit).to_owned()).collect(),
        ..Default::default()
    }
}

pub(super) async fn sent(suite: &Suite, unit: &str, recipients: &[&str]) -> pb::Case {
    let answer = client(suite, unit).send_care_request(request(recipients)).await;
    answer.expect("sent").into_inner().case.expect("a case")
}

pub(super) fn by_id(case: &pb::Case) -> pb::GetCaseRequest {
    pb::GetCaseRequest { key: Some(Key::CaseId(case.case_id.clone())) }
}

async fn read(suite: &Suite, unit: &str, case: &pb::Case) -> pb::Case {
    client(suite, unit).get_case(by_id(case)).await.expect("seen").into_inner().case.expect("a case")
}

async fn person(suite: &Suite, unit: &str, case: &pb::Case) -> Person {
    read(suite, unit, case).await.patient.expect("a person")
}

/// Cases, inbox and feed of a unit hold nothing of a case.
async fn knows_nothing(suite: &Suite, unit: &str, case: &pb::Case) {
    let refusal = refused(client(suite, unit).get_case(by_id(case)).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::NotFound, "NOT_FOUND"), "{unit}");
    assert!(cases(suite, unit).await.is_empty() && events(suite, unit).await.is_empty(), "{unit}");
}

async fn a_care_request_opens_a_case_for_its_parties_and_nobody_else(suite: &Suite) {
    let case = sent(suite, OUTPATIENT, &[SOCIAL]).await;
    assert_eq!(case.patient, Some(Person::default()), "an answer that is kept names nobody");
    for unit in [OUTPATIENT, SOCIAL, RECEPTION] {
        let seen = read(suite, unit, &case).await;
        assert_eq!((seen.state(), seen.requested_by.as_str()), (CaseState::Planning, OUTPATIENT));
        assert_eq!(
            [&seen.admission_id, &seen.hospital, &seen.ward].map(String::as_str),
            ["", "", ""],
            "{unit}"
        );
        assert_eq!(kinds(&seen.notices), [NoticeKind::CareRequest], "{unit}");
        let person = seen.patient.clone().expect("a person");
        assert_eq!(
            (person.name.as_str(), person.address.as_str()),
            ("Tolvan Exempel", "Storgatan 1, Göteborg")
        );
        assert_eq!(person.person_id.expect("an identity").value, "191212121212");
        let mut parties: Vec<_> = seen.parties.iter().map(|party| party.unit.as_str()).collect();
        parties.sort_unstable();
        assert_eq!(parties, [SOCIAL, OUTPATIENT]);
        assert_eq!(cases(suite, unit).await.len(), 1, "{unit}");
    }
    assert_eq!(kinds(&inbox(suite, SOCIAL).await), [NoticeKind::CareRequest]);
    assert!(inbox(suite, OUTPATIENT).await.is_empty(), "who asks is not told");
    for stranger in [HEALTH, ELSEWHERE, WARD, OTHER_WARD] {
        knows_nothing(suite, stranger, &case).await;
    }

    // Its events are about the case, for there is no admission.
    let mut feed = PlanningFeedServiceClient::new(peer(suite, SOCIAL));
    let page = feed.read_events(pb::ReadEventsRequest::default()).await.expect("read").into_inner();
    assert_eq!(page.events.len(), 2);
    for event in page.events {
        let header = event.header.expect("a header");
        assert_eq!((header.admission_id.as_str(), &header.case_id), ("", &case.case_id));
    }
    let notice_id = inbox(suite, SOCIAL).await.remove(0).notice_id;
    let taken = pb::AcknowledgeNoticeRequest { notice_id, ..Default::default() };
    client(suite, SOCIAL).acknowledge_notice(taken).await.expect("acknowledged");
    assert!(read(suite, OUTPATIENT, &case).await.notices[0].acknowledged_at.is_some(), "who asked sees it");
}

async fn a_sip_is_held_without_an_admission(suite: &Suite) {
    let case = sent(suite, SOCIAL, &[OUTPATIENT, HEALTH]).await;
    let now = Some(wire::timestamp(suite.clock.now()));
    let called = pb::InviteToSipRequest {
        key: Some(invite_to_sip_request::Key::CaseId(case.case_id.clone())),
        starts_at: now,
        form: MeetingForm::Hybrid.into(),
        invited: vec![OUTPATIENT.to_owned()],
        ..Default::default()
    };
    let answer = client(suite, SOCIAL).invite_to_sip(called).await.expect("called").into_inner();
    let meeting = answer.meeting.expect("a meeting");
    assert!(kinds(&inbox(suite, OUTPATIENT).await).contains(&NoticeKind::SipInvitation));
    let held = pb::RecordSipMeetingRequest {
        meeting_id: meeting.meeting_id,
        held_at: now,
        form: MeetingForm::Hybrid.into(),
        participants: vec![SOCIAL.to_owned(), OUTPATIENT.to_owned()],
        relatives_took_part: true,
        ..Default::default()
    };
    let somewhere = pb::RecordSipMeetingRequest { participants: vec![WARD.to_owned()], ..held.clone() };
    assert_eq!(
        refused(client(suite, OUTPATIENT).record_sip_meeting(somewhere).await).reason,
        "NOT_A_PARTY",
        "no hospital has part in it"
    );
    client(suite, OUTPATIENT).record_sip_meeting(held).await.expect("held");
    let seen = read(suite, HEALTH, &case).await;
    assert_eq!((seen.meetings.len(), seen.meetings[0].state()), (1, MeetingState::Held));
    for stranger in [ELSEWHERE, WARD] {
        knows_nothing(suite, stranger, &case).await;
    }
}

async fn who_is_protected_has_neither_name_nor_address_whoever_knows_of_it(suite: &Suite) {
    // Nothing was heard yet of the stay whose sender knows.
    assessed(suite, Protection::Confidential).await;
    let case = sent(suite, OUTPATIENT, &[SOCIAL]).await;
    for unit in [OUTPATIENT, SOCIAL] {
        let person = person(suite, unit, &case).await;
        assert_eq!((person.name.as_str(), person.address.as_str()), ("", ""), "{unit}");
        assert_eq!(person.protection(), Protection::Confidential);
    }
    let told = events(suite, SOCIAL).await;
    let sent = |event: &Event| matches!(event, Event::CareRequestSent(said) if said.protection() == Protection::Confidential);
    assert!(told.iter().any(sent));
    assert!(kept_nothing(suite, &case).await);
}

/// Whether our own row holds neither name nor address.
async fn kept_nothing(suite: &Suite, case: &pb::Case) -> bool {
    let planning = suite.process.contexts().find(|cx| cx.name == "planning").expect("planning");
    let id = case.case_id.parse().expect("an id");
    let kept = crate::store::person::get(&planning.db, id).await.expect("read").expect("a person");
    kept.name.expose().is_empty() && kept.address.expose().is_empty()
}

async fn a_protection_told_later_hides_what_was_shown(suite: &Suite) {
    let case = sent(suite, OUTPATIENT, &[SOCIAL]).await;
    assert_eq!(person(suite, SOCIAL, &case).await.name, "Tolvan Exempel");
    let before = read(suite, SOCIAL, &case).await;
    let stay = assessed(suite, Protection::ProtectedRegistration).await;
    suite.drain().await;
    let after = read(suite, SOCIAL, &case).await;
    let hidden = after.patient.clone().expect("a person");
    assert_eq!((hidden.name.as_str(), hidden.protection()), ("", Protection::ProtectedRegistration));
    assert_ne!(after.etag, before.etag);
    assert!(kept_nothing(suite, &case).await);
    let told = |events: &[Event]| {
        events.iter().filter(|event| matches!(event, Event::ProtectionRecorded(_))).count()
    };
    assert_eq!(told(&events(suite, SOCIAL).await), 1);
    // Lifted elsewhere, it brings no name back, and tells nothing.
    changed(
        suite,
        admission::ChangePatientDetailsRequest { protection: Protection::None.into(), ..of(&stay) },
    )
    .await;
    assert_eq!(person(suite, SOCIAL, &case).await.name, "");
    assert_eq!(told(&events(suite, SOCIAL).await), 1);
}

async fn what_one_care_request_knows_of_protection_holds_for_the_others(suite: &Suite) {
    let open = sent(suite, OUTPATIENT, &[SOCIAL]).await;
    let mut known = request(&[HEALTH]);
    let protected = known.person.as_mut().expect("a person");
    protected.address = String::new();
    protected.set_protection(Protection::Confidential);
    client(suite, OUTPATIENT).send_care_request(known).await.expect("sent");
    let later = sent(suite, SOCIAL, &[OUTPATIENT]).await;
    for case in [&open, &later] {
        let person = person(suite, SOCIAL, case).await;
        assert_eq!((person.name.as_str(), person.protection()), ("", Protection::Confidential));
    }
}

async fn a_care_request_is_sent_by_receivers_and_once(suite: &Suite) {
    let refusal = refused(client(suite, WARD).send_care_request(request(&[SOCIAL])).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::PermissionDenied, "NOT_PERMITTED"));
    let request_id = "0190163d-8694-739b-aea5-966c26f8ad90".to_owned();
    let request = pb::SendCareRequestRequest { request_id, ..request(&[SOCIAL, SOCIAL]) };
    let first = client(suite, OUTPATIENT).send_care_request(request.clone()).await.expect("sent");
    let again = client(suite, OUTPATIENT).send_care_request(request.clone()).await.expect("replayed");
    assert_eq!(first.into_inner(), again.into_inner());
    assert_eq!((cases(suite, SOCIAL).await.len(), inbox(suite, SOCIAL).await.len()), (1, 1));
    let other = pb::SendCareRequestRequest { recipients: vec![HEALTH.to_owned()], ..request };
    let refusal = refused(client(suite, OUTPATIENT).send_care_request(other).await);
    assert_eq!(refusal.reason, "REQUEST_ID_REUSED");
}

async fn every_wrong_field_of_a_care_request_is_named_at_once(suite: &Suite) {
    let mut client = client(suite, SOCIAL);
    let refusal = refused(client.send_care_request(pb::SendCareRequestRequest::default()).await);
    assert_eq!(refusal.fields, ["person", "recipients"]);
    let id = PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: "191212121213".to_owned() };
    let wrong = pb::SendCareRequestRequest {
        request_id: "no".to_owned(),
        person: Some(Person {
            person_id: Some(id),
            name: "\0".to_owned(),
            address: "Storgatan 1".to_owned(),
            protection: Protection::Confidential.into(),
        }),
        recipients: vec![WARD.to_owned(), SOCIAL.to_owned(), "no".to_owned()],
    };
    let refusal = refused(client.send_care_request(wrong).await);
    let fields = [
        "request_id",
        "person.person_id.value",
        "person.name",
        "person.address",
        "recipients[0]",
        "recipients[1]",
        "recipients[2]",
    ];
    assert_eq!(
        (refusal.code, refusal.fields.as_slice()),
        (Code::InvalidArgument, &fields.map(str::to_owned)[..])
    );
}
