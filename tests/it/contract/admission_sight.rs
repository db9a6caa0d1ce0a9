//! Admission's data and who is near it: own ward and hospital, another's, none. Unseen is the same as absent.

use hemgang_proto::{
    admission::{
        self as pb, admission_feed_service_client::AdmissionFeedServiceClient,
        admission_service_client::AdmissionServiceClient, get_admission_request::Key,
    },
    common::PersonId,
};
use hemgang_rpc::{Peer, wire};
use hemgang_testing::{Suite, each_backend, refused};
use tonic::{Code, Status};

const HOSPITAL: &str = "SE2321000131-E000000001001";
const WARD: &str = "SE2321000131-E000000001101";
/// A hospital of another group.
const OTHER_GROUP: &str = "SE2321000131-E000000001017";
/// Another hospital of [`HOSPITAL`]'s group.
const SAME_GROUP: &str = "SE2321000131-E000000001002";
const OTHER_WARD: &str = "SE2321000131-E000000001102";
const OTHER_HOSPITAL: &str = "SE2321000131-E000000001002";
const OTHER_HOSPITALS_WARD: &str = "SE2321000131-E000000001106";
const MUNICIPAL: &str = "SE0000001480-E0002";
const NOBODYS: &str = "0190163d-8694-739b-aea5-966c26f8ad90";

each_backend!(
    own_ward_own_hospital_and_the_gateway_see_a_stay_and_no_other_unit_does,
    what_is_unseen_is_refused_word_for_word_as_what_is_absent,
    a_command_on_an_unseen_stay_finds_nothing_and_changes_nothing,
    a_municipality_reads_nothing_of_admission_even_of_its_own_resident,
    a_taken_visit_number_names_its_admission_to_those_who_see_it_only
    on &[hemgang_admission::SERVICE]
);

fn client(suite: &Suite, (role, unit): (&'static str, &str)) -> AdmissionServiceClient<Peer> {
    let organisation = if unit == MUNICIPAL { "1480" } else { "region" };
    AdmissionServiceClient::new(suite.peer(role, unit, organisation))
}

fn request(suite: &Suite, ward: &str) -> pb::AdmitPatientRequest {
    pb::AdmitPatientRequest {
        person_id: Some(PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: "191212121212".to_owned() }),
        name: "Tolvan Exempel".to_owned(),
        ward: ward.to_owned(),
        admitted_at: Some(wire::timestamp(suite.clock.now())),
        visit_number: Some(visit("1")),
        admission_type: pb::AdmissionType::Unplanned.into(),
        residence_municipality: "1480".to_owned(),
        ..Default::default()
    }
}

fn visit(value: &str) -> pb::VisitNumber {
    pb::VisitNumber { authority: "test".to_owned(), value: value.to_owned() }
}

/// The id of a stay at [`WARD`].
async fn admitted(suite: &Suite) -> String {
    let answer = client(suite, ("ward", WARD)).admit_patient(request(suite, WARD)).await.expect("admitted");
    answer.into_inner().admission.expect("an admission").admission_id
}

async fn get(suite: &Suite, who: (&'static str, &str), key: Key) -> Result<(), Status> {
    let request = pb::GetAdmissionRequest { key: Some(key), ..Default::default() };
    client(suite, who).get_admission(request).await.map(drop)
}

/// How many stays the list shows, and how many events the feed.
async fn shown(suite: &Suite, who: (&'static str, &str)) -> [Result<usize, Code>; 2] {
    let list = client(suite, who).list_admissions(pb::ListAdmissionsRequest::default()).await;
    let mut feed = AdmissionFeedServiceClient::new(suite.peer(who.0, who.1, "region"));
    let page = feed.read_events(pb::ReadEventsRequest::default()).await;
    [
        list.map(|list| list.into_inner().admissions.len()).map_err(|status| status.code()),
        page.map(|page| page.into_inner().events.len()).map_err(|status| status.code()),
    ]
}

async fn own_ward_own_hospital_and_the_gateway_see_a_stay_and_no_other_unit_does(suite: &Suite) {
    let id = admitted(suite).await;
    let near = [("ward", WARD), ("hospital", HOSPITAL), ("hospital", OTHER_WARD), ("ehr", HOSPITAL)];
    for who in near {
        assert!(get(suite, who, Key::AdmissionId(id.clone())).await.is_ok(), "{who:?}");
        assert!(get(suite, who, Key::VisitNumber(visit("1"))).await.is_ok(), "{who:?}");
        assert_eq!(shown(suite, who).await, [Ok(1), Ok(1)], "{who:?}");
    }
    // The gateway acts for the hospital group that sent, in which one system may serve several hospitals.
    for unit in [HOSPITAL, SAME_GROUP] {
        assert!(get(suite, ("gateway", unit), Key::AdmissionId(id.clone())).await.is_ok(), "{unit}");
        assert_eq!(shown(suite, ("gateway", unit)).await, [Err(Code::PermissionDenied); 2]);
    }
    let elsewhere = get(suite, ("gateway", OTHER_GROUP), Key::AdmissionId(id.clone())).await;
    assert_eq!(elsewhere.expect_err("a refusal").code(), Code::NotFound);
    let service = ("service", "SE0000000000-HEMGANG");
    assert_eq!(shown(suite, service).await, [Err(Code::PermissionDenied), Ok(2)]);

    let far = [
        ("ward", OTHER_WARD),
        ("ward", OTHER_HOSPITALS_WARD),
        ("hospital", OTHER_HOSPITAL),
        ("ehr", OTHER_HOSPITALS_WARD),
    ];
    for who in far {
        let unseen = get(suite, who, Key::AdmissionId(id.clone())).await.expect_err("a refusal");
        assert_eq!(unseen.code(), Code::NotFound, "{who:?}");
        assert_eq!(shown(suite, who).await, [Ok(0), Ok(0)], "{who:?}");
    }
}

async fn what_is_unseen_is_refused_word_for_word_as_what_is_absent(suite: &Suite) {
    let id = admitted(suite).await;
    let far = ("hospital", OTHER_HOSPITAL);
    let unseen = get(suite, far, Key::AdmissionId(id.clone())).await.expect_err("a refusal");
    let absent = get(suite, far, Key::AdmissionId(NOBODYS.to_owned())).await.expect_err("a refusal");
    let but_for_the_id = |status: &Status, id: &str| {
        (status.message().to_owned(), String::from_utf8_lossy(status.details()).replace(id, "ID"))
    };
    assert_eq!(but_for_the_id(&unseen, &id), but_for_the_id(&absent, NOBODYS));

    let unseen = get(suite, far, Key::VisitNumber(visit("1"))).await.expect_err("a refusal");
    let absent = get(suite, far, Key::VisitNumber(visit("2"))).await.expect_err("a refusal");
    assert_eq!((unseen.message(), unseen.details()), (absent.message(), absent.details()));
}

async fn a_command_on_an_unseen_stay_finds_nothing_and_changes_nothing(suite: &Suite) {
    let admission_id = admitted(suite).await;
    let mut far = client(suite, ("ward", OTHER_HOSPITALS_WARD));
    let reason = pb::VoidReason::Cancelled.into();
    let void = pb::VoidAdmissionRequest { admission_id: admission_id.clone(), reason, ..Default::default() };
    assert_eq!(refused(far.void_admission(void).await).code, Code::NotFound);
    let discharge = pb::DischargePatientRequest {
        admission_id,
        discharged_at: Some(wire::timestamp(suite.clock.now())),
        destination: 1,
        ..Default::default()
    };
    assert_eq!(refused(far.discharge_patient(discharge).await).code, Code::NotFound);
    let refusal = refused(far.admit_patient(request(suite, WARD)).await);
    assert_eq!(refusal.code, Code::PermissionDenied);
    assert_eq!(shown(suite, ("ward", WARD)).await, [Ok(1), Ok(1)]);
}

async fn a_municipality_reads_nothing_of_admission_even_of_its_own_resident(suite: &Suite) {
    let id = admitted(suite).await;
    for role in ["municipality", "municipal-system", "outpatient", "deviation-handler", "quality", "finance"]
    {
        let who = (role, MUNICIPAL);
        let refusal = get(suite, who, Key::AdmissionId(id.clone())).await.expect_err("a refusal");
        assert_eq!(refusal.code(), Code::PermissionDenied, "{role}");
        assert_eq!(shown(suite, who).await, [Err(Code::PermissionDenied); 2], "{role}");
    }
}

async fn a_taken_visit_number_names_its_admission_to_those_who_see_it_only(suite: &Suite) {
    let id = admitted(suite).await;
    let own = refused(client(suite, ("ward", WARD)).admit_patient(request(suite, WARD)).await);
    assert_eq!(
        (own.reason.as_str(), own.metadata.get("admission_id")),
        ("VISIT_ALREADY_ADMITTED", Some(&id))
    );
    let far = client(suite, ("ward", OTHER_HOSPITALS_WARD))
        .admit_patient(request(suite, OTHER_HOSPITALS_WARD))
        .await;
    let far = refused(far);
    assert_eq!((far.reason.as_str(), far.metadata.get("admission_id")), ("VISIT_ALREADY_ADMITTED", None));
}
