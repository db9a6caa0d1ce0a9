//! Messages: to some or to everybody, there for nobody else, corrected and voided by who sent them, gone with the record.

use hemgang_proto::planning::{Message, MessageKind, MessageState, send_message_request};

use super::*;

each_backend!(
    a_message_to_everybody_is_read_by_all_and_told_without_its_words,
    a_message_to_some_is_there_for_nobody_else,
    who_sent_it_corrects_and_voids_it_and_the_others_are_told_again,
    who_may_not_be_told_is_not_addressed_and_keeps_what_was_sent_to_it,
    who_is_told_later_reads_what_was_sent_to_everybody_and_words_go_with_the_record,
    of_somebody_at_home_units_write_and_ring_and_the_words_go_with_the_record,
    nobody_writes_of_who_died_and_a_repeat_gets_the_first_answer,
    every_wrong_field_of_a_message_is_named_at_once
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

pub(super) fn message(admission_id: &str, recipients: &[&str], text: &str) -> pb::SendMessageRequest {
    pb::SendMessageRequest {
        key: Some(send_message_request::Key::AdmissionId(admission_id.to_owned())),
        kind: MessageKind::Question.into(),
        recipients: recipients.iter().map(|unit| (*unit).to_owned()).collect(),
        text: text.to_owned(),
        ..Default::default()
    }
}

pub(super) async fn sent(suite: &Suite, unit: &str, request: pb::SendMessageRequest) -> Message {
    // One after the other: they are read in the order in which they were sent.
    suite.pass(SignedDuration::from_mins(1)).await;
    let answer = client(suite, unit).send_message(request).await.expect("sent").into_inner();
    answer.message.expect("a message")
}

fn correction(message: &Message, text: &str) -> pb::CorrectMessageRequest {
    pb::CorrectMessageRequest {
        message_id: message.message_id.clone(),
        text: text.to_owned(),
        void: text.is_empty(),
        ..Default::default()
    }
}

async fn corrected(suite: &Suite, unit: &str, request: pb::CorrectMessageRequest) -> Message {
    let answer = client(suite, unit).correct_message(request).await.expect("corrected").into_inner();
    answer.message.expect("a message")
}

/// What a unit reads in the case.
async fn words(suite: &Suite, unit: &str, admission_id: &str) -> Vec<String> {
    case(suite, unit, admission_id).await.messages.into_iter().map(|message| message.text).collect()
}

/// What the feed told a unit of messages: what happened, and its words.
async fn told(suite: &Suite, unit: &str) -> Vec<(&'static str, String)> {
    let said = events(suite, unit).await.into_iter().filter_map(|event| match event {
        Event::MessageSent(said) => Some(("sent", said.message?.text)),
        Event::MessageCorrected(said) => Some(("corrected", said.message?.text)),
        Event::MessageVoided(said) => Some(("voided", said.message?.text)),
        _ => None,
    });
    said.collect()
}

async fn notices(suite: &Suite, unit: &str, kind: NoticeKind) -> usize {
    inbox(suite, unit).await.iter().filter(|notice| notice.kind() == kind).count()
}

async fn a_message_to_everybody_is_read_by_all_and_told_without_its_words(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH, OUTPATIENT]).await;
    let question = sent(suite, WARD, message(&id, &[], "Vem hämtar?")).await;
    assert_eq!((question.unit.as_str(), question.text.as_str(), question.version), (WARD, "", 1));
    let answer = pb::SendMessageRequest {
        kind: MessageKind::Answer.into(),
        answers: question.message_id.clone(),
        sent_by: OFFICER.to_owned(),
        ..message(&id, &[], "Vi")
    };
    let answer = sent(suite, SOCIAL, answer).await;
    assert_eq!((answer.answers.as_str(), answer.sent_by.as_str()), (&*question.message_id, OFFICER));
    for unit in [WARD, SOCIAL, HEALTH, OUTPATIENT, RECEPTION] {
        assert_eq!(words(suite, unit, &id).await, ["Vem hämtar?", "Vi"], "{unit}");
        assert!(cases(suite, unit).await[0].messages.is_empty(), "no list says it");
        let sent = || ("sent", String::new());
        assert_eq!(told(suite, unit).await, [sent(), sent()], "{unit}: no words in the feed");
    }
    assert_eq!(notices(suite, HEALTH, NoticeKind::Message).await, 2);
    assert_eq!(notices(suite, SOCIAL, NoticeKind::Message).await, 1, "who sent it knows");
    sees_nothing(suite, ELSEWHERE, &id).await;
    let refusal = refused(client(suite, ELSEWHERE).send_message(message(&id, &[], "Hej")).await);
    assert_eq!(refusal.code, Code::NotFound);
}

async fn a_message_to_some_is_there_for_nobody_else(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH, OUTPATIENT]).await;
    let between = sent(suite, SOCIAL, message(&id, &[OUTPATIENT], "Är läkaren hemma?")).await;
    sent(suite, OUTPATIENT, message(&id, &[WARD], "Ring mig")).await;
    sent(suite, WARD, message(&id, &[HEALTH], "Såret")).await;
    sent(suite, RECEPTION, message(&id, &[HOSPITAL], "Vi fördelar")).await;
    for (unit, read) in [
        (SOCIAL, vec!["Är läkaren hemma?"]),
        (HEALTH, vec!["Såret"]),
        (OUTPATIENT, vec!["Är läkaren hemma?", "Ring mig"]),
        (WARD, vec!["Ring mig", "Såret", "Vi fördelar"]),
        // The municipality's, to whichever of its units.
        (RECEPTION, vec!["Är läkaren hemma?", "Såret", "Vi fördelar"]),
    ] {
        assert_eq!(words(suite, unit, &id).await, read, "{unit}");
        assert_eq!(told(suite, unit).await.len(), read.len(), "{unit}: nor does the feed tell of another");
    }
    let counts = [(OUTPATIENT, 1), (HEALTH, 1), (SOCIAL, 0)];
    for (unit, count) in counts {
        assert_eq!(notices(suite, unit, NoticeKind::Message).await, count, "{unit}");
    }
    // It does not exist for others: not to correct, and not to answer.
    let refusal = refused(client(suite, WARD).correct_message(correction(&between, "Nej")).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::NotFound, "NOT_FOUND"));
    let answers = between.message_id.clone();
    let answer = pb::SendMessageRequest { answers: answers.clone(), ..message(&id, &[], "Ja") };
    assert_eq!(refused(client(suite, HEALTH).send_message(answer.clone()).await).code, Code::NotFound);
    sent(suite, OUTPATIENT, answer).await;
    // Nor in another case.
    let another = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let answer = pb::SendMessageRequest { answers, ..message(&another, &[], "Ja") };
    assert_eq!(refused(client(suite, OUTPATIENT).send_message(answer).await).code, Code::NotFound);
    let outsider = refused(client(suite, SOCIAL).send_message(message(&another, &[HEALTH], "Hej")).await);
    assert_eq!((outsider.reason.as_str(), outsider.metadata["unit"].as_str()), ("NOT_A_PARTY", HEALTH));
}

async fn who_sent_it_corrects_and_voids_it_and_the_others_are_told_again(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH, OUTPATIENT]).await;
    let first = sent(suite, SOCIAL, message(&id, &[OUTPATIENT, WARD], "Hemma kl. 14")).await;
    let etag = first.etag.clone();
    let mended = pb::CorrectMessageRequest { etag: etag.clone(), ..correction(&first, "Hemma kl. 15") };
    let mended = corrected(suite, SOCIAL, mended).await;
    assert_eq!((mended.version, mended.text.as_str(), mended.corrected_by.as_str()), (2, "", CALLER));
    let stale = pb::CorrectMessageRequest { etag, ..correction(&first, "Hemma kl. 16") };
    assert_eq!(refused(client(suite, SOCIAL).correct_message(stale).await).code, Code::Aborted);
    assert_eq!(words(suite, OUTPATIENT, &id).await, ["Hemma kl. 15"], "what it said before is nowhere");
    assert_eq!(notices(suite, OUTPATIENT, NoticeKind::MessageCorrected).await, 1);
    for unit in [OUTPATIENT, WARD] {
        let refusal = refused(client(suite, unit).correct_message(correction(&first, "Kl. 17")).await);
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "NOT_THE_AUTHOR"));
        assert_eq!(refusal.metadata["unit"], SOCIAL);
    }
    let voided = corrected(suite, SOCIAL, correction(&first, "")).await;
    assert_eq!((voided.version, voided.state()), (3, MessageState::Voided));
    for unit in [SOCIAL, OUTPATIENT, WARD] {
        let seen = case(suite, unit, &id).await.messages;
        assert_eq!(seen, std::slice::from_ref(&voided), "{unit}: that there was one stays");
        let kinds: Vec<_> = told(suite, unit).await.into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, ["sent", "corrected", "voided"], "{unit}");
    }
    assert!(told(suite, HEALTH).await.is_empty() && words(suite, HEALTH, &id).await.is_empty());
    assert_eq!(notices(suite, OUTPATIENT, NoticeKind::MessageCorrected).await, 2);
    let refusal = refused(client(suite, SOCIAL).correct_message(correction(&first, "Kl. 17")).await);
    assert_eq!(refusal.reason, "MESSAGE_VOIDED");
}

async fn who_may_not_be_told_is_not_addressed_and_keeps_what_was_sent_to_it(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH, OUTPATIENT]).await;
    let to_all = sent(suite, WARD, message(&id, &[], "Till alla")).await;
    sent(suite, WARD, message(&id, &[SOCIAL], "Till er")).await;
    sent(suite, WARD, message(&id, &[HEALTH], "Till andra")).await;
    let own = sent(suite, SOCIAL, message(&id, &[WARD], "Från oss")).await;
    barred(suite, &id, SOCIAL).await;
    assert_eq!(words(suite, SOCIAL, &id).await, ["Till alla", "Till er", "Från oss"], "as it stood");
    let refusal = refused(client(suite, WARD).send_message(message(&id, &[SOCIAL], "Hej")).await);
    assert_eq!((refusal.reason.as_str(), refusal.metadata["unit"].as_str()), ("NOT_A_PARTY", SOCIAL));
    for refusal in [
        refused(client(suite, SOCIAL).send_message(message(&id, &[], "Hej")).await),
        refused(client(suite, SOCIAL).correct_message(correction(&own, "Hej")).await),
    ] {
        assert_eq!(refusal.reason, "DISCLOSURE_BARRED");
    }
    let before = (notices(suite, SOCIAL, NoticeKind::Message).await, told(suite, SOCIAL).await);
    sent(suite, WARD, message(&id, &[], "Utan er")).await;
    corrected(suite, WARD, correction(&to_all, "Till alla andra")).await;
    assert_eq!(words(suite, SOCIAL, &id).await, ["Till alla", "Till er", "Från oss"], "nothing new");
    let after = (notices(suite, SOCIAL, NoticeKind::Message).await, told(suite, SOCIAL).await);
    assert_eq!(after, before);
    assert_eq!(notices(suite, SOCIAL, NoticeKind::MessageCorrected).await, 0);
    corrected(suite, WARD, correction(&to_all, "")).await;
    assert_eq!(
        words(suite, SOCIAL, &id).await,
        ["", "Till er", "Från oss"],
        "what is voided is gone there, too"
    );
    assert_eq!(words(suite, HEALTH, &id).await, ["", "Till andra", "Utan er"]);
}

async fn who_is_told_later_reads_what_was_sent_to_everybody_and_words_go_with_the_record(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH]).await;
    let open = sent(suite, WARD, message(&id, &[], "Till alla")).await;
    sent(suite, WARD, message(&id, &[SOCIAL], "Till en")).await;
    notify(suite, &id, &[OUTPATIENT]).await;
    suite.drain().await;
    let shared = events(suite, OUTPATIENT).await.into_iter().find_map(|event| match event {
        Event::CaseShared(shared) => Some(shared.messages),
        _ => None,
    });
    assert_eq!(shared, Some(vec![open.clone()]), "without its words");
    assert_eq!(words(suite, OUTPATIENT, &id).await, ["Till alla"]);
    barred(suite, &id, SOCIAL).await;
    left(suite, &id, Destination::Home).await;
    sent(suite, HEALTH, message(&id, &[WARD], "Tack")).await;
    blanked(suite, &id).await;
    assert_eq!(words(suite, SOCIAL, &id).await, ["", ""], "nor as it stood");
    assert_eq!(words(suite, WARD, &id).await, ["", "", ""], "that they were sent stays");
    for refusal in [
        refused(client(suite, WARD).send_message(message(&id, &[], "Hej")).await),
        refused(client(suite, WARD).correct_message(correction(&open, "Hej")).await),
    ] {
        assert_eq!(refusal.reason, "DETAILS_BLANKED", "nothing would take new words away again");
    }
    assert_eq!(corrected(suite, WARD, correction(&open, "")).await.state(), MessageState::Voided);
}

async fn of_somebody_at_home_units_write_and_ring_and_the_words_go_with_the_record(suite: &Suite) {
    let person_id = hemgang_proto::common::PersonId {
        oid: "1.2.752.129.2.1.3.1".to_owned(),
        value: "195009072553".to_owned(),
    };
    let person = hemgang_proto::common::Person { person_id: Some(person_id), ..Default::default() };
    let recipients = vec![OUTPATIENT.to_owned(), HEALTH.to_owned()];
    let request = pb::SendCareRequestRequest { person: Some(person), recipients, ..Default::default() };
    let asked = client(suite, SOCIAL).send_care_request(request).await.expect("sent").into_inner();
    let case_id = asked.case.expect("a case").case_id;
    let message = |recipients: &[&str], text: &str| pb::SendMessageRequest {
        key: Some(send_message_request::Key::CaseId(case_id.clone())),
        ..message("", recipients, text)
    };
    sent(suite, OUTPATIENT, message(&[SOCIAL], "Kom hem")).await;
    let refusal = refused(client(suite, SOCIAL).send_message(message(&[WARD], "Hej")).await);
    assert_eq!(refusal.reason, "NOT_A_PARTY", "nobody is in hospital");
    let rang = |topic: pb::ContactTopic| pb::RecordContactRequest {
        key: Some(pb::record_contact_request::Key::CaseId(case_id.clone())),
        with: pb::ContactWith::Patient.into(),
        contacted_at: Some(wire::timestamp(suite.clock.now())),
        topic: topic.into(),
        text: "Mår bra".to_owned(),
        ..Default::default()
    };
    let home = client(suite, SOCIAL).record_contact(rang(pb::ContactTopic::AfterHomecoming)).await;
    assert_eq!(refused(home).reason, "BEFORE_DEPARTURE", "nor came home from there");
    client(suite, SOCIAL).record_contact(rang(pb::ContactTopic::Health)).await.expect("recorded");
    let read = async |unit| {
        let request = pb::GetCaseRequest { key: Some(Key::CaseId(case_id.clone())) };
        let case = client(suite, unit).get_case(request).await.expect("read").into_inner().case;
        let pb::Case { messages, contacts, .. } = case.expect("a case");
        let texts = messages.into_iter().map(|message| message.text);
        texts.chain(contacts.into_iter().map(|contact| contact.text)).collect::<Vec<_>>()
    };
    for unit in [SOCIAL, OUTPATIENT] {
        assert_eq!(read(unit).await, ["Kom hem", "Mår bra"], "{unit}");
    }
    assert_eq!(read(HEALTH).await, ["Mår bra"]);
    let request = pb::BlankPatientDetailsRequest {
        case_id: case_id.clone(),
        ground: hemgang_proto::common::BlankingGround::RetentionEnded.into(),
        decision: "Gallringsplan 7".to_owned(),
        ..Default::default()
    };
    let keeper = suite.peer("records-manager", RECEPTION, "1480");
    PlanningServiceClient::new(keeper).blank_patient_details(request).await.expect("blanked");
    assert_eq!(read(SOCIAL).await, ["", ""]);
    assert_eq!(read(HEALTH).await, [""]);
}

async fn nobody_writes_of_who_died_and_a_repeat_gets_the_first_answer(suite: &Suite) {
    let id = notified(suite, &[SOCIAL]).await;
    let request_id = |last: u8| format!("0190163d-8694-739b-aea5-966c26f8ad9{last}");
    let request = pb::SendMessageRequest { request_id: request_id(3), ..message(&id, &[], "Hej") };
    let first = sent(suite, WARD, request.clone()).await;
    assert_eq!(sent(suite, WARD, request).await, first);
    let request = pb::CorrectMessageRequest { request_id: request_id(4), ..correction(&first, "Hej hej") };
    let mended = corrected(suite, WARD, request.clone()).await;
    assert_eq!(corrected(suite, WARD, request).await, mended);
    assert_eq!(words(suite, SOCIAL, &id).await, ["Hej hej"]);
    assert_eq!(inbox(suite, SOCIAL).await.len(), 3);
    left(suite, &id, Destination::Deceased).await;
    let refusal = refused(client(suite, SOCIAL).send_message(message(&id, &[], "Hej")).await);
    assert_eq!(refusal.reason, "CASE_OVER");
    // What was wrong is mended then, too.
    assert_eq!(corrected(suite, WARD, correction(&first, "")).await.version, 3);
}

async fn every_wrong_field_of_a_message_is_named_at_once(suite: &Suite) {
    let wrong = pb::SendMessageRequest {
        recipients: vec!["somebody".to_owned()],
        answers: "1".to_owned(),
        text: " ".to_owned(),
        sent_by: "somebody".to_owned(),
        ..Default::default()
    };
    let mut fields = refused(client(suite, SOCIAL).send_message(wrong).await).fields;
    fields.sort();
    assert_eq!(fields, ["answers", "key", "kind", "recipients[0]", "sent_by", "text"]);
    let wrong = pb::CorrectMessageRequest { corrected_by: "somebody".to_owned(), ..Default::default() };
    let mut fields = refused(client(suite, SOCIAL).correct_message(wrong).await).fields;
    fields.sort();
    assert_eq!(fields, ["corrected_by", "message_id", "text"]);
    let id = notified(suite, &[SOCIAL]).await;
    let open = sent(suite, SOCIAL, message(&id, &[], "Hej")).await;
    let both = pb::CorrectMessageRequest { void: true, ..correction(&open, "Hej hej") };
    assert_eq!(refused(client(suite, SOCIAL).correct_message(both).await).fields, ["text"]);
}
