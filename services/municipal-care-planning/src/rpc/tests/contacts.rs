//! The telephone log: several a case, read by whoever takes part, told without its words, gone when the record goes.

use hemgang_proto::planning::{ContactTopic, ContactWith, record_contact_request};

use super::*;

each_backend!(
    contacts_are_read_in_the_case_and_told_without_their_words,
    who_is_told_later_or_no_more_reads_the_contacts_until_then_and_words_go_with_the_record,
    a_contact_after_coming_home_is_after_the_departure_and_none_is_before_the_admission,
    a_contact_is_with_who_takes_part_and_may_be_told,
    nobody_is_rung_for_who_died_and_a_repeat_gets_the_first_answer,
    every_wrong_field_of_a_contact_is_named_at_once
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

/// The unit rang somebody close to the patient just now.
fn rang(suite: &Suite, admission_id: &str, text: &str) -> pb::RecordContactRequest {
    pb::RecordContactRequest {
        key: Some(record_contact_request::Key::AdmissionId(admission_id.to_owned())),
        with: ContactWith::Relative.into(),
        contacted_at: Some(wire::timestamp(suite.clock.now())),
        topic: ContactTopic::Planning.into(),
        text: text.to_owned(),
        ..Default::default()
    }
}

async fn recorded(suite: &Suite, unit: &str, request: pb::RecordContactRequest) -> pb::Contact {
    let answer = client(suite, unit).record_contact(request).await.expect("recorded").into_inner();
    answer.contact.expect("a contact")
}

fn words(contacts: &[pb::Contact]) -> Vec<&str> {
    contacts.iter().map(|contact| contact.text.as_str()).collect()
}

async fn contacts_are_read_in_the_case_and_told_without_their_words(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    suite.pass(SignedDuration::from_hours(2)).await;
    let inboxes = inbox(suite, OUTPATIENT).await.len();
    let told = recorded(suite, SOCIAL, rang(suite, &id, "Dottern kommer")).await;
    assert_eq!((told.unit.as_str(), told.text.as_str()), (SOCIAL, ""), "an answer is kept");
    let earlier = pb::RecordContactRequest {
        with: ContactWith::Unit.into(),
        other_unit: SOCIAL.to_owned(),
        incoming: true,
        contacted_at: Some(wire::timestamp(suite.clock.now() - SignedDuration::from_hours(1))),
        topic: ContactTopic::Journey.into(),
        contacted_by: CALLER.to_owned(),
        ..rang(suite, &id, "Nyckeln finns")
    };
    let of_ward = recorded(suite, WARD, earlier).await;
    assert_eq!(
        (of_ward.with(), of_ward.other_unit.as_str(), of_ward.incoming),
        (ContactWith::Unit, SOCIAL, true)
    );
    for unit in [WARD, SOCIAL, OUTPATIENT] {
        let seen = case(suite, unit, &id).await.contacts;
        assert_eq!(words(&seen), ["Nyckeln finns", "Dottern kommer"], "{unit}: the first first");
        assert_eq!(pb::Contact { text: String::new(), ..seen[1].clone() }, told);
        assert!(cases(suite, unit).await[0].contacts.is_empty(), "no list says it");
    }
    let told = events(suite, OUTPATIENT).await.into_iter().filter_map(|event| match event {
        Event::ContactRecorded(said) => said.contact,
        _ => None,
    });
    assert_eq!(words(&told.collect::<Vec<_>>()), ["", ""], "no words in the feed");
    assert_eq!(inbox(suite, OUTPATIENT).await.len(), inboxes, "nobody is sent a notice of a call");
    sees_nothing(suite, ELSEWHERE, &id).await;
    let refusal = refused(client(suite, ELSEWHERE).record_contact(rang(suite, &id, "")).await);
    assert_eq!(refusal.code, Code::NotFound);
}

async fn who_is_told_later_or_no_more_reads_the_contacts_until_then_and_words_go_with_the_record(
    suite: &Suite,
) {
    let id = notified(suite, &[SOCIAL]).await;
    recorded(suite, WARD, rang(suite, &id, "Dottern kommer")).await;
    notify(suite, &id, &[OUTPATIENT]).await;
    suite.drain().await;
    let shared = events(suite, OUTPATIENT).await.into_iter().find_map(|event| match event {
        Event::CaseShared(shared) => Some(shared.contacts),
        _ => None,
    });
    assert_eq!(words(&shared.expect("a case that is shared")), [""]);

    barred(suite, &id, SOCIAL).await;
    suite.pass(SignedDuration::from_hours(1)).await;
    recorded(suite, WARD, rang(suite, &id, "Sonen ringer")).await;
    let kept_out = refused(client(suite, SOCIAL).record_contact(rang(suite, &id, "")).await);
    assert_eq!(kept_out.reason, "DISCLOSURE_BARRED");
    let read = async |unit| case(suite, unit, &id).await.contacts;
    assert_eq!(words(&read(SOCIAL).await), ["Dottern kommer"], "as it stood");
    assert_eq!(words(&read(OUTPATIENT).await), ["Dottern kommer", "Sonen ringer"]);

    left(suite, &id, Destination::Home).await;
    blanked(suite, &id).await;
    assert_eq!(words(&read(SOCIAL).await), [""]);
    assert_eq!(words(&read(WARD).await), ["", ""], "that somebody was spoken with stays");
    let refusal = refused(client(suite, WARD).record_contact(rang(suite, &id, "Dottern")).await);
    assert_eq!(refusal.reason, "DETAILS_BLANKED", "nothing would take new words away again");
}

async fn a_contact_after_coming_home_is_after_the_departure_and_none_is_before_the_admission(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let early = pb::RecordContactRequest {
        contacted_at: Some(wire::timestamp(suite.clock.now() - SignedDuration::from_hours(1))),
        ..rang(suite, &id, "")
    };
    let refusal = refused(client(suite, WARD).record_contact(early).await);
    assert_eq!(refusal.reason, "HELD_BEFORE_ADMISSION");
    let at_home = |at| pb::RecordContactRequest {
        with: ContactWith::Patient.into(),
        contacted_at: Some(wire::timestamp(at)),
        topic: ContactTopic::AfterHomecoming.into(),
        ..rang(suite, &id, "Mår bra")
    };
    let refusal = refused(client(suite, OUTPATIENT).record_contact(at_home(suite.clock.now())).await);
    assert_eq!(refusal.reason, "BEFORE_DEPARTURE");
    assert!(!refusal.metadata.contains_key("discharged_at"), "{refusal:?}");
    suite.pass(SignedDuration::from_hours(5)).await;
    let left_at = suite.clock.now();
    left(suite, &id, Destination::Home).await;
    suite.pass(SignedDuration::from_hours(30)).await;
    let before = at_home(left_at - SignedDuration::from_hours(1));
    let refusal = refused(client(suite, OUTPATIENT).record_contact(before).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "BEFORE_DEPARTURE"));
    assert_eq!(refusal.metadata["discharged_at"], left_at.to_string());
    let contact = recorded(suite, OUTPATIENT, at_home(suite.clock.now())).await;
    assert_eq!(contact.topic(), ContactTopic::AfterHomecoming);
}

async fn a_contact_is_with_who_takes_part_and_may_be_told(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let with = |unit: &str| pb::RecordContactRequest {
        with: ContactWith::Unit.into(),
        other_unit: unit.to_owned(),
        ..rang(suite, &id, "")
    };
    for unit in [OUTPATIENT, WARD, OTHER_WARD, HOSPITAL] {
        recorded(suite, SOCIAL, with(unit)).await;
    }
    let refusal = refused(client(suite, SOCIAL).record_contact(with(HEALTH)).await);
    assert_eq!((refusal.reason.as_str(), refusal.metadata["unit"].as_str()), ("NOT_A_PARTY", HEALTH));
    barred(suite, &id, OUTPATIENT).await;
    let refusal = refused(client(suite, SOCIAL).record_contact(with(OUTPATIENT)).await);
    assert_eq!(refusal.reason, "NOT_A_PARTY");
}

async fn nobody_is_rung_for_who_died_and_a_repeat_gets_the_first_answer(suite: &Suite) {
    let id = notified(suite, &[SOCIAL]).await;
    let request = pb::RecordContactRequest {
        request_id: "0190163d-8694-739b-aea5-966c26f8ad92".to_owned(),
        ..rang(suite, &id, "Dottern kommer")
    };
    let first = recorded(suite, SOCIAL, request.clone()).await;
    assert_eq!(recorded(suite, SOCIAL, request).await, first);
    assert_eq!(case(suite, SOCIAL, &id).await.contacts.len(), 1);
    left(suite, &id, Destination::Deceased).await;
    let refusal = refused(client(suite, SOCIAL).record_contact(rang(suite, &id, "")).await);
    assert_eq!(refusal.reason, "CASE_OVER");
}

async fn every_wrong_field_of_a_contact_is_named_at_once(suite: &Suite) {
    let fields = async |request| {
        let mut fields = refused(client(suite, SOCIAL).record_contact(request).await).fields;
        fields.sort();
        fields
    };
    let empty = fields(pb::RecordContactRequest::default()).await;
    assert_eq!(empty, ["contacted_at", "key", "topic", "with"]);
    let later = Some(wire::timestamp(suite.clock.now() + SignedDuration::from_hours(1)));
    let wrong = pb::RecordContactRequest {
        key: None,
        with: ContactWith::Unit.into(),
        contacted_at: later,
        topic: ContactTopic::AfterHomecoming.into(),
        text: "x".repeat(2001),
        contacted_by: "somebody".to_owned(),
        ..Default::default()
    };
    let expected = ["contacted_at", "contacted_by", "key", "other_unit", "text", "with"];
    assert_eq!(fields(wrong).await, expected);
    let id = notified(suite, &[SOCIAL]).await;
    let with = |with: ContactWith, unit: &str| pb::RecordContactRequest {
        with: with.into(),
        other_unit: unit.to_owned(),
        ..rang(suite, &id, "")
    };
    assert_eq!(fields(with(ContactWith::Unit, SOCIAL)).await, ["other_unit"], "the caller's own");
    assert_eq!(fields(with(ContactWith::Patient, WARD)).await, ["other_unit"], "not a unit");
}
