//! Ids of others in every field that takes one beside the thing itself, others' request ids and positions.

use hemgang_proto::{
    admission::{
        self as adm, AdmissionType, ChangePatientDetailsRequest, GetAdmissionRequest, VisitNumber,
        admission_feed_service_client::AdmissionFeedServiceClient,
        change_patient_details_request::Key as Whose, get_admission_request::Key,
    },
    common::Protection,
    planning::{self as pla, MeetingForm, book_planning_meeting_request::Key as Of},
    readiness::{WithdrawReadinessRequest, WithdrawalReason},
};
use hemgang_rpc::{AFTER, POSITION, wire};
use hemgang_testing::{Suite, each_backend, refused};
use jiff::SignedDuration;
use tonic::{Code, Request, Response, Status};

use super::{Both, MARTA, NOBODY, OTHER_CLINIC, both, person};
use crate::journeys::steps::{CLINIC, Caller, MOLNDAL, OTHER_WARD, SAHLGRENSKA, SERVICE, SOCIAL, WARD};

each_backend!(
    a_visit_or_a_person_of_another_s_is_as_absent_as_one_of_nobody,
    who_sees_no_stay_of_a_person_takes_no_protection_away,
    units_that_are_no_party_are_let_into_no_meeting,
    who_was_disclosed_to_until_a_day_gets_no_more_by_hand,
    a_request_id_of_somebody_else_brings_nobody_s_answer,
    positions_of_others_and_forged_ones_change_no_answer
    on crate::services::SERVICES
);

/// All that a refusal says.
fn said<T: std::fmt::Debug>(answer: Result<T, Status>) -> (Code, String, Vec<u8>) {
    let status = answer.expect_err("a refusal");
    (status.code(), status.message().to_owned(), status.details().to_vec())
}

async fn a_visit_or_a_person_of_another_s_is_as_absent_as_one_of_nobody(suite: &Suite) {
    let Both { ours, .. } = both(suite).await;
    let visit = async |value: &str| {
        let authority = SAHLGRENSKA.unit.to_owned();
        let key = Some(Key::VisitNumber(VisitNumber { authority, value: value.to_owned() }));
        WARD.admissions(suite).get_admission(GetAdmissionRequest { key, ..Default::default() }).await
    };
    visit("V1").await.expect("an admission");
    assert_eq!(said(visit("V2").await), said(visit("V9").await));
    // Who the patient of an own stay is not, is nobody more for being known.
    let is_of = async |value: &str| {
        let key = Some(Key::AdmissionId(ours.clone()));
        let request = GetAdmissionRequest { key, person_ids: vec![person(value)] };
        WARD.admissions(suite).get_admission(request).await
    };
    assert_eq!(said(is_of(MARTA).await), said(is_of(NOBODY).await));
    let change = async |who: Caller, value: &str| {
        let key = Some(Whose::PersonId(person(value)));
        let name = Some("Någon Annan".to_owned());
        who.admissions(suite)
            .change_patient_details(ChangePatientDetailsRequest { key, name, ..Default::default() })
            .await
    };
    assert_eq!(said(change(WARD, MARTA).await), said(change(WARD, NOBODY).await));
    // A sender far away speaks of whom it knows; of the stay it is told nothing, and nothing becomes of it.
    let far = Caller { role: "gateway", unit: "SE2321000131-E000000001005", ..SAHLGRENSKA };
    for value in [MARTA, NOBODY] {
        let answer = change(far, value).await.expect("taken").into_inner();
        assert_eq!(answer.admission, None);
    }
    let name = OTHER_WARD.case(suite, &SAHLGRENSKA.admission_of(suite, "V2").await.admission_id).await;
    assert_eq!(name.expect("a case").patient.expect("a patient").name, "Åsa Ö Exempel");
    let merge = async |surviving, absorbed| {
        let (surviving, absorbed) = (Some(person(surviving)), Some(person(absorbed)));
        let request = adm::MergePatientsRequest { surviving, absorbed, ..Default::default() };
        WARD.admissions(suite).merge_patients(request).await
    };
    assert_eq!(said(merge("191212121212", MARTA).await), said(merge("191212121212", "189001019802").await));
    assert_eq!(said(merge(MARTA, "191212121212").await), said(merge("189001019802", "191212121212").await));
    // A number that another ward's stay has is taken, and whose it is is not said.
    let request = adm::AdmitPatientRequest {
        person_id: Some(person("189001019802")),
        ward: WARD.unit.to_owned(),
        admitted_at: Some(wire::timestamp(suite.clock.now())),
        visit_number: Some(VisitNumber { authority: SAHLGRENSKA.unit.to_owned(), value: "V2".to_owned() }),
        admission_type: AdmissionType::Planned.into(),
        ..Default::default()
    };
    let taken = refused(WARD.admissions(suite).admit_patient(request).await);
    assert_eq!((taken.reason.as_str(), taken.metadata.len()), ("VISIT_ALREADY_ADMITTED", 0));
}

async fn who_sees_no_stay_of_a_person_takes_no_protection_away(suite: &Suite) {
    let Both { theirs, .. } = both(suite).await;
    let say = async |who: Caller, protection: Protection| {
        let (key, protection) = (Some(Whose::PersonId(person(MARTA))), protection.into());
        let request = ChangePatientDetailsRequest { key, protection, ..Default::default() };
        who.admissions(suite).change_patient_details(request).await
    };
    let shown = async || {
        suite.drain().await;
        let patient = MOLNDAL.case(suite, &theirs).await.expect("a case").patient;
        patient.expect("a patient").protection()
    };
    let far = Caller { role: "gateway", unit: "SE2321000131-E000000001005", ..SAHLGRENSKA };
    // What protects is heard from everybody.
    say(far, Protection::Confidential).await.expect("taken");
    assert_eq!(shown().await, Protection::Confidential);
    say(far, Protection::None).await.expect("taken");
    assert_eq!(shown().await, Protection::Confidential);
    assert_eq!(refused(say(WARD, Protection::None).await).code, Code::NotFound);
    assert_eq!(shown().await, Protection::Confidential);
    say(OTHER_WARD, Protection::None).await.expect("lifted");
    assert_eq!(shown().await, Protection::None);
}

async fn units_that_are_no_party_are_let_into_no_meeting(suite: &Suite) {
    let Both { ours, theirs } = both(suite).await;
    let book = async |who: Caller, id: &str, invited: &[Caller]| {
        let request = pla::BookPlanningMeetingRequest {
            key: Some(Of::AdmissionId(id.to_owned())),
            starts_at: Some(wire::timestamp(suite.clock.now())),
            form: MeetingForm::Video.into(),
            invited: invited.iter().map(|unit| unit.unit.to_owned()).collect(),
            ..Default::default()
        };
        who.planning(suite).book_planning_meeting(request).await
    };
    // Whether a unit is a party of another case makes no difference.
    for stranger in [MOLNDAL, OTHER_CLINIC, Caller { unit: "SE0000001481-E0003", ..MOLNDAL }] {
        assert_eq!(refused(book(SOCIAL, &ours, &[stranger]).await).reason, "NOT_A_PARTY");
    }
    assert_eq!(refused(book(SOCIAL, &theirs, &[SOCIAL]).await).code, Code::NotFound);
    let meeting = book(MOLNDAL, &theirs, &[]).await.expect("booked").into_inner().meeting.expect("a meeting");
    assert_eq!(meeting.invited, [OTHER_CLINIC.unit]);
    let hold = pla::RecordPlanningMeetingRequest {
        meeting_id: meeting.meeting_id,
        held_at: Some(wire::timestamp(suite.clock.now())),
        form: MeetingForm::Video.into(),
        participants: vec![SOCIAL.unit.to_owned()],
        ..Default::default()
    };
    assert_eq!(
        refused(SOCIAL.planning(suite).record_planning_meeting(hold.clone()).await).code,
        Code::NotFound
    );
    assert_eq!(refused(MOLNDAL.planning(suite).record_planning_meeting(hold).await).reason, "NOT_A_PARTY");
    assert!(SOCIAL.sees_nothing_of(suite, &theirs).await && CLINIC.sees_nothing_of(suite, &theirs).await);
}

/// Writes a plan in which the municipality does something.
async fn save(
    suite: &Suite,
    who: Caller,
    id: &str,
    version: i32,
) -> Result<Response<pla::SaveSipResponse>, Status> {
    let (what, unit) = ("Hjälp".to_owned(), SOCIAL.unit.to_owned());
    let plan = pla::SipPlan {
        kind: pla::SipKind::IndividualPlan.into(),
        goals: vec!["Bo hemma".to_owned()],
        services: vec![pla::SipService { what, unit: unit.clone(), ..Default::default() }],
        responsible_unit: unit,
        follow_up_on: Some(wire::date(jiff::civil::date(2026, 10, 14))),
        ..Default::default()
    };
    let key = Some(pla::save_sip_request::Key::AdmissionId(id.to_owned()));
    let request = pla::SaveSipRequest { key, version, plan: Some(plan), ..Default::default() };
    who.planning(suite).save_sip(request).await
}

async fn who_was_disclosed_to_until_a_day_gets_no_more_by_hand(suite: &Suite) {
    let Both { ours, theirs } = both(suite).await;
    let key = Some(pla::record_consent_request::Key::AdmissionId(ours.clone()));
    let consent = pla::RecordConsentRequest {
        key,
        kind: pla::ConsentKind::Disclosure.into(),
        decision: pla::ConsentDecision::Given.into(),
        basis: pla::ConsentBasis::Consent.into(),
        given_by: pla::ConsentGiver::Patient.into(),
        recipients: vec![SOCIAL.unit.to_owned()],
        valid_until: Some(wire::date(hemgang_core::day::local_day(suite.clock.now()))),
        ..Default::default()
    };
    WARD.planning(suite).record_consent(consent.clone()).await.expect("recorded");
    let invite = async |who: Caller, id: &str, whom: Caller| {
        let request = pla::InviteToSipRequest {
            key: Some(pla::invite_to_sip_request::Key::AdmissionId(id.to_owned())),
            starts_at: Some(wire::timestamp(suite.clock.now())),
            form: MeetingForm::Video.into(),
            invited: vec![whom.unit.to_owned()],
            ..Default::default()
        };
        let called = who.planning(suite).invite_to_sip(request).await.expect("called").into_inner();
        called.meeting.expect("a meeting").meeting_id
    };
    let own = invite(CLINIC, &ours, SOCIAL).await;
    let other = invite(OTHER_CLINIC, &theirs, MOLNDAL).await;
    let answer = async |who: Caller, meeting_id: &str| {
        let (meeting_id, attendance) = (meeting_id.to_owned(), pla::Attendance::Comes.into());
        let request = pla::AnswerSipInvitationRequest { meeting_id, attendance, ..Default::default() };
        who.planning(suite).answer_sip_invitation(request).await
    };
    let print = async |who: Caller, id: &str, version: i32| {
        let key = Some(pla::print_sip_request::Key::AdmissionId(id.to_owned()));
        who.planning(suite).print_sip(pla::PrintSipRequest { key, version }).await
    };
    answer(SOCIAL, &own).await.expect("answered");
    save(suite, SOCIAL, &ours, 0).await.expect("saved");
    suite.pass(SignedDuration::from_hours(24)).await;

    // What it had stays, and no id, version or paper of what came after brings it anything.
    let before = SOCIAL.case(suite, &ours).await.expect("a case");
    assert_eq!(refused(save(suite, CLINIC, &ours, 1).await).reason, "NOT_A_PARTY", "nor is it planned for");
    assert_eq!(refused(answer(SOCIAL, &own).await).reason, "DISCLOSURE_BARRED");
    assert_eq!(refused(save(suite, SOCIAL, &ours, 1).await).reason, "DISCLOSURE_BARRED");
    let consent = pla::RecordConsentRequest { valid_until: None, ..consent.clone() };
    assert_eq!(refused(SOCIAL.planning(suite).record_consent(consent).await).reason, "NOT_THE_SENDER");
    assert_eq!(print(SOCIAL, &ours, 0).await.expect("its own").into_inner().version, 1);
    assert_eq!(refused(print(SOCIAL, &ours, 2).await).reason, "SIP_CHANGED");
    WARD.confirm(suite, &ours).await.expect_err("it is ready");
    assert_eq!(SOCIAL.case(suite, &ours).await.expect("a case").meetings, before.meetings);
    // Others' are as absent as nobody's.
    let nobody = "0190163d-8694-739b-aea5-966c26f8ad90";
    assert_eq!(said(answer(SOCIAL, &other).await).0, Code::NotFound);
    assert_eq!(said(answer(SOCIAL, nobody).await).0, Code::NotFound);
    for id in [theirs.as_str(), nobody] {
        assert_eq!(said(print(SOCIAL, id, 0).await).0, Code::NotFound);
    }
}

async fn a_request_id_of_somebody_else_brings_nobody_s_answer(suite: &Suite) {
    let Both { ours, theirs } = both(suite).await;
    let withdraw = async |who: Caller, id: &str| {
        let request = WithdrawReadinessRequest {
            request_id: "7c2f4a86-35ad-4f6c-9f5c-0e9d6e6cf0a1".to_owned(),
            admission_id: id.to_owned(),
            reason: WithdrawalReason::RegisteredInError.into(),
            ..Default::default()
        };
        who.readiness(suite).withdraw_readiness(request).await
    };
    withdraw(OTHER_WARD, &theirs).await.expect("withdrawn");
    // Word for word the other's request, by somebody who does not see the stay, by one who may not, by the hospital.
    assert_eq!(refused(withdraw(WARD, &theirs).await).code, Code::NotFound);
    assert_eq!(refused(withdraw(MOLNDAL, &theirs).await).code, Code::PermissionDenied);
    assert_eq!(refused(withdraw(SAHLGRENSKA, &theirs).await).reason, "NOT_READY");
    // Nor is the id used up for anybody else.
    let answer = withdraw(WARD, &ours).await.expect("withdrawn").into_inner();
    assert_eq!(answer.readiness.expect("a readiness").admission_id, ours);
    // The one who asked gets the answer again.
    withdraw(OTHER_WARD, &theirs).await.expect("the first answer");
}

async fn positions_of_others_and_forged_ones_change_no_answer(suite: &Suite) {
    let Both { ours, theirs } = both(suite).await;
    let get = async |after: &str, id: &str| {
        let key = Some(pla::get_case_request::Key::AdmissionId(id.to_owned()));
        let mut request = Request::new(pla::GetCaseRequest { key });
        if !after.is_empty() {
            request.metadata_mut().insert(AFTER, after.parse().expect("metadata"));
        }
        SOCIAL.planning(suite).get_case(request).await
    };
    let mut positions =
        vec!["admission:0,readiness:?".to_owned(), "planning:9,deviation".to_owned(), ":".to_owned()];
    for (who, id) in [(SAHLGRENSKA, &theirs), (WARD, &ours)] {
        let key = Some(Key::AdmissionId(id.clone()));
        let answer =
            who.admissions(suite).get_admission(GetAdmissionRequest { key, ..Default::default() }).await;
        let position = answer.expect("an admission").metadata().get(POSITION).expect("a position").clone();
        positions.push(position.to_str().expect("text").to_owned());
    }
    let mut service = AdmissionFeedServiceClient::new(SERVICE.peer(suite));
    let page = service.read_events(adm::ReadEventsRequest::default()).await.expect("a page").into_inner();
    positions.push(format!("admission:{}", page.bookmark.expect("a bookmark").cursor));
    let (absent, own) = (said(get("", &theirs).await), get("", &ours).await.expect("a case").into_inner());
    assert_eq!(absent.0, Code::NotFound);
    for position in positions {
        assert_eq!(said(get(&position, &theirs).await), absent, "{position}");
        assert_eq!(get(&position, &ours).await.expect("a case").into_inner(), own, "{position}");
    }
}
