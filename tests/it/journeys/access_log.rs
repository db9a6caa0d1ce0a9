//! Who looked is known afterwards: every read and change of a person's data is in the log, and so is asking it.

use std::collections::BTreeSet;

use hemgang_access_log::verify::verify;
use hemgang_db::Change;
use hemgang_proto::{
    access::{
        Access, GetPatientExtractRequest, ListAccessRequest, WhoReadRequest,
        access_log_service_client::AccessLogServiceClient,
    },
    admission::{
        AdmissionState, FollowEventsRequest, GetAdmissionRequest, ListAdmissionsRequest,
        admission_feed_service_client::AdmissionFeedServiceClient, get_admission_request::Key,
    },
    common::{
        self, AccessEntry, ListIndicatorCasesRequest, Period, PersonId,
        indicator_service_client::IndicatorServiceClient,
    },
    directory::{AddUnitRequest, Unit, UnitKind, directory_service_client::DirectoryServiceClient},
    planning::{GetCaseRequest, SendCareRequestRequest, get_case_request::Key as CaseKey},
};
use hemgang_rpc::{ON_BEHALF_OF, Peer, wire};
use hemgang_testing::{Suite, at, each_backend, refused};
use tonic::{Code, Request};

use super::steps::{
    AUDITOR, CLINIC, COUNTY, Caller, GOTEBORG, MOLNDAL, PHYSICIAN, SAHLGRENSKA, SOCIAL, WARD,
    adt::{self, Adt, a01, a03, a40, marta, of, tell},
    two_stays,
};

each_backend!(
    who_read_a_person_s_data_is_told_to_the_own_organisation,
    what_was_merged_is_one_person_s_and_a_case_without_a_stay_is_somebody_s,
    lists_drill_downs_and_streams_are_written_down,
    what_is_about_a_protected_person_is_marked,
    a_system_names_for_whom_it_asks,
    what_an_administrator_changes_is_written_down,
    a_whole_story_is_proven_and_copied_once
    on crate::services::SERVICES
);

const PERSONNUMMER: &str = "1.2.752.129.2.1.3.1";
const TOLVAN: &str = "191212121212";
const MARTA: &str = "193904129800";

/// Who follows accesses up in Göteborg.
const OF_GOTEBORG: Caller = Caller { role: "auditor", ..GOTEBORG };

fn log(who: Caller, suite: &Suite) -> AccessLogServiceClient<Peer> {
    AccessLogServiceClient::new(who.peer(suite))
}

fn person(value: &str) -> PersonId {
    PersonId { oid: PERSONNUMMER.to_owned(), value: value.to_owned() }
}

/// Role and RPC of each access to a person's data, the first first.
async fn who_read(who: Caller, suite: &Suite, value: &str) -> Vec<(String, String)> {
    let accesses = accesses(who, suite, value).await;
    let row = |entry: AccessEntry| {
        (entry.roles.join(" "), entry.rpc.rsplit('/').next().unwrap_or_default().to_owned())
    };
    accesses.into_iter().rev().filter_map(|access| access.entry).map(row).collect()
}

async fn accesses(who: Caller, suite: &Suite, value: &str) -> Vec<Access> {
    let request = WhoReadRequest { person_id: Some(person(value)), page_size: 500, ..Default::default() };
    log(who, suite).who_read(request).await.expect("an answer").into_inner().accesses
}

fn rows(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(role, rpc)| ((*role).to_owned(), (*rpc).to_owned())).collect()
}

async fn who_read_a_person_s_data_is_told_to_the_own_organisation(suite: &Suite) {
    let (id, _) = two_stays(suite, "20260914070000").await;
    WARD.tell_of(suite, &id, &[SOCIAL]).await;
    WARD.admission(suite, &id).await.expect("an admission");
    SOCIAL.case(suite, &id).await.expect("a case");
    // Who may not know of the stay is not shown it, and so is not in its log.
    assert_eq!(MOLNDAL.case(suite, &id).await.expect_err("a refusal").code(), Code::NotFound);

    let region = who_read(AUDITOR, suite, TOLVAN).await;
    // The clock stands, and changes are copied when somebody asks: only what there is can be told.
    let told: BTreeSet<_> = region.iter().cloned().collect();
    let expected = [
        ("gateway", "AdmitPatient"),
        // `two_stays` looks the stay up.
        ("hospital", "GetAdmission"),
        ("ward", "AssessNeeds"),
        ("ward", "SendAdmissionNotice"),
        ("ward", "GetAdmission"),
        ("auditor", "WhoRead"),
    ];
    assert_eq!(told, rows(&expected).into_iter().collect(), "{region:?}");
    assert_eq!(
        who_read(OF_GOTEBORG, suite, TOLVAN).await,
        rows(&[("municipality", "GetCase"), ("auditor", "WhoRead")])
    );
    // Of others nothing is said, and they are not in what is.
    let all = accesses(AUDITOR, suite, TOLVAN).await;
    let named = all.iter().filter_map(|access| access.entry.as_ref()).flat_map(|entry| &entry.admission_ids);
    assert!(named.clone().count() > 3 && named.clone().all(|named| *named == id));

    let request =
        GetPatientExtractRequest { person_id: Some(person(TOLVAN)), page_size: 2, ..Default::default() };
    let extract =
        log(OF_GOTEBORG, suite).get_patient_extract(request).await.expect("an extract").into_inner();
    let units: Vec<_> = extract.lines.iter().map(|line| line.unit.as_str()).collect();
    assert_eq!(units, [SOCIAL.unit; 2]);
    assert!(!extract.next_page_token.is_empty());
    // The extract is in the log, too.
    let last = who_read(OF_GOTEBORG, suite, TOLVAN).await;
    assert!(last.contains(&("auditor".to_owned(), "GetPatientExtract".to_owned())), "{last:?}");

    let nobody = refused(log(WARD, suite).who_read(WhoReadRequest::default()).await);
    assert_eq!(nobody.code, Code::PermissionDenied);
    let nothing = refused(log(AUDITOR, suite).who_read(WhoReadRequest::default()).await);
    assert_eq!(nothing.fields, ["person_id"]);
}

async fn what_was_merged_is_one_person_s_and_a_case_without_a_stay_is_somebody_s(suite: &Suite) {
    let (_, of_marta) = two_stays(suite, "20260914070000").await;
    WARD.admission(suite, &of_marta).await.expect("an admission");
    let before = who_read(AUDITOR, suite, TOLVAN).await.len();
    tell(suite, &[a40("20260914080000", adt::TOLVAN, adt::MARTA)]).await;
    let after = who_read(AUDITOR, suite, TOLVAN).await;
    assert!(after.contains(&("ward".to_owned(), "GetAdmission".to_owned())), "{after:?}");
    assert!(after.len() > before + 1);
    assert_eq!(who_read(AUDITOR, suite, MARTA).await.len(), after.len() + 1);

    // A request for care is about somebody who is in no hospital.
    let request = SendCareRequestRequest {
        person: Some(common::Person {
            person_id: Some(person("195009072553")),
            name: "Erik".to_owned(),
            ..Default::default()
        }),
        recipients: vec![SOCIAL.unit.to_owned()],
        ..Default::default()
    };
    let sent = CLINIC.planning(suite).send_care_request(request).await.expect("sent").into_inner();
    let key = Some(CaseKey::CaseId(sent.case.expect("a case").case_id));
    SOCIAL.planning(suite).get_case(GetCaseRequest { key }).await.expect("a case");
    let expected = rows(&[("outpatient", "SendCareRequest"), ("auditor", "WhoRead")]);
    assert_eq!(who_read(AUDITOR, suite, "195009072553").await, expected);
    let expected = rows(&[("municipality", "GetCase"), ("auditor", "WhoRead")]);
    assert_eq!(who_read(OF_GOTEBORG, suite, "195009072553").await, expected);
}

async fn lists_drill_downs_and_streams_are_written_down(suite: &Suite) {
    tell(suite, &[a01("V1", "20260914070000"), marta(a01("V2", "20260914070000"))]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.tell_of(suite, &id, &[SOCIAL]).await;
    WARD.confirm(suite, &id).await.expect("confirmed");
    suite.pass(jiff::SignedDuration::from_hours(5)).await;
    tell(suite, &[a03("V1", "20260914120000")]).await;
    let in_hospital =
        ListAdmissionsRequest { states: vec![AdmissionState::Admitted.into()], ..Default::default() };
    let list = WARD.admissions(suite).list_admissions(in_hospital).await;
    assert_eq!(list.expect("a list").into_inner().admissions.len(), 1);
    let day = |text: &str| Some(wire::date(text.parse().expect("a day")));
    let request = ListIndicatorCasesRequest {
        indicator_id: "same_day".to_owned(),
        period: Some(Period { from: day("2026-09-14"), to: day("2026-09-14") }),
        ..Default::default()
    };
    let cases = IndicatorServiceClient::new(COUNTY.peer(suite)).list_indicator_cases(request).await;
    assert_eq!(cases.expect("cases").into_inner().cases.len(), 1);
    let mut feed = AdmissionFeedServiceClient::new(WARD.peer(suite));
    let mut events = feed.follow_events(FollowEventsRequest::default()).await.expect("a stream").into_inner();
    events.message().await.expect("an event").expect("an event");

    let of_tolvan = who_read(AUDITOR, suite, TOLVAN).await;
    for expected in [("quality", "ListIndicatorCases"), ("ward", "FollowEvents")] {
        assert!(of_tolvan.contains(&rows(&[expected])[0]), "{expected:?} in {of_tolvan:?}");
    }
    assert!(!of_tolvan.contains(&rows(&[("ward", "ListAdmissions")])[0]), "who has left is in no list");
    assert!(who_read(AUDITOR, suite, MARTA).await.contains(&rows(&[("ward", "ListAdmissions")])[0]));

    // By unit and by who called; that a stream was opened is written down before anything came of it.
    let request = ListAccessRequest { unit: WARD.unit.to_owned(), page_size: 500, ..Default::default() };
    let listed = log(AUDITOR, suite).list_access(request).await.expect("a list").into_inner().accesses;
    let opened = listed.iter().filter_map(|access| access.entry.as_ref());
    let opened =
        opened.filter(|entry| entry.rpc.ends_with("/FollowEvents") && entry.admission_ids.is_empty());
    assert_eq!(opened.count(), 1);
    // Pages are cut where they were, and neither skip nor repeat.
    let (mut paged, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListAccessRequest {
            unit: WARD.unit.to_owned(),
            to: Some(wire::timestamp(at("2026-09-14T10:00:00Z"))),
            page_size: 2,
            page_token,
            ..Default::default()
        };
        let page = log(AUDITOR, suite).list_access(request).await.expect("a page").into_inner();
        paged.extend(page.accesses);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    let early = |access: &Access| {
        let said = access.entry.as_ref().and_then(|entry| entry.at);
        said.as_ref().and_then(wire::instant).is_some_and(|said| said < at("2026-09-14T10:00:00Z"))
    };
    let numbers = |accesses: &[Access]| -> Vec<i64> { accesses.iter().map(|access| access.number).collect() };
    let expected: Vec<_> = listed.into_iter().filter(early).collect();
    assert_eq!(numbers(&paged)[..expected.len()], numbers(&expected));
}

async fn what_is_about_a_protected_person_is_marked(suite: &Suite) {
    let (id, _) = two_stays(suite, "20260914070000").await;
    WARD.admission(suite, &id).await.expect("an admission");
    let only = ListAccessRequest { protected_persons_only: true, ..Default::default() };
    let marked = log(AUDITOR, suite).list_access(only.clone()).await.expect("a list").into_inner();
    assert_eq!(marked.accesses, []);
    tell(suite, &[Adt { protected: "Y", ..of("A08", "V1", "20260914073000") }]).await;
    // What was read before is about the same person.
    let marked = log(AUDITOR, suite).list_access(only).await.expect("a list").into_inner().accesses;
    assert!(marked.len() > 2 && marked.iter().all(|access| access.protected_person), "{marked:?}");
    let about =
        |access: &Access| access.entry.as_ref().is_some_and(|entry| entry.admission_ids == [id.clone()]);
    assert!(marked.iter().all(about), "{marked:?}");
    let of_tolvan = accesses(AUDITOR, suite, TOLVAN).await;
    let stays = of_tolvan.iter().filter(|access| about(access));
    assert!(stays.clone().count() > 2 && stays.clone().all(|access| access.protected_person));
    assert!(accesses(AUDITOR, suite, MARTA).await.iter().all(|access| !access.protected_person));
}

async fn a_system_names_for_whom_it_asks(suite: &Suite) {
    let (id, _) = two_stays(suite, "20260914070000").await;
    let ehr = Caller { role: "ehr", ..SAHLGRENSKA };
    let ask = |by: Caller, person: &str| {
        let key = Some(Key::AdmissionId(id.clone()));
        let mut request = Request::new(GetAdmissionRequest { key, ..Default::default() });
        request.metadata_mut().insert(ON_BEHALF_OF, person.parse().expect("metadata"));
        let mut client = by.admissions(suite);
        async move { client.get_admission(request).await }
    };
    ask(ehr, PHYSICIAN).await.expect("an admission");
    let on_behalf_of: Vec<_> =
        accesses(AUDITOR, suite, TOLVAN).await.into_iter().filter_map(|access| access.entry).collect();
    let on_behalf_of: Vec<_> = on_behalf_of.iter().filter(|entry| entry.roles == ["ehr"]).collect();
    assert_eq!(on_behalf_of.len(), 1);
    assert_eq!(
        (on_behalf_of[0].on_behalf_of.as_str(), on_behalf_of[0].purpose.as_str()),
        (PHYSICIAN, "care")
    );
    // A person acts for nobody else, and a name is no HSA-id.
    for (by, person) in [(WARD, PHYSICIAN), (ehr, "Dr No")] {
        assert_eq!(refused(ask(by, person).await).fields, [ON_BEHALF_OF]);
    }
}

async fn what_an_administrator_changes_is_written_down(suite: &Suite) {
    let administrator = Caller { role: "directory-admin", ..SOCIAL };
    let unit = Unit {
        hsa_id: "SE0000001480-E0777".to_owned(),
        name: "Hemtjänst Lundby".to_owned(),
        kind: UnitKind::Municipal.into(),
        municipality: SOCIAL.organisation.to_owned(),
        law: "SoL".to_owned(),
        ..Default::default()
    };
    let add = AddUnitRequest { unit: Some(unit), ..Default::default() };
    let mut directory = DirectoryServiceClient::new(administrator.peer(suite));
    directory.add_unit(add).await.expect("added");
    for (auditor, count) in [(OF_GOTEBORG, 1), (AUDITOR, 0)] {
        let listed = log(auditor, suite).list_access(ListAccessRequest::default()).await.expect("a list");
        let entries = listed.into_inner().accesses.into_iter().filter_map(|access| access.entry);
        let added = entries.filter(|entry| entry.rpc.ends_with("DirectoryService/AddUnit") && entry.changed);
        assert_eq!(added.count(), count, "at {}", auditor.organisation);
    }
}

async fn a_whole_story_is_proven_and_copied_once(suite: &Suite) {
    let (id, _) = two_stays(suite, "20260914070000").await;
    WARD.tell_of(suite, &id, &[SOCIAL, CLINIC]).await;
    WARD.confirm(suite, &id).await.expect("confirmed");
    SOCIAL.case(suite, &id).await.expect("a case");
    // The log reads admission's feed once more from its beginning: its cursor is lost.
    let cx = suite.process.contexts().find(|cx| cx.name == "access").expect("the access log");
    cx.catch_up().await.expect("the head");
    let lost = Change::new().remove(&Cursor { feed: "admission".to_owned() });
    cx.db.commit(lost).await.expect("removed");
    tell(suite, &[a03("V1", "20260914073000")]).await;
    let changes = accesses(AUDITOR, suite, TOLVAN).await.into_iter().filter_map(|access| access.entry);
    let mut changes: Vec<_> = changes.filter(|entry| entry.changed).map(|entry| entry.rpc).collect();
    changes.sort();
    let of = |service: &str, rpc: &str| format!("hemgang.{service}.v1.{rpc}");
    let expected = [
        of("admission", "AdmissionService/AdmitPatient"),
        of("admission", "AdmissionService/AssessNeeds"),
        of("admission", "AdmissionService/DischargePatient"),
        of("admission", "AdmissionService/SendAdmissionNotice"),
        of("readiness", "ReadinessService/ConfirmReadiness"),
    ];
    assert_eq!(changes, expected);

    let report = verify(&cx.db, &suite.signer().public(), None).await.expect("a report");
    assert_eq!((report.chains, report.faults), (1, Vec::new()));
    assert!(report.entries > 8);
}

/// How far a feed was followed.
struct Cursor {
    feed: String,
}

hemgang_db::record!(Cursor, "feed_cursor", key(feed), columns());
