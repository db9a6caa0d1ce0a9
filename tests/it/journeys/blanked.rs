//! Gallring, journalförstöring, rättelse: who it was goes out of every row of every service, and what happened stays.

mod rows;

use hemgang_feed::rebuild;
use hemgang_proto::{
    access::{WhoReadRequest, access_log_service_client::AccessLogServiceClient},
    admission::{self as adm, AdmissionEvent, admission_event::Event},
    common::{AccessEntry, BlankingGround, Cut, Person, PersonId, Protection},
    planning::{self as pla, planning_service_client::PlanningServiceClient},
};
use hemgang_testing::{Suite, each_backend, refused};
use tonic::{Code, Status};

use self::rows::rows_that_say;
use super::steps::{
    AUDITOR, CLINIC, COUNTY, Caller, SAHLGRENSKA, SERVICE, SOCIAL, WARD,
    adt::{Adt, MARTA, TOLVAN, a01, a03, a40, marta, of, send, tell},
    until,
};

each_backend!(
    who_a_stay_was_about_goes_out_of_every_row_and_no_figure_moves,
    of_a_person_whose_other_stay_is_kept_the_two_are_not_to_be_brought_together,
    what_was_told_of_another_person_goes_and_what_stands_stays,
    who_a_care_request_was_about_is_taken_away_by_its_own_organisation
    on crate::services::SERVICES
);

/// Who answers for the region's records, and for those of Göteborg.
const RECORDS: Caller = Caller { role: "records-manager", ..WARD };
const OF_GOTEBORG: Caller = Caller { role: "records-manager", ..SOCIAL };

const DECISION: &str = "IVO 2026-1234";

async fn blank(
    suite: &Suite,
    id: &str,
    ground: BlankingGround,
) -> Result<adm::BlankPatientDetailsResponse, Status> {
    let request = adm::BlankPatientDetailsRequest {
        admission_id: id.to_owned(),
        ground: ground.into(),
        decision: DECISION.to_owned(),
        ..Default::default()
    };
    let answer = RECORDS.admissions(suite).blank_patient_details(request).await?.into_inner();
    suite.drain().await;
    Ok(answer)
}

/// What is left of who it was.
fn nobody(protection: Protection) -> Person {
    Person { protection: protection.into(), ..Person::default() }
}

async fn who_read(suite: &Suite, auditor: Caller, value: &str) -> Vec<AccessEntry> {
    let person_id = Some(PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: value.to_owned() });
    let request = WhoReadRequest { person_id, page_size: 500, ..Default::default() };
    let answer = AccessLogServiceClient::new(auditor.peer(suite)).who_read(request).await;
    answer.expect("accesses").into_inner().accesses.into_iter().filter_map(|it| it.entry).collect()
}

/// What is projected is what the feeds tell by now.
async fn is_as_told(suite: &Suite) {
    for cx in suite.process.contexts().filter(|cx| !["admission", "directory"].contains(&cx.name)) {
        cx.catch_up().await.expect("caught up");
        let tables = rebuild(cx, true).await.expect("compared").tables;
        assert!(tables.iter().all(|table| table.differing == 0), "{}: {tables:?}", cx.name);
    }
}

async fn figures(suite: &Suite) -> Vec<Vec<(String, i64, i64)>> {
    let mut all = Vec::new();
    for indicator in ["ready_cases", "stay_days", "admissions_per_patient"] {
        for cut in [Cut::Municipality, Cut::AgeGroup, Cut::Sex] {
            all.push(COUNTY.cells(suite, indicator, cut).await);
        }
    }
    all
}

async fn who_a_stay_was_about_goes_out_of_every_row_and_no_figure_moves(suite: &Suite) {
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.tell_of(suite, &id, &[SOCIAL, CLINIC]).await;
    WARD.confirm(suite, &id).await.expect("confirmed");
    let person = SOCIAL.case(suite, &id).await.expect("a case").patient.expect("a person");
    let refusal = refused(blank(suite, &id, BlankingGround::RetentionEnded).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "STILL_ADMITTED"));

    until(suite, "2026-09-14T08:00:00Z").await;
    tell(suite, &[a03("V1", "20260914090000")]).await;
    until(suite, "2026-10-01T08:00:00Z").await;
    assert!(!who_read(suite, AUDITOR, "191212121212").await.is_empty());
    let (name, address) = (person.name.as_str(), person.address.as_str());
    let words = ["191212121212", name, address, "Exempel", "1912-12-12", "birthDate"];
    for word in words {
        assert!(!rows_that_say(suite, word).await.is_empty(), "{word}");
    }
    let before = figures(suite).await;
    blank(suite, &id, BlankingGround::RecordDestroyed).await.expect("blanked");

    let who = who_read(suite, AUDITOR, "191212121212").await;
    assert!(
        who.iter().all(|entry| entry.admission_ids.is_empty()),
        "only who asked about the person: {who:?}"
    );
    for word in words {
        assert_eq!(rows_that_say(suite, word).await, Vec::<String>::new(), "{word}");
    }
    // What happened stays, for those who took part; of whom it was, the protection alone.
    for reader in [WARD, SOCIAL, CLINIC] {
        let case = reader.case(suite, &id).await.expect("a case");
        assert_eq!(case.patient, Some(nobody(Protection::None)), "{reader:?}");
    }
    let stay = WARD.admission(suite, &id).await.expect("a stay");
    assert_eq!((stay.patient, stay.birth_date), (Some(nobody(Protection::None)), None));
    assert_eq!(figures(suite).await, before);
    is_as_told(suite).await;
    let kinds: Vec<_> =
        SERVICE.events(suite).await.into_iter().map(|event| event.header.expect("one").kind).collect();
    assert!(kinds.contains(&"PatientDetailsRecorded".to_owned()), "the tombstone: {kinds:?}");

    // Why is known, and it is done once.
    let log = SERVICE.events(suite).await;
    let access = log.into_iter().filter_map(|event| event.header.expect("one").access);
    assert_eq!(access.filter(|entry| entry.reason == DECISION).count(), 1);
    assert_eq!(refused(blank(suite, &id, BlankingGround::RecordDestroyed).await).reason, "DETAILS_BLANKED");
    let change = adm::ChangePatientDetailsRequest {
        key: Some(adm::change_patient_details_request::Key::AdmissionId(id.clone())),
        name: Some("Tolvan Exempel".to_owned()),
        ..Default::default()
    };
    assert_eq!(
        refused(WARD.admissions(suite).change_patient_details(change).await).reason,
        "DETAILS_BLANKED"
    );

    let back = adm::CancelDischargeRequest { admission_id: id.clone(), ..Default::default() };
    assert_eq!(refused(WARD.admissions(suite).cancel_discharge(back).await).reason, "DETAILS_BLANKED");

    // The person comes again as anybody does.
    send(suite, &[a01("V2", "20261001090000")]).await;
    let again = SAHLGRENSKA.admission_of(suite, "V2").await;
    assert_eq!(again.patient.expect("a person").name, person.name);
    assert_eq!(WARD.admission(suite, &id).await.expect("a stay").patient, Some(nobody(Protection::None)));
}

/// Our id of the patient, as the admission was told.
fn patient_of<'a>(events: &'a [AdmissionEvent], id: &str) -> &'a str {
    let of_stay = events.iter().filter(|it| it.header.as_ref().is_some_and(|it| it.admission_id == id));
    let mut admitted = of_stay.filter_map(|event| match &event.event {
        Some(Event::PatientAdmitted(said)) => Some(said.patient_id.as_str()),
        _ => None,
    });
    admitted.next_back().expect("an admission")
}

async fn of_a_person_whose_other_stay_is_kept_the_two_are_not_to_be_brought_together(suite: &Suite) {
    tell(suite, &[a01("V1", "20260914070000")]).await;
    until(suite, "2026-09-16T10:00:00Z").await;
    // Whoever comes to see it by a move is told the stay anew, by our id of the patient.
    let moved = Adt { ward: "25", ..of("A02", "V1", "20260914120000") };
    tell(suite, &[moved, a03("V1", "20260914180000"), a01("V2", "20260916080000")]).await;
    let first = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    let second = SAHLGRENSKA.admission_of(suite, "V2").await;
    let events = SERVICE.events(suite).await;
    let patient = patient_of(&events, &second.admission_id).to_owned();
    assert_eq!(patient_of(&events, &first), patient);

    blank(suite, &first, BlankingGround::RetentionEnded).await.expect("blanked");
    assert_eq!(
        SAHLGRENSKA.admission(suite, &first).await.expect("a stay").patient,
        Some(nobody(Protection::None))
    );
    let kept = SAHLGRENSKA.admission_of(suite, "V2").await;
    assert_eq!(kept.patient, second.patient);
    let events = SERVICE.events(suite).await;
    assert_ne!(patient_of(&events, &first), patient);
    assert_eq!(patient_of(&events, &second.admission_id), patient);
    let told = |event: &&AdmissionEvent| event.header.as_ref().is_some_and(|it| it.admission_id == first);
    let told: Vec<_> = events.iter().filter(told).collect();
    assert!(!serde_json::to_string(&told).expect("JSON").contains(&patient), "{told:?}");

    // What is told of the person reaches the other stay alone, and protection that comes later does.
    let protected = adm::ChangePatientDetailsRequest {
        key: Some(adm::change_patient_details_request::Key::AdmissionId(second.admission_id.clone())),
        protection: Protection::Confidential.into(),
        ..Default::default()
    };
    WARD.admissions(suite).change_patient_details(protected).await.expect("changed");
    suite.drain().await;
    assert_eq!(
        SAHLGRENSKA.admission(suite, &first).await.expect("a stay").patient,
        Some(nobody(Protection::None))
    );
    is_as_told(suite).await;
}

async fn what_was_told_of_another_person_goes_and_what_stands_stays(suite: &Suite) {
    tell(suite, &[marta(a01("V1", "20260914070000"))]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.tell_of(suite, &id, &[SOCIAL]).await;
    // The stay was another's: it is told under the right identity from now on.
    until(suite, "2026-09-14T08:00:00Z").await;
    tell(suite, &[a40("20260914090000", TOLVAN, MARTA)]).await;
    let right = WARD.admission(suite, &id).await.expect("a stay").patient;
    assert_eq!(right.as_ref().and_then(|it| it.person_id.as_ref()).expect("one").value, "191212121212");
    let wrong = "193904129800";
    assert!(rows_that_say(suite, wrong).await.contains(&"admission.feed_event".to_owned()));

    blank(suite, &id, BlankingGround::Correction).await.expect("corrected");
    // That the two identities are one person's is said by the merge, and stays until another one corrects it.
    assert_eq!(rows_that_say(suite, wrong).await, ["admission.patient"]);
    assert_eq!(WARD.admission(suite, &id).await.expect("a stay").patient, right);
    let case = SOCIAL.case(suite, &id).await.expect("a case");
    assert_eq!(case.patient.and_then(|it| it.person_id).expect("one").value, "191212121212");
    is_as_told(suite).await;
}

async fn who_a_care_request_was_about_is_taken_away_by_its_own_organisation(suite: &Suite) {
    let person = Person {
        person_id: Some(PersonId { oid: "1.2.752.129.2.1.3.1".into(), value: "191212121212".into() }),
        name: "Tolvan Exempel".to_owned(),
        address: "Exempelgatan 12".to_owned(),
        ..Person::default()
    };
    let request = pla::SendCareRequestRequest {
        person: Some(person),
        recipients: vec![CLINIC.unit.to_owned()],
        ..Default::default()
    };
    let case = SOCIAL.planning(suite).send_care_request(request).await.expect("sent").into_inner().case;
    let case_id = case.expect("a case").case_id;
    suite.drain().await;
    let auditor = Caller { role: "auditor", ..SOCIAL };
    assert!(!who_read(suite, auditor, "191212121212").await.is_empty());
    let request = pla::BlankPatientDetailsRequest {
        case_id: case_id.clone(),
        ground: BlankingGround::RetentionEnded.into(),
        decision: DECISION.to_owned(),
        ..Default::default()
    };
    let refusal = refused(RECORDS.planning(suite).blank_patient_details(request.clone()).await);
    assert_eq!(refusal.code, Code::NotFound, "the municipality's record");
    let mut records: PlanningServiceClient<_> = OF_GOTEBORG.planning(suite);
    let unsaid = pla::BlankPatientDetailsRequest { ground: 0, decision: " ".to_owned(), ..request.clone() };
    assert_eq!(refused(records.blank_patient_details(unsaid).await).fields, ["ground", "decision"]);
    let ground = BlankingGround::Correction.into();
    let correction = pla::BlankPatientDetailsRequest { ground, ..request.clone() };
    assert_eq!(refused(records.blank_patient_details(correction).await).fields, ["ground"]);
    records.blank_patient_details(request.clone()).await.expect("blanked");
    suite.drain().await;
    assert_eq!(refused(records.blank_patient_details(request).await).reason, "DETAILS_BLANKED");

    let who = who_read(suite, auditor, "191212121212").await;
    assert!(who.iter().all(|entry| entry.case_ids.is_empty()), "{who:?}");
    for word in ["191212121212", "Tolvan Exempel", "Exempelgatan"] {
        assert_eq!(rows_that_say(suite, word).await, Vec::<String>::new(), "{word}");
    }
    for reader in [SOCIAL, CLINIC] {
        let key = Some(pla::get_case_request::Key::CaseId(case_id.clone()));
        let answer = reader.planning(suite).get_case(pla::GetCaseRequest { key }).await;
        assert_eq!(
            answer.expect("a case").into_inner().case.expect("one").patient,
            Some(nobody(Protection::None))
        );
    }
    is_as_told(suite).await;
}
