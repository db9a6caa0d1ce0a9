//! `AdmissionService` through its generated client, on both databases: successes, every reason, replays, roles.

mod admission_time;
mod admit_again;
mod details;
mod entry;
mod forgotten;
mod late_void;
mod merge;
mod movement;
mod of_person;
mod quality;

use hemgang_proto::{
    admission::{self as pb, admission_service_client::AdmissionServiceClient},
    common::{Destination, PersonId, Protection},
};
use hemgang_rpc::{Peer, wire};
use hemgang_testing::{Suite, each_backend, refused};
use jiff::ToSpan as _;
use tonic::Code;

const WARD: &str = "SE2321000131-E000000001101";
const OTHER_WARD: &str = "SE2321000131-E000000001102";
const OTHER_HOSPITAL: &str = "SE2321000131-E000000001017";
const OUTPATIENT: &str = "SE2321000131-E000000002001";
const MUNICIPAL: &str = "SE0000001480-E0002";
const PHYSICIAN: &str = "SE2321000131-P000000000002";

each_backend!(
    a_replay_has_one_effect_and_the_first_answer,
    what_cannot_be_is_refused,
    no_hospital_learns_from_another_what_a_person_is_called,
    every_wrong_field_is_named_at_once,
    a_ward_sees_its_own_stays_only,
    a_notice_waits_for_a_judgement_and_for_everyone_it_needs,
    a_stay_ends_once_and_in_its_own_hospital_group,
    a_stale_etag_is_refused_and_a_current_one_is_not,
    a_visit_number_is_free_again_when_its_admission_is_void,
    of_an_admission_and_its_void_the_later_recorded_one_holds_in_any_order,
    a_hospital_that_does_not_know_of_protection_does_not_lift_it,
    an_admission_with_skyddad_folkbokforing_withdraws_the_municipality
    on &[crate::SERVICE]
);

fn client(suite: &Suite, unit: &str) -> AdmissionServiceClient<Peer> {
    AdmissionServiceClient::new(suite.peer("ward", unit, "region"))
}

fn request(suite: &Suite, visit: &str) -> pb::AdmitPatientRequest {
    pb::AdmitPatientRequest {
        person_id: Some(PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: "191212121212".to_owned() }),
        name: "Tolvan Exempel".to_owned(),
        ward: WARD.to_owned(),
        admitted_at: Some(wire::timestamp(suite.clock.now())),
        visit_number: Some(pb::VisitNumber { authority: "test".to_owned(), value: visit.to_owned() }),
        admission_type: pb::AdmissionType::Unplanned.into(),
        residence_municipality: "1480".to_owned(),
        ..Default::default()
    }
}

async fn admitted(suite: &Suite, visit: &str) -> pb::Admission {
    let answer = client(suite, WARD).admit_patient(request(suite, visit)).await.expect("admitted");
    answer.into_inner().admission.expect("an admission")
}

async fn a_replay_has_one_effect_and_the_first_answer(suite: &Suite) {
    let mut client = client(suite, WARD);
    let request_id = "0190163d-8694-739b-aea5-966c26f8ad90".to_owned();
    let first = pb::AdmitPatientRequest { request_id, ..request(suite, "1") };
    let answer = client.admit_patient(first.clone()).await.expect("admitted");
    assert!(answer.metadata().get("hemgang-position").is_some());
    let again = client.admit_patient(first.clone()).await.expect("replayed");
    let answer = answer.into_inner();
    assert_eq!(answer, again.into_inner());
    // Answers are kept, and name nobody: protection that comes later holds for them too.
    let answer = answer.admission.expect("an admission");
    assert_eq!((answer.patient, answer.birth_date), (None, None));
    let listed = client.list_admissions(pb::ListAdmissionsRequest::default()).await.expect("listed");
    assert_eq!(listed.into_inner().admissions.len(), 1);

    let other = pb::AdmitPatientRequest { name: "Någon Annan".to_owned(), ..first };
    let refusal = refused(client.admit_patient(other).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "REQUEST_ID_REUSED"));

    // The same visit under another request id is no replay.
    let refusal = refused(client.admit_patient(request(suite, "1")).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "VISIT_ALREADY_ADMITTED"));
    assert!(refusal.metadata.contains_key("admission_id"));
}

async fn every_wrong_field_is_named_at_once(suite: &Suite) {
    let wrong = pb::AdmitPatientRequest {
        request_id: "not-a-uuid".to_owned(),
        person_id: Some(PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: "191212121213".to_owned() }),
        ward: MUNICIPAL.to_owned(),
        admitted_at: Some(wire::timestamp(suite.clock.now() + 1.hour())),
        admission_type: 0,
        residence_municipality: "148".to_owned(),
        ..request(suite, "1")
    };
    let refusal = refused(client(suite, WARD).admit_patient(wrong.clone()).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "INVALID_FIELDS"));
    let mut fields = refusal.fields;
    fields.sort();
    let named =
        ["admission_type", "admitted_at", "person_id.value", "request_id", "residence_municipality", "ward"];
    assert_eq!(fields, named);
    // The refusal says nothing of the person.
    let status = client(suite, WARD).admit_patient(wrong).await.expect_err("a refusal");
    assert!(!format!("{status:?}").contains("191212121213") && !status.message().contains("Tolvan"));
}

async fn what_cannot_be_is_refused(suite: &Suite) {
    let mut ward = client(suite, WARD);
    let day = |year| Some(wire::date(jiff::civil::date(year, 3, 1)));
    let expected = |year| {
        let on = hemgang_core::expected::ExpectedDischarge::On(jiff::civil::date(year, 3, 1));
        Some(wire::expected_discharge(on))
    };
    let admit = |birth_date, expected_discharge, code: &str| pb::AdmitPatientRequest {
        birth_date,
        expected_discharge,
        residence_municipality: code.to_owned(),
        ..request(suite, "1")
    };
    for (wrong, field) in [
        (admit(day(2999), None, ""), "birth_date"),
        (admit(day(1699), None, ""), "birth_date"),
        (admit(None, expected(1), ""), "expected_discharge"),
        (admit(None, expected(9000), ""), "expected_discharge"),
        (admit(None, None, "0000"), "residence_municipality"),
        (admit(None, None, "2680"), "residence_municipality"),
    ] {
        assert_eq!(refused(ward.admit_patient(wrong).await).fields, [field]);
    }
    ward.admit_patient(admit(day(1700), expected(2027), "9901")).await.expect("admitted");

    let id = admitted(suite, "2").await.admission_id;
    let notice = |agreed_at: &str, destination: Destination| pb::SendDischargeNoticeRequest {
        admission_id: id.clone(),
        agreed_at: Some(wire::timestamp(hemgang_testing::at(agreed_at))),
        destination: destination.into(),
        ..Default::default()
    };
    let never = refused(ward.send_discharge_notice(notice("0001-01-01T00:00:00Z", Destination::Home)).await);
    assert_eq!(never.fields, ["agreed_at"]);
    let dead = notice("2026-09-20T08:00:00Z", Destination::Deceased);
    assert_eq!(refused(ward.send_discharge_notice(dead).await).fields, ["destination"]);
    let before = refused(ward.send_discharge_notice(notice("2026-09-01T08:00:00Z", Destination::Home)).await);
    assert_eq!(before.reason, "BEFORE_ADMISSION");
}

async fn no_hospital_learns_from_another_what_a_person_is_called(suite: &Suite) {
    admitted(suite, "1").await;
    let nameless = pb::AdmitPatientRequest {
        name: String::new(),
        ward: "SE2321000131-E000000001118".to_owned(),
        ..request(suite, "2")
    };
    let mut elsewhere = client(suite, "SE2321000131-E000000001118");
    let id = elsewhere.admit_patient(nameless).await.expect("admitted").into_inner().admission;
    let key = Some(pb::get_admission_request::Key::AdmissionId(id.expect("an admission").admission_id));
    let read = elsewhere
        .get_admission(pb::GetAdmissionRequest { key, ..Default::default() })
        .await
        .expect("read")
        .into_inner();
    let patient = read.admission.and_then(|admission| admission.patient).expect("a patient");
    assert_eq!((patient.name.as_str(), patient.address.as_str()), ("", ""));
    assert_eq!(patient.person_id.map(|id| id.value).as_deref(), Some("191212121212"));
}

async fn a_ward_sees_its_own_stays_only(suite: &Suite) {
    let admission = admitted(suite, "1").await;
    let get = || pb::GetAdmissionRequest {
        key: Some(pb::get_admission_request::Key::AdmissionId(admission.admission_id.clone())),
        ..Default::default()
    };
    assert!(client(suite, WARD).get_admission(get()).await.is_ok());
    assert_eq!(refused(client(suite, OTHER_WARD).get_admission(get()).await).code, Code::NotFound);
    let list = pb::ListAdmissionsRequest::default();
    let listed = client(suite, OTHER_WARD).list_admissions(list).await.expect("listed").into_inner();
    assert!(listed.admissions.is_empty() && listed.next_page_token.is_empty());
    let refusal = refused(client(suite, OTHER_WARD).admit_patient(request(suite, "2")).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::PermissionDenied, "NOT_PERMITTED"));
}

async fn a_notice_waits_for_a_judgement_and_for_everyone_it_needs(suite: &Suite) {
    let mut ward = client(suite, WARD);
    let id = admitted(suite, "1").await.admission_id;
    let notice = |recipients: &[&str]| pb::SendAdmissionNoticeRequest {
        admission_id: id.clone(),
        recipients: recipients.iter().map(|unit| (*unit).to_owned()).collect(),
        ..Default::default()
    };
    let agreed = pb::SendDischargeNoticeRequest {
        admission_id: id.clone(),
        agreed_at: Some(wire::timestamp(suite.clock.now() + 48.hours())),
        destination: Destination::Home.into(),
        ..Default::default()
    };
    let needs = |before: i64| pb::AssessNeedsRequest {
        admission_id: id.clone(),
        needs_assessment: Some(pb::NeedsAssessment {
            municipal_health_care: true,
            assessed_at: Some(wire::timestamp(suite.clock.now() - before.hours())),
            assessed_by: PHYSICIAN.to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };

    let early = refused(ward.send_admission_notice(notice(&[MUNICIPAL])).await);
    assert_eq!(early.reason, "NEEDS_NOT_ASSESSED");
    let early = refused(ward.send_discharge_notice(agreed.clone()).await);
    assert_eq!(early.reason, "NOTICE_NOT_SENT");
    assert_eq!(refused(ward.assess_needs(needs(1)).await).reason, "BEFORE_ADMISSION");
    ward.assess_needs(needs(0)).await.expect("assessed");
    let alone = refused(ward.send_admission_notice(notice(&[MUNICIPAL])).await);
    assert_eq!(alone.reason, "OUTPATIENT_RECIPIENT_MISSING");
    let sent = ward.send_admission_notice(notice(&[MUNICIPAL, OUTPATIENT])).await.expect("sent").into_inner();
    assert_eq!(sent.admission.expect("an admission").admission_notices.len(), 1);
    ward.send_discharge_notice(agreed).await.expect("sent");
}

async fn a_stay_ends_once_and_in_its_own_hospital_group(suite: &Suite) {
    let mut ward = client(suite, WARD);
    let id = admitted(suite, "1").await.admission_id;
    let elsewhere = pb::TransferPatientRequest {
        admission_id: id.clone(),
        ward: other_hospitals_ward(suite),
        transferred_at: Some(wire::timestamp(suite.clock.now())),
        ..Default::default()
    };
    assert_eq!(refused(ward.transfer_patient(elsewhere).await).reason, "OTHER_HOSPITAL_GROUP");

    let discharge = |before: i64| pb::DischargePatientRequest {
        admission_id: id.clone(),
        discharged_at: Some(wire::timestamp(suite.clock.now() - before.hours())),
        destination: Destination::Home.into(),
        ..Default::default()
    };
    assert_eq!(refused(ward.discharge_patient(discharge(1)).await).reason, "DISCHARGE_BEFORE_ADMISSION");
    ward.discharge_patient(discharge(0)).await.expect("discharged");
    // Told again it says nothing new, and nothing is done with a patient who has left.
    let again = ward.discharge_patient(discharge(0)).await.expect("unchanged").into_inner();
    assert_eq!(again.admission.expect("an admission").etag, "2");
    let expected = wire::expected_discharge(hemgang_core::expected::ExpectedDischarge::UnknownYet);
    let change = pb::ChangeExpectedDischargeRequest {
        admission_id: id.clone(),
        expected_discharge: Some(expected),
        ..Default::default()
    };
    assert_eq!(refused(ward.change_expected_discharge(change).await).reason, "ADMISSION_NOT_OPEN");

    let void = pb::VoidAdmissionRequest {
        admission_id: id.clone(),
        reason: pb::VoidReason::WrongPatient.into(),
        ..Default::default()
    };
    ward.void_admission(void.clone()).await.expect("voided");
    assert_eq!(refused(ward.void_admission(void).await).reason, "ADMISSION_VOIDED");
}

/// A ward of a hospital of another group.
fn other_hospitals_ward(suite: &Suite) -> String {
    let today = hemgang_core::day::local_day(suite.clock.now());
    let directory = hemgang_directory::compiled_in().expect("the directory");
    let ward = directory
        .units(today)
        .find(|unit| unit.parent.as_ref().is_some_and(|id| id.as_str() == OTHER_HOSPITAL));
    ward.expect("a ward").hsa_id.to_string()
}

async fn a_stale_etag_is_refused_and_a_current_one_is_not(suite: &Suite) {
    let mut ward = client(suite, WARD);
    let admission = admitted(suite, "1").await;
    let change = |etag: &str| pb::ChangeExpectedDischargeRequest {
        admission_id: admission.admission_id.clone(),
        etag: etag.to_owned(),
        expected_discharge: Some(wire::expected_discharge(
            hemgang_core::expected::ExpectedDischarge::UnknownYet,
        )),
        ..Default::default()
    };
    ward.change_expected_discharge(change(&admission.etag)).await.expect("changed");
    let refusal = refused(ward.change_expected_discharge(change(&admission.etag)).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::Aborted, "ETAG_MOVED"));
    ward.change_expected_discharge(change("")).await.expect("an etag is optional");
}

async fn a_visit_number_is_free_again_when_its_admission_is_void(suite: &Suite) {
    let first = admitted(suite, "1").await;
    let void = pb::VoidAdmissionRequest {
        admission_id: first.admission_id.clone(),
        reason: pb::VoidReason::Cancelled.into(),
        ..Default::default()
    };
    client(suite, WARD).void_admission(void).await.expect("voided");
    let second = admitted(suite, "1").await;
    assert_ne!(first.admission_id, second.admission_id);
    let visit = pb::VisitNumber { authority: "test".to_owned(), value: "1".to_owned() };
    let key = Some(pb::get_admission_request::Key::VisitNumber(visit));
    let found = client(suite, WARD)
        .get_admission(pb::GetAdmissionRequest { key, ..Default::default() })
        .await
        .expect("found");
    assert_eq!(
        found.into_inner().admission.map(|admission| admission.admission_id),
        Some(second.admission_id)
    );
}

async fn of_an_admission_and_its_void_the_later_recorded_one_holds_in_any_order(suite: &Suite) {
    suite.pass(jiff::SignedDuration::from_hours(5)).await;
    let mut ward = client(suite, WARD);
    let at =
        |hours: i64| Some(wire::timestamp(suite.clock.now() - jiff::SignedDuration::from_hours(5 - hours)));
    let admit = |visit: &str, hours| pb::AdmitPatientRequest {
        admitted_at: at(0),
        registered_at: at(hours),
        ..request(suite, visit)
    };
    let void = |id: &str, hours| pb::VoidAdmissionRequest {
        admission_id: id.to_owned(),
        reason: pb::VoidReason::Cancelled.into(),
        registered_at: at(hours),
        ..Default::default()
    };
    // Admitted, told again, and the void between them comes last.
    let first = ward.admit_patient(admit("1", 1)).await.expect("admitted").into_inner().admission;
    let first = first.expect("an admission").admission_id;
    let again = ward.admit_patient(admit("1", 3)).await.expect("told again").into_inner().admission;
    assert_eq!(again.expect("the same").admission_id, first);
    let late = ward.void_admission(void(&first, 2)).await.expect("too late").into_inner().admission;
    assert_eq!(late.expect("an admission").state(), pb::AdmissionState::Admitted);
    let same = refused(ward.admit_patient(admit("1", 3)).await);
    assert_eq!(same.reason, "VISIT_ALREADY_ADMITTED");
    // Which of two beginnings holds is not for a program to say.
    let other = pb::AdmitPatientRequest { admitted_at: at(1), ..admit("1", 4) };
    let other = refused(ward.admit_patient(other).await);
    assert_eq!((other.code, other.reason.as_str()), (Code::FailedPrecondition, "ADMITTED_AT_ANOTHER_TIME"));
    assert_eq!(other.metadata.get("admission_id"), Some(&first));

    // The void, then what was recorded before it, then what was recorded after it.
    let voided = ward.void_admission(void(&first, 4)).await.expect("voided").into_inner().admission;
    assert_eq!(voided.expect("an admission").state(), pb::AdmissionState::Voided);
    let before = refused(ward.admit_patient(admit("1", 3)).await);
    assert_eq!((before.code, before.reason.as_str()), (Code::FailedPrecondition, "ADMISSION_VOIDED"));
    let anew = ward.admit_patient(admit("1", 5)).await.expect("admitted anew").into_inner().admission;
    assert_ne!(anew.expect("an admission").admission_id, first);
}

async fn a_hospital_that_does_not_know_of_protection_does_not_lift_it(suite: &Suite) {
    let marked =
        pb::AdmitPatientRequest { protection: Protection::Confidential.into(), ..request(suite, "1") };
    client(suite, WARD).admit_patient(marked).await.expect("admitted");
    let unaware = pb::AdmitPatientRequest {
        name: "Tolvan Nyman".to_owned(),
        address: "Nygatan 1".to_owned(),
        ward: OTHER_WARD.to_owned(),
        ..request(suite, "2")
    };
    let admission = client(suite, OTHER_WARD).admit_patient(unaware).await.expect("admitted").into_inner();
    let id = admission.admission.expect("an admission").admission_id;
    let key = Some(pb::get_admission_request::Key::AdmissionId(id));
    let read = client(suite, OTHER_WARD)
        .get_admission(pb::GetAdmissionRequest { key, ..Default::default() })
        .await
        .expect("read");
    let patient = read.into_inner().admission.and_then(|admission| admission.patient).expect("a patient");
    assert_eq!((patient.name.as_str(), patient.address.as_str()), ("", ""));
    assert_eq!(patient.protection(), Protection::Confidential);
    // Nor does a feed that others read carry who the patient is.
    let peer = suite.peer("hospital", "SE2321000131-E000000001001", "region");
    let mut feed = pb::admission_feed_service_client::AdmissionFeedServiceClient::new(peer);
    let page = feed.read_events(pb::ReadEventsRequest::default()).await.expect("read").into_inner();
    let kinds: Vec<_> =
        page.events.iter().filter_map(|event| event.header.as_ref()).map(|h| h.kind.as_str()).collect();
    assert_eq!(kinds, ["PatientAdmitted", "PatientAdmitted"]);
}

async fn an_admission_with_skyddad_folkbokforing_withdraws_the_municipality(suite: &Suite) {
    let address = "Provgatan 1".to_owned();
    let open = pb::AdmitPatientRequest { address, listed_unit: OUTPATIENT.to_owned(), ..request(suite, "1") };
    let open = client(suite, WARD).admit_patient(open).await.expect("admitted").into_inner();
    let id = open.admission.expect("an admission").admission_id;
    let secret = pb::AdmitPatientRequest {
        protection: Protection::ProtectedRegistration.into(),
        listed_unit: OUTPATIENT.to_owned(),
        ..request(suite, "2")
    };
    let secret = client(suite, WARD).admit_patient(secret).await.expect("admitted").into_inner();
    let secret = secret.admission.expect("an admission");
    assert_eq!((secret.residence_municipality.as_str(), secret.listed_unit.as_str()), ("", ""));
    withdrawn(suite, &id).await;
}

/// Nothing of a stay tells where the patient belongs or who it is, and the last that was told of it says so.
async fn withdrawn(suite: &Suite, id: &str) {
    use pb::admission_event::Event;
    let cx = suite.process.contexts().next().expect("admission");
    let stay = crate::store::episode::get(&cx.db, id.parse().expect("an id")).await.expect("read");
    let stay = stay.expect("a stay");
    assert_eq!((stay.residence_municipality, stay.liable_municipality, stay.listed_unit), (None, None, None));
    assert_eq!(stay.address.expose(), "");
    let peer = suite.peer("service", "SE0000000000-HEMGANG", "region");
    let mut feed = pb::admission_feed_service_client::AdmissionFeedServiceClient::new(peer);
    let read = pb::ReadEventsRequest { page_size: 500, ..Default::default() };
    let events = feed.read_events(read).await.expect("read").into_inner().events;
    let of_stay =
        |event: &&pb::AdmissionEvent| event.header.as_ref().is_some_and(|header| header.admission_id == id);
    let told: Vec<_> =
        events.iter().filter(of_stay).skip(2).filter_map(|event| event.event.as_ref()).collect();
    assert!(told.iter().any(|said| **said == Event::ResidenceRecorded(pb::ResidenceRecorded::default())));
    let person = told.iter().find_map(|said| match said {
        Event::PatientDetailsRecorded(said) => said.person.clone(),
        _ => None,
    });
    let person = person.expect("details");
    assert_eq!((person.name.as_str(), person.address.as_str()), ("", ""));
    assert_eq!(person.protection(), Protection::ProtectedRegistration);
}
