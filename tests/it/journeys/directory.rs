//! A municipality's own administrator adds a unit: a ward notifies it, its staff comes in everywhere, and a restart keeps
//! it. A closed unit's tokens count nowhere any more.

use hemgang_core::day::local_day;
use hemgang_proto::{
    admission::{self as adm, Need, ProposalReason, UnresolvedReason},
    common::Protection,
    deviation::{ListSignalsRequest, deviation_service_client::DeviationServiceClient},
    directory::{self as dir, directory_service_client::DirectoryServiceClient},
    planning as pla, readiness as rea,
};
use hemgang_rpc::{Peer, wire};
use hemgang_testing::{On, Suite, each_backend, refused};
use jiff::SignedDuration;
use tonic::{Code, Status};

use super::steps::{
    CLINIC, Caller, MOLNDAL, NOW, SAHLGRENSKA, SOCIAL, WARD,
    adt::{a01, tell},
};
use crate::services::SERVICES;

each_backend!(
    a_unit_that_is_added_is_notified_and_comes_in_everywhere_until_it_is_closed,
    a_unit_that_is_to_come_is_not_notified_yet,
    a_ward_is_proposed_whom_the_rules_of_the_day_name_and_nobody_for_the_protected
    on crate::services::SERVICES
);

/// Not in the shipped table.
const NEW: Caller = Caller { unit: "SE0000001480-E0999", ..SOCIAL };
/// Göteborg's administrator.
const ADMINISTRATOR: Caller = Caller { role: "directory-admin", ..SOCIAL };

fn directory(caller: Caller, suite: &Suite) -> DirectoryServiceClient<Peer> {
    DirectoryServiceClient::new(caller.peer(suite))
}

fn unit() -> dir::Unit {
    dir::Unit {
        hsa_id: NEW.unit.to_owned(),
        name: "Hemtjänst Lundby".to_owned(),
        kind: dir::UnitKind::Municipal.into(),
        municipality: "1480".to_owned(),
        law: "SoL".to_owned(),
        ..Default::default()
    }
}

async fn add(suite: &Suite, unit: dir::Unit) {
    let request = dir::AddUnitRequest { unit: Some(unit), ..Default::default() };
    directory(ADMINISTRATOR, suite).add_unit(request).await.expect("added");
}

/// What each service answers to the staff of a unit.
async fn comes_in(suite: &Suite, staff: Caller) -> Vec<Result<(), Code>> {
    let code = |status: Status| status.code();
    let inbox = staff.planning(suite).list_inbox(pla::ListInboxRequest::default()).await;
    let ready = staff.readiness(suite).list_ready(rea::ListReadyRequest::default()).await;
    let mut deviations = DeviationServiceClient::new(staff.peer(suite));
    let signals = deviations.list_signals(ListSignalsRequest::default()).await;
    let municipalities = directory(staff, suite).list_municipalities(dir::ListMunicipalitiesRequest {}).await;
    vec![
        inbox.map(drop).map_err(code),
        ready.map(drop).map_err(code),
        signals.map(drop).map_err(code),
        municipalities.map(drop).map_err(code),
    ]
}

fn notice(id: &str) -> adm::SendAdmissionNoticeRequest {
    adm::SendAdmissionNoticeRequest {
        admission_id: id.to_owned(),
        recipients: vec![NEW.unit.to_owned()],
        ..Default::default()
    }
}

/// A stay of which a physician judged that socialtjänst may be needed.
async fn judged_stay(suite: &Suite) -> String {
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.assess(suite, &id, &[SOCIAL], NOW).await;
    id
}

async fn a_unit_that_is_added_is_notified_and_comes_in_everywhere_until_it_is_closed(suite: &Suite) {
    let id = judged_stay(suite).await;
    assert_eq!(comes_in(suite, NEW).await, [Err(Code::PermissionDenied); 4]);
    assert_eq!(
        refused(WARD.admissions(suite).send_admission_notice(notice(&id)).await).fields,
        ["recipients[0]"]
    );
    let elsewhere = Caller { role: "directory-admin", ..MOLNDAL };
    let request = dir::AddUnitRequest { unit: Some(unit()), ..Default::default() };
    assert_eq!(refused(directory(elsewhere, suite).add_unit(request).await).code, Code::PermissionDenied);

    add(suite, unit()).await;
    WARD.admissions(suite).send_admission_notice(notice(&id)).await.expect("sent at once");
    suite.drain().await;
    assert_eq!(comes_in(suite, NEW).await, [Ok(()); 4]);
    assert_eq!(NEW.case(suite, &id).await.expect("a case").admission_id, id);
    // The case is the municipality's, because the unit is.
    let reception = Caller { unit: "SE0000001480-E0001", ..SOCIAL };
    assert_eq!(reception.case(suite, &id).await.expect("a case").admission_id, id);

    let close = dir::CloseUnitRequest { hsa_id: NEW.unit.to_owned(), ..Default::default() };
    directory(ADMINISTRATOR, suite).close_unit(close).await.expect("closed");
    assert_eq!(comes_in(suite, NEW).await, [Err(Code::PermissionDenied); 4]);
    assert_eq!(
        refused(WARD.admissions(suite).send_admission_notice(notice(&id)).await).fields,
        ["recipients[0]"]
    );
    // What it was told stays its municipality's, also when it is told anew.
    for cx in suite.process.contexts() {
        let rebuilt = hemgang_feed::rebuild(cx, true).await.expect("rebuilt");
        let differences: usize = rebuilt.tables.iter().map(|table| table.differing).sum();
        assert_eq!(differences, 0, "{}", cx.name);
    }
    assert_eq!(reception.case(suite, &id).await.expect("a case").admission_id, id);
}

async fn a_unit_that_is_to_come_is_not_notified_yet(suite: &Suite) {
    let id = judged_stay(suite).await;
    let tomorrow = wire::date(local_day(suite.clock.now() + SignedDuration::from_hours(24)));
    add(suite, dir::Unit { valid_from: Some(tomorrow), ..unit() }).await;
    assert_eq!(comes_in(suite, NEW).await, [Err(Code::PermissionDenied); 4]);
    assert_eq!(
        refused(WARD.admissions(suite).send_admission_notice(notice(&id)).await).fields,
        ["recipients[0]"]
    );
    suite.pass(SignedDuration::from_hours(24)).await;
    WARD.admissions(suite).send_admission_notice(notice(&id)).await.expect("sent");
    assert_eq!(comes_in(suite, NEW).await, [Ok(()); 4]);
}

async fn proposed(suite: &Suite, caller: Caller, id: &str) -> Result<adm::ResolveRecipientsResponse, Status> {
    let request = adm::ResolveRecipientsRequest { admission_id: id.to_owned(), ..Default::default() };
    caller.admissions(suite).resolve_recipients(request).await.map(tonic::Response::into_inner)
}

async fn a_ward_is_proposed_whom_the_rules_of_the_day_name_and_nobody_for_the_protected(suite: &Suite) {
    let id = judged_stay(suite).await;
    let told = async || WARD.events(suite).await.len();
    let before = told().await;
    let only = proposed(suite, WARD, &id).await.expect("proposed");
    let [recipient] = &only.recipients[..] else { panic!("{only:?}") };
    assert_eq!(
        (recipient.unit.as_str(), recipient.need(), recipient.reason()),
        (SOCIAL.unit, Need::SocialServices, ProposalReason::OnlyUnit)
    );
    assert_eq!((&*recipient.name, only.unresolved.len()), ("Socialtjänsten Göteborg", 0));

    add(suite, unit()).await;
    let rule = dir::RoutingRule {
        municipality: "1480".to_owned(),
        law: "SoL".to_owned(),
        unit: NEW.unit.to_owned(),
        ..Default::default()
    };
    let request = dir::SetRoutingRuleRequest { rule: Some(rule), ..Default::default() };
    let set = directory(ADMINISTRATOR, suite).set_routing_rule(request).await.expect("set").into_inner();
    let routed = proposed(suite, WARD, &id).await.expect("proposed");
    let [recipient] = &routed.recipients[..] else { panic!("{routed:?}") };
    assert_eq!((recipient.unit.as_str(), recipient.reason()), (NEW.unit, ProposalReason::RoutingRule));
    assert_eq!(recipient.routing_rule_id, set.rule.expect("a rule").rule_id);
    let all = adm::ResolveRecipientsRequest {
        admission_id: id.clone(),
        needs: vec![Need::Outpatient.into(), Need::MunicipalHealthCare.into()],
        ..Default::default()
    };
    let all = WARD.admissions(suite).resolve_recipients(all).await.expect("proposed").into_inner();
    assert_eq!(all.recipients[0].need(), Need::MunicipalHealthCare);
    assert_eq!(all.unresolved[0].reason(), UnresolvedReason::NotListed);

    // Nobody is told by asking, and who does not see the stay gets no answer.
    assert_eq!((told().await, NEW.case(suite, &id).await.is_err()), (before, true));
    assert_eq!(proposed(suite, CLINIC, &id).await.expect_err("a refusal").code(), Code::PermissionDenied);
    let other = Caller { unit: "SE2321000131-E000000001118", ..WARD };
    assert_eq!(proposed(suite, other, &id).await.expect_err("a refusal").code(), Code::NotFound);

    let protect = adm::ChangePatientDetailsRequest {
        key: Some(adm::change_patient_details_request::Key::AdmissionId(id.clone())),
        protection: Protection::ProtectedRegistration.into(),
        ..Default::default()
    };
    WARD.admissions(suite).change_patient_details(protect).await.expect("protected");
    let nobody = proposed(suite, WARD, &id).await.expect("answered");
    assert_eq!(nobody.recipients, []);
    let [unresolved] = &nobody.unresolved[..] else { panic!("{nobody:?}") };
    assert_eq!(
        (unresolved.need(), unresolved.reason()),
        (Need::Unspecified, UnresolvedReason::ProtectedRegistration)
    );
}

async fn a_restart_keeps_what_was_said(on: On) {
    let suite = Suite::start(on, SERVICES).await;
    add(&suite, unit()).await;
    let suite = suite.restarted(SERVICES, async |_| {}).await;
    assert_eq!(comes_in(&suite, NEW).await, [Ok(()); 4]);
    let again = dir::AddUnitRequest { unit: Some(unit()), ..Default::default() };
    assert_eq!(refused(directory(ADMINISTRATOR, &suite).add_unit(again).await).reason, "UNIT_EXISTS");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_keeps_what_was_said_on_sqlite() {
    a_restart_keeps_what_was_said(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_keeps_what_was_said_on_postgres() {
    a_restart_keeps_what_was_said(On::Postgres).await;
}
