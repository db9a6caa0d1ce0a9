//! Tokens: of a unit that the organisation does not run, of several roles, that run out.

use std::sync::Arc;

use hemgang_proto::{
    access::{ListAccessRequest, access_log_service_client::AccessLogServiceClient},
    admission::{
        FollowEventsRequest, GetAdmissionRequest, ListAdmissionsRequest, ReadEventsRequest,
        admission_feed_service_client::AdmissionFeedServiceClient,
        admission_service_client::AdmissionServiceClient, follow_events_response::Item,
        get_admission_request::Key,
    },
    planning::{
        ForwardNoticeRequest, GetCaseRequest, get_case_request::Key as CaseKey,
        planning_service_client::PlanningServiceClient,
    },
};
use hemgang_rpc::{Peer, with_token};
use hemgang_testing::{Suite, each_backend, refused};
use jiff::SignedDuration;
use tonic::Code;

use super::{Both, both, sees_one_only};
use crate::journeys::steps::{AUDITOR, Caller, GOTEBORG, MOLNDAL, SERVICE, SOCIAL, WARD};

each_backend!(
    a_unit_that_the_organisation_does_not_run_is_no_unit,
    several_roles_reach_what_each_of_them_does_and_no_more,
    who_is_one_of_our_services_and_somebody_else_is_written_down,
    a_stream_ends_with_its_token
    on crate::services::SERVICES
);

/// Somebody with these roles, for an hour.
fn peer(suite: &Suite, roles: &[&str], unit: &str, organisation: &str) -> Peer {
    let token = suite.token(roles, unit, organisation);
    with_token(suite.process.peer(), Arc::new(move || token.clone()))
}

fn get(id: &str) -> GetAdmissionRequest {
    GetAdmissionRequest { key: Some(Key::AdmissionId(id.to_owned())), ..Default::default() }
}

fn case(id: &str) -> GetCaseRequest {
    GetCaseRequest { key: Some(CaseKey::AdmissionId(id.to_owned())) }
}

async fn a_unit_that_the_organisation_does_not_run_is_no_unit(suite: &Suite) {
    let Both { ours, theirs } = both(suite).await;
    sees_one_only(suite, SOCIAL, &ours, &theirs).await;
    sees_one_only(suite, MOLNDAL, &theirs, &ours).await;
    // Mölndal's people with Göteborg's unit, Göteborg's people with the region's, the region's with Göteborg's.
    let pairs = [(SOCIAL, "1481"), (MOLNDAL, "1480"), (WARD, "1480"), (SOCIAL, "region"), (WARD, "1481")];
    for (who, organisation) in pairs {
        let who = Caller { organisation, ..who };
        for id in [&ours, &theirs] {
            let said = who.case(suite, id).await.expect_err("a refusal");
            assert_eq!(said.code(), Code::PermissionDenied, "{who:?}");
            let said = who.readiness_of(suite, id).await.expect_err("a refusal");
            assert_eq!(said.code(), Code::PermissionDenied, "{who:?}");
        }
    }
}

async fn several_roles_reach_what_each_of_them_does_and_no_more(suite: &Suite) {
    let Both { ours, theirs } = both(suite).await;
    // Who works at a ward and follows figures of the region up sees every figure, and the stays of the ward.
    let ward = || peer(suite, &["ward", "quality"], WARD.unit, "region");
    let mut admissions = AdmissionServiceClient::new(ward());
    admissions.get_admission(get(&ours)).await.expect("an admission");
    assert_eq!(refused(admissions.get_admission(get(&theirs)).await).code, Code::NotFound);
    let listed = admissions.list_admissions(ListAdmissionsRequest::default()).await.expect("a list");
    let listed: Vec<_> = listed.into_inner().admissions.into_iter().map(|stay| stay.admission_id).collect();
    assert_eq!(listed, [&*ours]);
    // A role that does not count at the unit adds nothing, wherever it stands.
    for roles in [["ward", "municipality"], ["outpatient", "ward"], ["municipal-system", "ward"]] {
        let mut planning = PlanningServiceClient::new(peer(suite, &roles, WARD.unit, "region"));
        planning.get_case(case(&ours)).await.expect("a case");
        assert_eq!(refused(planning.get_case(case(&theirs)).await).code, Code::NotFound, "{roles:?}");
        let handed_on = refused(planning.forward_notice(ForwardNoticeRequest::default()).await);
        assert_eq!(handed_on.code, Code::PermissionDenied, "{roles:?}");
    }
    for roles in [["municipality", "ward"], ["hospital", "municipality"], ["gateway", "municipality"]] {
        let social = || peer(suite, &roles, SOCIAL.unit, "1480");
        let mut planning = PlanningServiceClient::new(social());
        planning.get_case(case(&ours)).await.expect("a case");
        assert_eq!(refused(planning.get_case(case(&theirs)).await).code, Code::NotFound, "{roles:?}");
        let stay = refused(AdmissionServiceClient::new(social()).get_admission(get(&ours)).await);
        assert_eq!(stay.code, Code::PermissionDenied, "{roles:?}");
    }
    // The county level of a municipality's token is the municipality.
    assert_eq!(GOTEBORG.total(suite, "ready_cases").await.0, 1);
}

async fn who_is_one_of_our_services_and_somebody_else_is_written_down(suite: &Suite) {
    let Both { ours, theirs } = both(suite).await;
    // The second role does not count at a municipality, and is none of GetCase anywhere.
    let mut social =
        PlanningServiceClient::new(peer(suite, &["municipality", "service"], SOCIAL.unit, "1480"));
    social.get_case(case(&ours)).await.expect("a case");
    assert_eq!(refused(social.get_case(case(&theirs)).await).code, Code::NotFound);
    let mut ward = AdmissionServiceClient::new(peer(suite, &["service", "ward"], WARD.unit, "region"));
    ward.get_admission(get(&ours)).await.expect("an admission");
    let auditors = [(Caller { role: "auditor", ..GOTEBORG }, "/GetCase"), (AUDITOR, "/GetAdmission")];
    for (auditor, rpc) in auditors {
        let mut log = AccessLogServiceClient::new(auditor.peer(suite));
        let request = ListAccessRequest { page_size: 500, ..Default::default() };
        let listed = log.list_access(request).await.expect("a list").into_inner().accesses;
        let of_both = listed.into_iter().filter_map(|access| access.entry);
        let of_both = of_both.filter(|entry| entry.roles.len() == 2 && entry.rpc.ends_with(rpc));
        let named: Vec<_> = of_both.map(|entry| entry.admission_ids).collect();
        assert_eq!(named, [[ours.clone()]], "{auditor:?}");
    }
    // The forms of cursors that our own services compare are for nobody else.
    let request = || ReadEventsRequest { page_size: 1, ..Default::default() };
    let mut plain = AdmissionFeedServiceClient::new(SERVICE.peer(suite));
    let plain = plain.read_events(request()).await.expect("a page").into_inner().bookmark;
    let cursor = plain.expect("a bookmark").cursor;
    let mut feed = AdmissionFeedServiceClient::new(peer(suite, &["ward", "service"], WARD.unit, "region"));
    let refusal = refused(feed.read_events(ReadEventsRequest { cursor, page_size: 1 }).await);
    assert_eq!((refusal.code, refusal.fields), (Code::InvalidArgument, vec!["cursor".to_owned()]));
    // At a municipality that role reads no feed at all.
    let mut feed =
        AdmissionFeedServiceClient::new(peer(suite, &["municipality", "service"], SOCIAL.unit, "1480"));
    assert_eq!(refused(feed.read_events(request()).await).code, Code::PermissionDenied);
}

async fn a_stream_ends_with_its_token(suite: &Suite) {
    let Both { ours, .. } = both(suite).await;
    let mut feed = AdmissionFeedServiceClient::new(peer(suite, &["ward"], WARD.unit, "region"));
    let mut events = feed.follow_events(FollowEventsRequest::default()).await.expect("a stream").into_inner();
    let is_event = |item: &Option<Item>| matches!(item, Some(Item::Event(_)));
    let mut told = 0;
    while is_event(&events.message().await.expect("an item").expect("an item").item) {
        told += 1;
    }
    assert!(told > 5, "{told}");
    suite.clock.advance_to(suite.clock.now() + SignedDuration::from_mins(61));
    // The stream waits for this, and ends instead of telling of it.
    WARD.assess(suite, &ours, &[SOCIAL], None).await;
    let ended = loop {
        match events.message().await {
            Ok(item) => assert!(!is_event(&item.expect("an item").item), "told after the token ran out"),
            Err(status) => break status,
        }
    };
    assert_eq!(ended.code(), Code::Unauthenticated);
}
