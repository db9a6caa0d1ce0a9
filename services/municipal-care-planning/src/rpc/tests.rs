//! `PlanningService` through its generated client, on both databases, behind admission and readiness as they are.

mod assignments;
mod broken_off;
mod care_contact;
mod care_requests;
mod consent_ends;
mod consents;
mod contacts;
mod current_services;
mod decisions;
mod discharge_information;
mod ended;
mod entry;
mod homecoming;
mod invitations;
mod left;
mod life;
mod lists;
mod meetings;
mod messages;
mod movements;
mod on_paper;
mod readmissions;
mod receipts;
mod recipients;
mod related_persons;
mod sip;
mod sip_need;
mod sip_paper;
mod statements;
mod wards;
mod watching;

use hemgang_proto::{
    admission::{self, admission_service_client::AdmissionServiceClient},
    common::{Destination, Protection, Transport},
    planning::{
        self as pb, CaseState, NoticeKind, get_case_request::Key, planning_event::Event,
        planning_feed_service_client::PlanningFeedServiceClient,
        planning_service_client::PlanningServiceClient,
    },
};
use hemgang_rpc::{Peer, wire};
use hemgang_testing::{Suite, each_backend, refused};
use jiff::{SignedDuration, ToSpan as _, civil::date};
use tonic::Code;

use crate::tests::{
    ELSEWHERE, HEALTH, HOSPITAL, OTHER_WARD, OUTPATIENT, RECEPTION, SOCIAL, WARD, answers_sip, assessed,
    barred, blanked, confirm, figure, left, notified, notify, peer, ward, withdraw,
};

const OFFICER: &str = "SE0000001480-P0007";
/// Whom the suite's tokens name.
const CALLER: &str = "SE2321000131-P000000000001";

each_backend!(
    a_stay_that_was_not_notified_exists_for_nobody_else,
    a_case_is_there_when_its_admission_says_so,
    each_side_sees_what_was_addressed_to_it,
    a_notice_is_acknowledged_once,
    a_replay_gets_the_first_answer,
    a_system_names_the_person_who_took_note,
    the_case_follows_the_readiness_of_the_stay,
    every_event_of_the_stay_tells_every_party,
    an_admission_that_never_was_and_a_death_are_told,
    a_protected_person_shows_neither_name_nor_address_nor_identity,
    protection_empties_every_stay_and_is_lifted_from_every_stay,
    a_later_stay_that_nobody_was_notified_of_shows_nowhere,
    lists_come_in_pages_newest_first,
    every_wrong_field_is_named_at_once
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

fn client(suite: &Suite, unit: &str) -> PlanningServiceClient<Peer> {
    PlanningServiceClient::new(peer(suite, unit))
}

fn by_admission(admission_id: &str) -> pb::GetCaseRequest {
    pb::GetCaseRequest { key: Some(Key::AdmissionId(admission_id.to_owned())) }
}

async fn case(suite: &Suite, unit: &str, admission_id: &str) -> pb::Case {
    let answer = client(suite, unit).get_case(by_admission(admission_id)).await.expect("seen");
    answer.into_inner().case.expect("a case")
}

async fn inbox(suite: &Suite, unit: &str) -> Vec<pb::Notice> {
    let listed = client(suite, unit).list_inbox(pb::ListInboxRequest::default()).await.expect("listed");
    listed.into_inner().notices
}

async fn cases(suite: &Suite, unit: &str) -> Vec<pb::Case> {
    let listed = client(suite, unit).list_cases(pb::ListCasesRequest::default()).await.expect("listed");
    listed.into_inner().cases
}

async fn events(suite: &Suite, unit: &str) -> Vec<Event> {
    let mut feed = PlanningFeedServiceClient::new(peer(suite, unit));
    let page = feed.read_events(pb::ReadEventsRequest::default()).await.expect("read").into_inner();
    page.events.into_iter().filter_map(|event| event.event).collect()
}

fn kinds(notices: &[pb::Notice]) -> Vec<NoticeKind> {
    notices.iter().map(pb::Notice::kind).collect()
}

/// Nothing of the stay exists for a unit: no case, no notice, no event.
async fn sees_nothing(suite: &Suite, unit: &str, admission_id: &str) {
    let refusal = refused(client(suite, unit).get_case(by_admission(admission_id)).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::NotFound, "NOT_FOUND"), "{unit}");
    assert!(cases(suite, unit).await.is_empty() && events(suite, unit).await.is_empty(), "{unit}");
    assert!(inbox(suite, unit).await.is_empty(), "{unit}");
}

async fn a_stay_that_was_not_notified_exists_for_nobody_else(suite: &Suite) {
    let admission_id = assessed(suite, Protection::None).await;
    confirm(suite, &admission_id).await;
    suite.drain().await;
    for unit in [SOCIAL, HEALTH, RECEPTION, OUTPATIENT, ELSEWHERE, WARD] {
        sees_nothing(suite, unit, &admission_id).await;
    }
}

async fn a_case_is_there_when_its_admission_says_so(suite: &Suite) {
    let admission_id = assessed(suite, Protection::None).await;
    // The unit asks before anything was followed, and again as soon as it was told.
    sees_nothing(suite, SOCIAL, &admission_id).await;
    notify(suite, &admission_id, &[SOCIAL]).await;
    let seen = case(suite, SOCIAL, &admission_id).await;
    assert_eq!((seen.state(), kinds(&seen.notices)), (CaseState::Planning, vec![NoticeKind::Admission]));
    let patient = seen.patient.clone().expect("a patient");
    assert_eq!(patient.person_id.expect("an identity").value, "191212121212");
    assert_eq!(
        (patient.name.as_str(), patient.address.as_str()),
        ("Tolvan Exempel", "Storgatan 1, Göteborg")
    );
    assert_eq!(seen.admitted_at, Some(wire::timestamp(suite.clock.now())));
    let parties: Vec<_> = seen.parties.iter().map(|party| (&*party.unit, &*party.municipality)).collect();
    assert_eq!(parties, [(SOCIAL, "1480")]);

    let by_id = pb::GetCaseRequest { key: Some(Key::CaseId(seen.case_id.clone())) };
    let same = client(suite, SOCIAL).get_case(by_id).await.expect("seen").into_inner().case;
    assert_eq!(same, Some(seen.clone()));
    assert_eq!(cases(suite, SOCIAL).await, [pb::Case { notices: Vec::new(), ..seen }]);
}

async fn each_side_sees_what_was_addressed_to_it(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL, HEALTH, OUTPATIENT]).await;
    let recipients = |case: &pb::Case| {
        let mut units: Vec<_> = case.notices.iter().map(|notice| notice.recipient.clone()).collect();
        units.sort();
        units
    };
    for (unit, addressed) in [
        (SOCIAL, vec![SOCIAL]),
        (HEALTH, vec![HEALTH]),
        (OUTPATIENT, vec![OUTPATIENT]),
        (RECEPTION, vec![SOCIAL, HEALTH]),
        (WARD, vec![SOCIAL, HEALTH, OUTPATIENT]),
    ] {
        let seen = case(suite, unit, &admission_id).await;
        assert_eq!((recipients(&seen), seen.parties.len()), (recipients_of(&addressed), 3), "{unit}");
        assert_eq!(cases(suite, unit).await.len(), 1, "{unit}");
        // One case and its deliveries.
        assert_eq!(events(suite, unit).await.len(), 1 + addressed.len(), "{unit}");
        // What a ward sent is in no inbox of its own.
        let there = if unit == WARD { 0 } else { addressed.len() };
        assert_eq!(inbox(suite, unit).await.len(), there, "{unit}");
    }
    for stranger in [ELSEWHERE, OTHER_WARD] {
        sees_nothing(suite, stranger, &admission_id).await;
    }
    let notice_id = inbox(suite, SOCIAL).await[0].notice_id.clone();
    let request = || pb::AcknowledgeNoticeRequest { notice_id: notice_id.clone(), ..Default::default() };
    // Nor does a ward take note of what it sent.
    for other in [HEALTH, OUTPATIENT, ELSEWHERE, WARD] {
        let refusal = refused(client(suite, other).acknowledge_notice(request()).await);
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::NotFound, "NOT_FOUND"));
    }
    client(suite, RECEPTION).acknowledge_notice(request()).await.expect("acknowledged for the municipality");
}

fn recipients_of(units: &[&str]) -> Vec<String> {
    let mut units: Vec<_> = units.iter().map(|unit| (*unit).to_owned()).collect();
    units.sort();
    units
}

async fn a_notice_is_acknowledged_once(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL, HEALTH]).await;
    let before = case(suite, WARD, &admission_id).await;
    let notice = inbox(suite, SOCIAL).await.remove(0);
    let request = |etag: &str| pb::AcknowledgeNoticeRequest {
        notice_id: notice.notice_id.clone(),
        etag: etag.to_owned(),
        ..Default::default()
    };
    let refusal = refused(client(suite, SOCIAL).acknowledge_notice(request("7")).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::Aborted, "ETAG_MOVED"));

    suite.pass(SignedDuration::from_hours(1)).await;
    let answer = client(suite, SOCIAL).acknowledge_notice(request(&notice.etag)).await.expect("acknowledged");
    let taken = answer.into_inner().notice.expect("a notice");
    assert_eq!(taken.acknowledged_by, CALLER);
    assert_eq!(taken.acknowledged_at, Some(wire::timestamp(suite.clock.now())));
    assert_eq!(taken.delivered_at, Some(wire::timestamp(suite.clock.now() - 1.hour())));
    assert_ne!(taken.etag, notice.etag);
    let after = case(suite, WARD, &admission_id).await;
    assert_ne!(after.etag, before.etag, "a part of the case changed");
    assert!(after.notices.contains(&taken));

    let refusal = refused(client(suite, SOCIAL).acknowledge_notice(request("")).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "ALREADY_ACKNOWLEDGED"));
    assert_eq!(refusal.metadata.get("acknowledged_by").map(String::as_str), Some(CALLER));

    let unread = pb::ListInboxRequest { unacknowledged_only: true, ..Default::default() };
    let left = client(suite, RECEPTION).list_inbox(unread).await.expect("listed").into_inner().notices;
    assert_eq!(left.iter().map(|notice| &*notice.recipient).collect::<Vec<_>>(), [HEALTH]);
    let told = |events: &[Event]| events.iter().any(|event| matches!(event, Event::NoticeAcknowledged(_)));
    assert!(told(&events(suite, SOCIAL).await) && told(&events(suite, WARD).await));
    assert!(!told(&events(suite, HEALTH).await));
}

async fn a_replay_gets_the_first_answer(suite: &Suite) {
    notified(suite, &[SOCIAL]).await;
    let notice_id = inbox(suite, SOCIAL).await.remove(0).notice_id;
    let request_id = "0190163d-8694-739b-aea5-966c26f8ad90".to_owned();
    let request = pb::AcknowledgeNoticeRequest { request_id, notice_id, ..Default::default() };
    let first = client(suite, SOCIAL).acknowledge_notice(request.clone()).await.expect("acknowledged");
    let again = client(suite, SOCIAL).acknowledge_notice(request.clone()).await.expect("replayed");
    assert_eq!(first.into_inner(), again.into_inner());
    let acknowledged = events(suite, SOCIAL).await;
    let told = acknowledged.iter().filter(|event| matches!(event, Event::NoticeAcknowledged(_)));
    assert_eq!(told.count(), 1);

    let other = pb::AcknowledgeNoticeRequest { acknowledged_by: OFFICER.to_owned(), ..request };
    let refusal = refused(client(suite, SOCIAL).acknowledge_notice(other).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "REQUEST_ID_REUSED"));
}

async fn a_system_names_the_person_who_took_note(suite: &Suite) {
    notified(suite, &[SOCIAL]).await;
    let notice_id = inbox(suite, SOCIAL).await.remove(0).notice_id;
    let mut system = PlanningServiceClient::new(suite.peer("municipal-system", SOCIAL, "1480"));
    let request = pb::AcknowledgeNoticeRequest { notice_id, ..Default::default() };
    let refusal = refused(system.acknowledge_notice(request.clone()).await);
    assert_eq!(
        (refusal.reason.as_str(), refusal.fields),
        ("INVALID_FIELDS", vec!["acknowledged_by".to_owned()])
    );
    let named = pb::AcknowledgeNoticeRequest { acknowledged_by: OFFICER.to_owned(), ..request };
    let answer = system.acknowledge_notice(named).await.expect("acknowledged").into_inner();
    assert_eq!(answer.notice.expect("a notice").acknowledged_by, OFFICER);
}

async fn the_case_follows_the_readiness_of_the_stay(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    confirm(suite, &admission_id).await;
    let seen = case(suite, SOCIAL, &admission_id).await;
    let now = Some(wire::timestamp(suite.clock.now()));
    assert_eq!((seen.state(), seen.ready_since), (CaseState::Ready, now));
    notify(suite, &admission_id, &[HEALTH]).await;
    let told = vec![NoticeKind::Admission, NoticeKind::Readiness];
    assert_eq!(kinds(&case(suite, HEALTH, &admission_id).await.notices), told);
    withdraw(suite, &admission_id).await;
    for unit in [SOCIAL, OUTPATIENT, HEALTH] {
        let seen = case(suite, unit, &admission_id).await;
        assert_eq!((seen.state(), seen.ready_since), (CaseState::Planning, None));
        let told = [&told[..], &[NoticeKind::ReadinessWithdrawn]].concat();
        assert_eq!(kinds(&seen.notices), told);
    }
}

async fn every_event_of_the_stay_tells_every_party(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let now = || Some(wire::timestamp(suite.clock.now()));
    let mut ward = ward(suite);
    let expected = wire::expected_discharge(hemgang_core::expected::ExpectedDischarge::UnknownYet);
    let changed = admission::ChangeExpectedDischargeRequest {
        admission_id: admission_id.clone(),
        expected_discharge: Some(expected),
        ..Default::default()
    };
    ward.change_expected_discharge(changed).await.expect("changed");
    suite.drain().await;
    let seen = case(suite, SOCIAL, &admission_id).await;
    assert_eq!(seen.expected_discharge, Some(expected));

    let agreed = admission::SendDischargeNoticeRequest {
        admission_id: admission_id.clone(),
        agreed_at: now(),
        destination: Destination::Home.into(),
        transport: Transport::PatientTransport.into(),
        ..Default::default()
    };
    ward.send_discharge_notice(agreed).await.expect("sent");
    let moved = admission::TransferPatientRequest {
        admission_id: admission_id.clone(),
        ward: OTHER_WARD.to_owned(),
        transferred_at: now(),
        ..Default::default()
    };
    ward.transfer_patient(moved).await.expect("moved");
    suite.drain().await;
    sees_no_case_any_more(suite, &admission_id).await;
    let left = admission::DischargePatientRequest {
        admission_id: admission_id.clone(),
        discharged_at: now(),
        destination: Destination::Home.into(),
        ..Default::default()
    };
    let peer = suite.peer("ward", OTHER_WARD, "region");
    AdmissionServiceClient::new(peer).discharge_patient(left).await.expect("discharged");
    suite.drain().await;

    let told = [
        NoticeKind::Admission,
        NoticeKind::ExpectedDischarge,
        NoticeKind::Discharge,
        NoticeKind::Transfer,
        NoticeKind::Departure,
    ];
    for unit in [SOCIAL, OUTPATIENT] {
        assert_eq!(kinds(&case(suite, unit, &admission_id).await.notices), told);
    }
    let seen = case(suite, OTHER_WARD, &admission_id).await;
    assert_eq!((seen.state(), seen.discharged_at, seen.notices.len()), (CaseState::Discharged, now(), 10));
    assert_eq!(seen.discharge_notice.expect("a discharge notice").transport(), Transport::PatientTransport);
}

/// The ward that the patient left.
async fn sees_no_case_any_more(suite: &Suite, admission_id: &str) {
    let refusal = refused(client(suite, WARD).get_case(by_admission(admission_id)).await);
    assert_eq!(refusal.code, Code::NotFound);
    assert!(cases(suite, WARD).await.is_empty());
}

async fn an_admission_that_never_was_and_a_death_are_told(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL]).await;
    let died = admission::DischargePatientRequest {
        admission_id: admission_id.clone(),
        discharged_at: Some(wire::timestamp(suite.clock.now())),
        destination: Destination::Deceased.into(),
        ..Default::default()
    };
    ward(suite).discharge_patient(died).await.expect("recorded");
    suite.drain().await;
    assert_eq!(case(suite, SOCIAL, &admission_id).await.state(), CaseState::Deceased);
    let void = admission::VoidAdmissionRequest {
        admission_id: admission_id.clone(),
        reason: admission::VoidReason::WrongPatient.into(),
        ..Default::default()
    };
    ward(suite).void_admission(void).await.expect("voided");
    suite.drain().await;
    let seen = case(suite, SOCIAL, &admission_id).await;
    let told = vec![NoticeKind::Admission, NoticeKind::Death, NoticeKind::Voided];
    assert_eq!((seen.state(), kinds(&seen.notices)), (CaseState::Voided, told));
}

async fn a_protected_person_shows_neither_name_nor_address_nor_identity(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL]).await;
    assert_eq!(shown(suite, &admission_id).await.name, "Tolvan Exempel");
    // The same person comes again, protected now: the earlier case shows no more than the new one.
    let again = assessed(suite, Protection::Confidential).await;
    notify(suite, &again, &[SOCIAL]).await;
    suite.drain().await;
    for id in [admission_id, again] {
        let person = shown(suite, &id).await;
        assert_eq!((person.name.as_str(), person.address.as_str()), ("", ""));
        assert_eq!((person.protection(), person.person_id), (Protection::Confidential, None));
    }
}

async fn a_later_stay_that_nobody_was_notified_of_shows_nowhere(suite: &Suite) {
    let notified = notified(suite, &[SOCIAL]).await;
    let before = case(suite, SOCIAL, &notified).await;
    let request = admission::AdmitPatientRequest {
        person_id: before.patient.as_ref().and_then(|patient| patient.person_id.clone()),
        name: "Tolvan Nyman".to_owned(),
        address: "Nygatan 1, Borås".to_owned(),
        ward: WARD.to_owned(),
        admitted_at: Some(wire::timestamp(suite.clock.now())),
        admission_type: admission::AdmissionType::Unplanned.into(),
        ..Default::default()
    };
    ward(suite).admit_patient(request).await.expect("admitted");
    suite.drain().await;
    assert_eq!(case(suite, SOCIAL, &notified).await, before);
    // Nor does it when the notified stay's own sender tells of something else.
    let sex = hemgang_proto::common::Sex::Male.into();
    changed(suite, admission::ChangePatientDetailsRequest { sex, ..of(&notified) }).await;
    assert_eq!(case(suite, SOCIAL, &notified).await.patient, before.patient);
    let name = Some("Tolvan Åberg".to_owned());
    changed(suite, admission::ChangePatientDetailsRequest { name, ..of(&notified) }).await;
    let person = shown(suite, &notified).await;
    assert_eq!((person.name.as_str(), person.address.as_str()), ("Tolvan Åberg", "Storgatan 1, Göteborg"));
}

async fn protection_empties_every_stay_and_is_lifted_from_every_stay(suite: &Suite) {
    let (one, two) = (notified(suite, &[SOCIAL]).await, notified(suite, &[SOCIAL]).await);
    let protect = |id: &str, protection: Protection| admission::ChangePatientDetailsRequest {
        protection: protection.into(),
        ..of(id)
    };
    changed(suite, protect(&two, Protection::ProtectedRegistration)).await;
    let planning = suite.process.contexts().find(|cx| cx.name == "planning").expect("planning");
    for id in [&one, &two] {
        let kept = crate::store::patient::get(&planning.db, id.parse().expect("an id")).await.expect("read");
        let kept = kept.expect("a patient");
        assert_eq!((kept.name.expose().as_str(), kept.address.expose().as_str()), ("", ""));
        assert_eq!(shown(suite, id).await.protection(), Protection::ProtectedRegistration);
    }
    changed(suite, protect(&one, Protection::None)).await;
    for id in [&one, &two] {
        let person = shown(suite, id).await;
        assert_eq!((person.name.as_str(), person.protection()), ("Tolvan Exempel", Protection::None));
    }
}

fn of(admission_id: &str) -> admission::ChangePatientDetailsRequest {
    let key = admission::change_patient_details_request::Key::AdmissionId(admission_id.to_owned());
    admission::ChangePatientDetailsRequest { key: Some(key), ..Default::default() }
}

async fn changed(suite: &Suite, request: admission::ChangePatientDetailsRequest) {
    ward(suite).change_patient_details(request).await.expect("changed");
    suite.drain().await;
}

async fn shown(suite: &Suite, admission_id: &str) -> hemgang_proto::common::Person {
    case(suite, SOCIAL, admission_id).await.patient.expect("a patient")
}

async fn lists_come_in_pages_newest_first(suite: &Suite) {
    let mut admissions = Vec::new();
    for _ in 0..3 {
        admissions.insert(0, notified(suite, &[SOCIAL, HEALTH]).await);
        suite.pass(SignedDuration::from_hours(1)).await;
    }
    let (mut read, mut page_token) = (Vec::new(), String::new());
    for _ in 0..3 {
        let request = pb::ListInboxRequest {
            page_size: 1,
            page_token,
            unacknowledged_only: false,
            ..Default::default()
        };
        let page = client(suite, SOCIAL).list_inbox(request).await.expect("listed").into_inner();
        read.extend(page.notices.into_iter().map(|notice| notice.admission_id));
        page_token = page.next_page_token;
    }
    assert_eq!((&read, page_token.as_str()), (&admissions, ""));

    confirm(suite, &admissions[1]).await;
    let request = |states: &[CaseState], page_token: String| pb::ListCasesRequest {
        page_size: 2,
        page_token,
        states: states.iter().map(|state| (*state).into()).collect(),
        ..Default::default()
    };
    for unit in [WARD, SOCIAL, RECEPTION] {
        let mut client = client(suite, unit);
        let first = client.list_cases(request(&[], String::new())).await.expect("listed").into_inner();
        let rest = client.list_cases(request(&[], first.next_page_token)).await.expect("listed").into_inner();
        let listed = first.cases.iter().chain(&rest.cases).map(|case| &case.admission_id);
        assert!(listed.eq(&admissions) && rest.next_page_token.is_empty(), "{unit}");
        let ready = client.list_cases(request(&[CaseState::Ready], String::new())).await.expect("listed");
        let ready: Vec<_> = ready.into_inner().cases.into_iter().map(|case| case.admission_id).collect();
        assert_eq!(ready, admissions[1..2], "{unit}");
    }
}

async fn every_wrong_field_is_named_at_once(suite: &Suite) {
    let mut client = client(suite, SOCIAL);
    let wrong = pb::AcknowledgeNoticeRequest {
        request_id: "no".to_owned(),
        notice_id: "no".to_owned(),
        acknowledged_by: "no".to_owned(),
        ..Default::default()
    };
    let refusal = refused(client.acknowledge_notice(wrong).await);
    assert_eq!(refusal.code, Code::InvalidArgument);
    assert_eq!(refusal.fields, ["request_id", "notice_id", "acknowledged_by"]);
    assert_eq!(refused(client.get_case(pb::GetCaseRequest::default()).await).fields, ["key"]);
    let wrong = pb::ListCasesRequest { page_size: 501, states: vec![0], ..Default::default() };
    assert_eq!(refused(client.list_cases(wrong).await).fields, ["page_size", "states[0]"]);
    let wrong = pb::ListInboxRequest { page_token: "*".to_owned(), ..Default::default() };
    assert_eq!(refused(client.list_inbox(wrong).await).fields, ["page_token"]);
}
