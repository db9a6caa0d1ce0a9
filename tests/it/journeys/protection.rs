//! Protected persons: what is shown to whom, and since when.

use std::sync::Arc;

use hemgang_proto::{
    admission::{self as adm, admission_service_client::AdmissionServiceClient},
    common::{Cut, Person, Protection},
    directory::{self as dir, directory_service_client::DirectoryServiceClient},
    planning::{
        self as pla, planning_feed_service_client::PlanningFeedServiceClient,
        planning_service_client::PlanningServiceClient,
    },
};
use hemgang_rpc::{Peer, with_token};
use hemgang_testing::{Suite, each_backend};
use tonic::Code;

use super::steps::{
    CLINIC, COUNTY, Caller, GOTEBORG, NOW, SAHLGRENSKA, SERVICE, SOCIAL, WARD,
    adt::{Adt, a01, a03, of, send, tell},
    figures::cell,
    until,
};

each_backend!(
    a_protected_person_has_neither_name_nor_address_for_anybody,
    protection_told_later_masks_what_was_shown_before_until_people_lift_it,
    who_a_protected_person_is_opens_with_a_permission_and_in_no_list,
    with_skyddad_folkbokforing_no_municipality_is_told_by_itself_or_seen_in_a_figure
    on crate::services::SERVICES
);

/// Name, address and protection. Who a protected person is needs a permission.
fn shown(person: Option<Person>) -> (String, String, Protection) {
    let person = person.expect("a person");
    let protection = person.protection();
    let identity = person.person_id.map(|id| id.value);
    assert_eq!(identity.as_deref(), (!protection.is_one()).then_some("191212121212"));
    (person.name, person.address, protection)
}

fn named(name: &str, address: &str, protection: Protection) -> (String, String, Protection) {
    (name.to_owned(), address.to_owned(), protection)
}

async fn case(suite: &Suite, reader: Caller, id: &str) -> (String, String, Protection) {
    shown(reader.case(suite, id).await.expect("a case").patient)
}

async fn ward_says(suite: &Suite, id: &str, protection: Protection) {
    let request = adm::ChangePatientDetailsRequest {
        key: Some(adm::change_patient_details_request::Key::AdmissionId(id.to_owned())),
        protection: protection.into(),
        ..Default::default()
    };
    WARD.admissions(suite).change_patient_details(request).await.expect("changed");
    suite.drain().await;
}

async fn a_protected_person_has_neither_name_nor_address_for_anybody(suite: &Suite) {
    tell(suite, &[Adt { protected: "Y", ..a01("V1", "20260914070000") }]).await;
    let masked = named("", "", Protection::Confidential);
    let admission = SAHLGRENSKA.admission_of(suite, "V1").await;
    let id = admission.admission_id;
    assert_eq!(shown(admission.patient), masked);
    WARD.tell_of(suite, &id, &[SOCIAL, CLINIC]).await;
    WARD.confirm(suite, &id).await.expect("confirmed");
    for reader in [SOCIAL, CLINIC, WARD] {
        assert_eq!(case(suite, reader, &id).await, masked, "{reader:?}");
        let listed = reader.planning(suite).list_cases(pla::ListCasesRequest::default()).await;
        let listed = listed.expect("cases").into_inner().cases;
        assert_eq!(listed.len(), 1, "{reader:?}");
        assert_eq!(shown(listed[0].patient.clone()), masked, "{reader:?}");
    }
    // The ward works on with what it may see.
    let stay = WARD.admission(suite, &id).await.expect("an admission");
    assert_eq!((stay.birth_date, stay.admission_notices.len()), (None, 1));
    // What was never kept is told to nobody, our own services included.
    let mut planning = PlanningFeedServiceClient::new(SERVICE.peer(suite));
    let page = planning.read_events(pla::ReadEventsRequest { page_size: 500, ..Default::default() }).await;
    let planned = page.expect("events").into_inner().events;
    let told = [
        serde_json::to_string(&SERVICE.events(suite).await).expect("JSON"),
        serde_json::to_string(&planned).expect("JSON"),
    ];
    assert!(told[0].contains("191212121212") && planned.len() == 5);
    assert!(told.iter().all(|told| !told.contains("Exempel") && !told.contains("Provgatan")));
    // The municipality is no secret at this level.
    assert_eq!(COUNTY.cells(suite, "ready_cases", Cut::Municipality).await, [cell("1480", 1, 0)]);
}

/// Somebody with the permission beside the own role.
fn permitted(suite: &Suite, who: Caller) -> Peer {
    let token = suite.token(&[who.role, "protected-persons"], who.unit, who.organisation);
    with_token(suite.process.peer(), Arc::new(move || token.clone()))
}

async fn who_a_protected_person_is_opens_with_a_permission_and_in_no_list(suite: &Suite) {
    tell(suite, &[Adt { protected: "Y", ..a01("V1", "20260914070000") }]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.tell_of(suite, &id, &[SOCIAL]).await;
    let identity = |person: Option<Person>| person.and_then(|it| it.person_id).map(|it| it.value);
    let tolvan = Some("191212121212".to_owned());
    for reader in [WARD, SOCIAL] {
        let mut planning = PlanningServiceClient::new(permitted(suite, reader));
        let key = Some(pla::get_case_request::Key::AdmissionId(id.clone()));
        let case = planning.get_case(pla::GetCaseRequest { key }).await.expect("a case").into_inner().case;
        let person = case.expect("one").patient;
        assert_eq!((identity(person.clone()), person.expect("one").name), (tolvan.clone(), String::new()));
        let listed = planning.list_cases(pla::ListCasesRequest::default()).await.expect("cases");
        let listed = listed.into_inner().cases;
        assert_eq!((listed.len(), identity(listed[0].patient.clone())), (1, None));
    }
    let mut wards = AdmissionServiceClient::new(permitted(suite, WARD));
    let key = Some(adm::get_admission_request::Key::AdmissionId(id.clone()));
    let stay = wards.get_admission(adm::GetAdmissionRequest { key, ..Default::default() }).await;
    let stay = stay.expect("a stay").into_inner().admission.expect("one");
    assert_eq!((identity(stay.patient), stay.birth_date.expect("a birth date").year), (tolvan, 1912));
    let listed = wards.list_admissions(adm::ListAdmissionsRequest::default()).await.expect("stays");
    let listed = listed.into_inner().admissions;
    assert_eq!((identity(listed[0].patient.clone()), listed[0].birth_date), (None, None));

    // Where the organisation keeps assignments, it is handed out there.
    let token = suite.token_of("SE2321000131-P000000000009", &["directory-admin"], SOCIAL.unit, "1480");
    let administrator = with_token(suite.process.peer(), Arc::new(move || token.clone()));
    for (role, seen) in [(SOCIAL.role, None), ("protected-persons", Some("191212121212".to_owned()))] {
        let request = dir::AssignPersonRequest {
            person: "SE2321000131-P000000000001".to_owned(),
            unit: SOCIAL.unit.to_owned(),
            role: role.to_owned(),
            ..Default::default()
        };
        let mut directory = DirectoryServiceClient::new(administrator.clone());
        directory.assign_person(request).await.expect("assigned");
        let mut planning = PlanningServiceClient::new(permitted(suite, SOCIAL));
        let key = Some(pla::get_case_request::Key::AdmissionId(id.clone()));
        let case = planning.get_case(pla::GetCaseRequest { key }).await.expect("a case").into_inner().case;
        assert_eq!(identity(case.expect("one").patient), seen, "{role}");
    }

    // The permission opens no door by itself.
    let alone = Caller { role: "protected-persons", ..WARD };
    assert_eq!(alone.admission(suite, &id).await.expect_err("refused").code(), Code::PermissionDenied);
}

async fn protection_told_later_masks_what_was_shown_before_until_people_lift_it(suite: &Suite) {
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let first = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.tell_of(suite, &first, &[SOCIAL]).await;
    until(suite, "2026-09-15T10:00:00Z").await;
    tell(suite, &[a03("V1", "20260914180000"), a01("V2", "20260915080000")]).await;
    let second = SAHLGRENSKA.admission_of(suite, "V2").await.admission_id;
    WARD.tell_of(suite, &second, &[CLINIC]).await;
    let open = named("Åsa Ö Exempel", "Provgatan 1, 41101 Göteborg", Protection::None);
    assert_eq!(case(suite, SOCIAL, &first).await, open);
    assert_eq!(case(suite, CLINIC, &second).await, open);

    tell(suite, &[Adt { protected: "Y", ..of("A08", "V2", "20260915110000") }]).await;
    let masked = named("", "", Protection::Confidential);
    for reader in [SOCIAL, WARD] {
        assert_eq!(case(suite, reader, &first).await, masked, "{reader:?}");
    }
    for reader in [CLINIC, WARD] {
        assert_eq!(case(suite, reader, &second).await, masked, "{reader:?}");
    }
    // A message that does not speak of it, or denies it, lifts nothing.
    let denied = Adt { protected: "N", ..of("A08", "V2", "20260915113000") };
    send(suite, &[of("A08", "V2", "20260915112000"), denied]).await;
    assert_eq!(case(suite, CLINIC, &second).await, masked);
    assert_eq!(shown(SAHLGRENSKA.admission_of(suite, "V1").await.patient), masked);
    // People do. The address was not kept, and is told anew.
    until(suite, "2026-09-15T12:00:00Z").await;
    ward_says(suite, &second, Protection::None).await;
    let named_again = named("Åsa Ö Exempel", "", Protection::None);
    assert_eq!(case(suite, CLINIC, &second).await, named_again);
    assert_eq!(case(suite, SOCIAL, &first).await, named_again);
    tell(suite, &[of("A08", "V2", "20260915140000")]).await;
    assert_eq!(case(suite, CLINIC, &second).await, open);
    assert_eq!(case(suite, SOCIAL, &first).await, named_again);
}

async fn in_no_municipalitys_figures(suite: &Suite, indicators: &[&str]) {
    for indicator in indicators {
        for cut in [Cut::Municipality, Cut::Residence, Cut::Area] {
            let cells = COUNTY.cells(suite, indicator, cut).await;
            let codes: Vec<_> = cells.iter().map(|(code, ..)| code.as_str()).collect();
            assert_eq!(codes, ["unallocated"], "{indicator} by {cut:?}");
        }
        assert_eq!(GOTEBORG.total(suite, indicator).await, (0, 0), "{indicator}");
    }
}

async fn with_skyddad_folkbokforing_no_municipality_is_told_by_itself_or_seen_in_a_figure(suite: &Suite) {
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    ward_says(suite, &id, Protection::ProtectedRegistration).await;
    // The hospital's system goes on sending the municipality.
    until(suite, "2026-09-14T07:00:00Z").await;
    send(suite, &[of("A08", "V1", "20260914083000")]).await;
    let stay = WARD.admission(suite, &id).await.expect("an admission");
    assert_eq!((stay.residence_municipality.as_str(), stay.liable_municipality.as_str()), ("", ""));
    let masked = named("", "", Protection::ProtectedRegistration);
    assert_eq!(shown(stay.patient), masked);

    // Whom people chose is told, and no unit of the municipality.
    WARD.tell_of(suite, &id, &[CLINIC]).await;
    WARD.confirm(suite, &id).await.expect("confirmed");
    assert_eq!(case(suite, CLINIC, &id).await, masked);
    let reception = Caller { unit: "SE0000001480-E0001", ..SOCIAL };
    for unit in [SOCIAL, reception] {
        assert!(unit.inbox(suite).await.is_empty(), "{unit:?}");
        assert!(unit.sees_nothing_of(suite, &id).await, "{unit:?}");
    }
    in_no_municipalitys_figures(suite, &["ready_cases", "admissions_per_patient"]).await;

    // Chosen as well, its unit works with the case; a figure shall not tell where the patient is.
    WARD.notify(suite, &id, &[SOCIAL], NOW).await;
    tell(suite, &[a03("V1", "20260914090000")]).await;
    assert_eq!(case(suite, SOCIAL, &id).await, masked);
    let readiness = SOCIAL.readiness_of(suite, &id).await.expect("a readiness");
    assert_eq!(readiness.liable_municipality, "");
    in_no_municipalitys_figures(suite, &["same_day", "notice_within_24h", "admissions_per_patient"]).await;
}
