//! Who is around the patient: read in the case by whoever takes part, in no list, feed or answer, and gone with the record.

use hemgang_proto::planning::{RelatedPerson, RelatedPersonRole, set_related_persons_request};

use super::*;

each_backend!(
    whoever_takes_part_reads_who_is_around_the_patient_and_the_last_word_holds,
    of_a_protected_person_nobody_is_named,
    of_one_who_is_protected_later_the_names_are_read_no_more,
    who_they_were_goes_with_the_record,
    every_wrong_field_of_related_persons_is_named_at_once
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

fn daughter() -> RelatedPerson {
    RelatedPerson {
        role: RelatedPersonRole::Relative.into(),
        name: "Dottern Exempel".to_owned(),
        telephone: "010-000 00 00".to_owned(),
        told_first: true,
        note: "Nås efter klockan 16".to_owned(),
        ..Default::default()
    }
}

fn interpreter() -> RelatedPerson {
    RelatedPerson {
        role: RelatedPersonRole::Interpreter.into(),
        language: "fi".to_owned(),
        ..Default::default()
    }
}

pub(super) fn around(admission_id: &str, persons: &[RelatedPerson]) -> pb::SetRelatedPersonsRequest {
    pb::SetRelatedPersonsRequest {
        key: Some(set_related_persons_request::Key::AdmissionId(admission_id.to_owned())),
        persons: persons.to_vec(),
        recorded_by: OFFICER.to_owned(),
        ..Default::default()
    }
}

async fn known(suite: &Suite, unit: &str, admission_id: &str) -> Vec<RelatedPerson> {
    case(suite, unit, admission_id).await.related_persons.map(|related| related.persons).unwrap_or_default()
}

async fn whoever_takes_part_reads_who_is_around_the_patient_and_the_last_word_holds(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let persons = [daughter(), interpreter()];
    let answer =
        client(suite, SOCIAL).set_related_persons(around(&id, &persons)).await.expect("said").into_inner();
    let told = answer.case.and_then(|case| case.related_persons).expect("told").persons;
    let wordless =
        RelatedPerson { name: String::new(), telephone: String::new(), note: String::new(), ..daughter() };
    assert_eq!(told, [wordless.clone(), interpreter()], "an answer is kept, and names nobody");
    for unit in [WARD, SOCIAL, OUTPATIENT] {
        assert_eq!(known(suite, unit, &id).await, persons, "{unit}");
        assert!(cases(suite, unit).await[0].related_persons.is_none(), "no list says it");
    }
    let heard = events(suite, OUTPATIENT).await.into_iter().find_map(|event| match event {
        Event::RelatedPersonsSet(said) => said.related_persons,
        _ => None,
    });
    assert_eq!(heard.expect("told").persons, [wordless, interpreter()]);
    client(suite, WARD).set_related_persons(around(&id, &[interpreter()])).await.expect("said");
    assert_eq!(known(suite, SOCIAL, &id).await, [interpreter()]);
    client(suite, WARD).set_related_persons(around(&id, &[])).await.expect("said");
    assert!(known(suite, SOCIAL, &id).await.is_empty());
    sees_nothing(suite, ELSEWHERE, &id).await;
}

async fn of_a_protected_person_nobody_is_named(suite: &Suite) {
    let id = assessed(suite, Protection::Confidential).await;
    notify(suite, &id, &[SOCIAL]).await;
    suite.drain().await;
    let named = refused(client(suite, SOCIAL).set_related_persons(around(&id, &[daughter()])).await);
    assert_eq!((named.code, named.reason.as_str()), (Code::FailedPrecondition, "PERSON_PROTECTED"));
    client(suite, SOCIAL)
        .set_related_persons(around(&id, &[interpreter()]))
        .await
        .expect("a language names nobody");
}

async fn of_one_who_is_protected_later_the_names_are_read_no_more(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    client(suite, SOCIAL).set_related_persons(around(&id, &[daughter(), interpreter()])).await.expect("said");
    let school = pb::Invitee {
        kind: pb::InviteeKind::School.into(),
        channel: pb::InvitationChannel::Letter.into(),
        name: "Lindskolan".to_owned(),
    };
    let call = pb::InviteToSipRequest {
        key: Some(pb::invite_to_sip_request::Key::AdmissionId(id.clone())),
        starts_at: Some(wire::timestamp(suite.clock.now() + 24.hours())),
        form: pb::MeetingForm::Video.into(),
        invited: vec![SOCIAL.to_owned()],
        invitees: vec![school],
        ..Default::default()
    };
    client(suite, OUTPATIENT).invite_to_sip(call).await.expect("called");
    // One reads the case as it stood, from before the protection.
    barred(suite, &id, OUTPATIENT).await;
    changed(
        suite,
        admission::ChangePatientDetailsRequest { protection: Protection::Confidential.into(), ..of(&id) },
    )
    .await;
    for unit in [WARD, SOCIAL, OUTPATIENT] {
        let seen = case(suite, unit, &id).await;
        assert_eq!(seen.meetings[0].invitees[0].name, "", "{unit}");
        let persons = seen.related_persons.expect("persons").persons;
        assert!(persons.iter().all(|person| person.name.is_empty() && person.telephone.is_empty()), "{unit}");
        assert_eq!(persons.len(), 2);
    }
}

async fn who_they_were_goes_with_the_record(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    client(suite, SOCIAL).set_related_persons(around(&id, &[daughter(), interpreter()])).await.expect("said");
    // One reads the case as it stood, from before.
    barred(suite, &id, OUTPATIENT).await;
    left(suite, &id, Destination::Home).await;
    blanked(suite, &id).await;
    for unit in [SOCIAL, OUTPATIENT] {
        let known = known(suite, unit, &id).await;
        assert_eq!(
            known.iter().map(RelatedPerson::role).collect::<Vec<_>>(),
            [daughter().role(), interpreter().role()]
        );
        assert!(known.iter().all(|person| person.name.is_empty() && person.telephone.is_empty()), "{unit}");
    }
    let again = refused(client(suite, SOCIAL).set_related_persons(around(&id, &[daughter()])).await);
    assert_eq!(again.reason, "DETAILS_BLANKED");
}

async fn every_wrong_field_of_related_persons_is_named_at_once(suite: &Suite) {
    let id = notified(suite, &[SOCIAL]).await;
    let nameless = RelatedPerson { name: " ".to_owned(), language: "fi".to_owned(), ..daughter() };
    let speechless = RelatedPerson { language: "finska språket".to_owned(), ..interpreter() };
    let nobody = RelatedPerson { role: 0, told_first: true, ..daughter() };
    let wrong = pb::SetRelatedPersonsRequest {
        recorded_by: "Anna".to_owned(),
        ..around(&id, &[nameless, speechless, nobody])
    };
    let mut fields = refused(client(suite, SOCIAL).set_related_persons(wrong).await).fields;
    fields.sort();
    let expected = [
        "persons",
        "persons[0].language",
        "persons[0].name",
        "persons[1].language",
        "persons[2].role",
        "recorded_by",
    ];
    assert_eq!(fields, expected);
}
