//! Fast vårdkontakt: named by the outpatient unit, told to whoever takes part, and counted by the first.

use hemgang_proto::{common::Destination, planning::appoint_care_contact_request};

use super::*;

each_backend!(
    the_parties_learn_who_the_contact_is_and_who_is_told_later_reads_it,
    nobody_is_named_for_who_died_or_by_whom_nothing_is_disclosed_to,
    the_contact_or_a_deputy_calls_as_the_act_says_and_nobody_else,
    every_wrong_field_of_an_appointment_is_named_at_once,
    a_contact_counts_that_was_named_before_the_patient_left
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

const CONTACT: &str = "SE2321000131-P000000000205";
const DEPUTY: &str = "SE2321000131-P000000000206";

fn appointment(admission_id: &str, person: &str) -> pb::AppointCareContactRequest {
    pb::AppointCareContactRequest {
        key: Some(appoint_care_contact_request::Key::AdmissionId(admission_id.to_owned())),
        person: person.to_owned(),
        function: "Distriktssköterska".to_owned(),
        deputies: vec![DEPUTY.to_owned()],
        ..Default::default()
    }
}

async fn appointed(suite: &Suite, admission_id: &str, person: &str) -> pb::CareContact {
    let answer = client(suite, OUTPATIENT).appoint_care_contact(appointment(admission_id, person)).await;
    let case = answer.expect("appointed").into_inner().case.expect("a case");
    assert_eq!(case.patient, Some(hemgang_proto::common::Person::default()), "an answer names nobody");
    case.care_contact.expect("a contact")
}

async fn the_parties_learn_who_the_contact_is_and_who_is_told_later_reads_it(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    suite.pass(SignedDuration::from_hours(1)).await;
    let contact = appointed(suite, &admission_id, CONTACT).await;
    assert_eq!((contact.unit.as_str(), contact.person.as_str()), (OUTPATIENT, CONTACT));
    assert_eq!(
        (contact.function.as_str(), contact.deputies.as_slice()),
        ("Distriktssköterska", [DEPUTY.to_owned()].as_slice())
    );
    for unit in [WARD, SOCIAL, OUTPATIENT] {
        assert_eq!(case(suite, unit, &admission_id).await.care_contact.as_ref(), Some(&contact), "{unit}");
        assert!(cases(suite, unit).await[0].care_contact.is_none(), "no list says it");
    }
    assert_eq!(kinds(&inbox(suite, SOCIAL).await), [NoticeKind::CareContact, NoticeKind::Admission]);
    assert_eq!(kinds(&inbox(suite, OUTPATIENT).await), [NoticeKind::Admission], "who named them knows");

    let another = appointed(suite, &admission_id, DEPUTY).await;
    assert_eq!(case(suite, SOCIAL, &admission_id).await.care_contact, Some(another.clone()));
    notify(suite, &admission_id, &[HEALTH]).await;
    suite.drain().await;
    assert_eq!(case(suite, HEALTH, &admission_id).await.care_contact, Some(another.clone()));
    let shared = events(suite, HEALTH).await.into_iter().find_map(|event| match event {
        Event::CaseShared(shared) => Some(shared),
        _ => None,
    });
    assert_eq!(shared.expect("a snapshot").care_contact, Some(another));
    sees_nothing(suite, ELSEWHERE, &admission_id).await;
}

async fn nobody_is_named_for_who_died_or_by_whom_nothing_is_disclosed_to(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    barred(suite, &admission_id, OUTPATIENT).await;
    let mut clinic = client(suite, OUTPATIENT);
    let refused_to = refused(clinic.appoint_care_contact(appointment(&admission_id, CONTACT)).await);
    assert_eq!(refused_to.reason, "DISCLOSURE_BARRED");

    let dead = notified(suite, &[OUTPATIENT]).await;
    left(suite, &dead, Destination::Deceased).await;
    let refusal = refused(clinic.appoint_care_contact(appointment(&dead, CONTACT)).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "CASE_OVER"));
    assert!(case(suite, OUTPATIENT, &dead).await.care_contact.is_none());
}

/// Whether a unit's call, by whom the suite's tokens name, is that of 4 kap. 3 §.
async fn calls(suite: &Suite, unit: &str, key: pb::invite_to_sip_request::Key) -> bool {
    let request = pb::InviteToSipRequest {
        key: Some(key),
        starts_at: Some(wire::timestamp(suite.clock.now())),
        form: pb::MeetingForm::Video.into(),
        invited: vec![SOCIAL.to_owned()],
        ..Default::default()
    };
    let answer = client(suite, unit).invite_to_sip(request).await.expect("called").into_inner();
    answer.meeting.expect("a meeting").statutory
}

async fn the_contact_or_a_deputy_calls_as_the_act_says_and_nobody_else(suite: &Suite) {
    use pb::invite_to_sip_request::Key;
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let of_stay = || Key::AdmissionId(id.clone());
    assert!(!calls(suite, OUTPATIENT, of_stay()).await, "nobody is named yet");
    appointed(suite, &id, CONTACT).await;
    assert!(!calls(suite, OUTPATIENT, of_stay()).await, "a colleague");
    appointed(suite, &id, CALLER).await;
    assert!(calls(suite, OUTPATIENT, of_stay()).await);
    assert!(!calls(suite, WARD, of_stay()).await, "at another unit");
    let deputy =
        pb::AppointCareContactRequest { deputies: vec![CALLER.to_owned()], ..appointment(&id, CONTACT) };
    client(suite, OUTPATIENT).appoint_care_contact(deputy).await.expect("appointed");
    assert!(calls(suite, OUTPATIENT, of_stay()).await, "who stands in");
    let told = events(suite, SOCIAL).await.into_iter().filter_map(|event| match event {
        Event::SipInvited(said) => Some(said.statutory),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), [false, false, true, false, true]);
    let meetings = case(suite, SOCIAL, &id).await.meetings;
    assert_eq!(meetings.iter().filter(|meeting| meeting.statutory).count(), 2);

    // Of a person at home no duty of the Act begins.
    let person = hemgang_proto::common::Person {
        person_id: Some(hemgang_proto::common::PersonId {
            oid: "1.2.752.129.2.1.3.1".to_owned(),
            value: "195009072553".to_owned(),
        }),
        ..Default::default()
    };
    let request = pb::SendCareRequestRequest {
        person: Some(person),
        recipients: vec![SOCIAL.to_owned()],
        ..Default::default()
    };
    let asked = client(suite, OUTPATIENT).send_care_request(request).await.expect("sent").into_inner();
    let case_id = asked.case.expect("a case").case_id;
    let key = Some(appoint_care_contact_request::Key::CaseId(case_id.clone()));
    let request = pb::AppointCareContactRequest { key, ..appointment("", CALLER) };
    client(suite, OUTPATIENT).appoint_care_contact(request).await.expect("appointed");
    assert!(!calls(suite, OUTPATIENT, Key::CaseId(case_id)).await);
}

async fn every_wrong_field_of_an_appointment_is_named_at_once(suite: &Suite) {
    let wrong = pb::AppointCareContactRequest {
        key: None,
        deputies: vec!["nobody".to_owned()],
        ..appointment("", "somebody")
    };
    let mut fields = refused(client(suite, OUTPATIENT).appoint_care_contact(wrong).await).fields;
    fields.sort();
    assert_eq!(fields, ["deputies[0]", "key", "person"]);
}

async fn a_contact_counts_that_was_named_before_the_patient_left(suite: &Suite) {
    let (named, late, never) = (
        notified(suite, &[SOCIAL, OUTPATIENT]).await,
        notified(suite, &[OUTPATIENT]).await,
        notified(suite, &[OUTPATIENT]).await,
    );
    let (dead, untold) = (notified(suite, &[OUTPATIENT]).await, notified(suite, &[SOCIAL]).await);
    appointed(suite, &named, CONTACT).await;
    appointed(suite, &dead, CONTACT).await;
    suite.pass(SignedDuration::from_hours(5)).await;
    for id in [&named, &late, &never, &untold] {
        left(suite, id, Destination::Home).await;
    }
    left(suite, &dead, Destination::Deceased).await;
    // At the very moment of the discharge it is too late: strictly before.
    appointed(suite, &late, CONTACT).await;
    // Another one afterwards takes nothing away.
    appointed(suite, &named, DEPUTY).await;

    assert_eq!(
        figure(suite, "care_contact_named", [&named, &late, &never, &dead, &untold]).await,
        ((1, 3), [Some(1), Some(0), Some(0), None, None])
    );
}
