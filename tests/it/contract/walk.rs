//! The walk: every role at every RPC of every service, against the running services. Here past the gate and no further;
//! `relations` goes on to what is behind it.

mod ask;
mod places;
mod positions;
mod relations;
mod requests;
mod stays;
mod things;
mod units;

use std::{collections::BTreeSet, sync::Arc};

use hemgang_rpc::{Peer, Role, access, with_token};
use hemgang_testing::{On, Suite};
use tonic::Code;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

use super::{descriptors, raw};
use crate::services::SERVICES;

/// A unit of the kind that a role is for, and the organisation that goes with it.
fn place(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Ward => ("SE2321000131-E000000001101", "region"),
        Role::Ehr
        | Role::Hospital
        | Role::Quality
        | Role::DirectoryAdmin
        | Role::Auditor
        | Role::RecordsManager
        | Role::ProtectedPersons
        | Role::Gateway => ("SE2321000131-E000000001001", "region"),
        Role::Outpatient => ("SE2321000131-E000000002001", "region"),
        Role::Municipality => ("SE0000001480-E0002", "1480"),
        Role::MunicipalSystem | Role::DeviationHandler | Role::Finance => ("SE0000001480-E0001", "1480"),
        Role::Service => ("SE0000000000-HEMGANG", "region"),
    }
}

fn peer(suite: &Suite, role: Role) -> Peer {
    let (unit, organisation) = place(role);
    suite.peer(role.as_str(), unit, organisation)
}

#[test]
fn every_rpc_has_one_row_of_the_access_table_and_every_row_an_rpc() {
    let contract: BTreeSet<_> = descriptors::rpcs().into_iter().collect();
    let rows = || access::TABLE.iter().map(|rule| (rule.service.to_owned(), rule.rpc.to_owned()));
    let table: BTreeSet<_> = rows().collect();
    assert_eq!(
        contract.difference(&table).collect::<Vec<_>>(),
        Vec::<&_>::new(),
        "RPCs that nobody may call"
    );
    assert_eq!(table.difference(&contract).collect::<Vec<_>>(), Vec::<&_>::new(), "rows of no RPC");
    assert_eq!(rows().count(), table.len(), "an RPC has two rows, of which the second is never read");
    for rule in access::TABLE {
        let roles: BTreeSet<_> = rule.grants().map(|(role, _)| role).collect();
        assert_eq!(roles.len(), rule.grants().count(), "{}: a role is granted twice", rule.rpc);
        assert!(!roles.is_empty(), "{}: nobody may call it", rule.rpc);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gets_past_the_gate_without_a_token_that_counts() {
    let suite = Suite::start(On::Sqlite, SERVICES).await;
    let with = |token: &str| {
        let token = token.to_owned();
        with_token(suite.process.peer(), Arc::new(move || token.clone()))
    };
    let token = suite.token(&["ehr"], "SE2321000131-E000000001001", "region");
    let nobody = suite.token(&["admin"], "SE2321000131-E000000001001", "region");
    let peers =
        [suite.process.peer(), with(""), with("nonsense"), with(&token[..token.len() - 2]), with(&nobody)];
    for (service, rpc) in descriptors::rpcs() {
        for peer in &peers {
            assert_eq!(
                raw::call(peer.clone(), &service, &rpc).await,
                Code::Unauthenticated,
                "{service}/{rpc}"
            );
        }
    }
    suite.clock.advance_to(suite.clock.now() + jiff::SignedDuration::from_hours(2));
    let late = raw::call(with(&token), "hemgang.directory.v1.DirectoryService", "ListUnits").await;
    assert_eq!(late, Code::Unauthenticated);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_role_gets_past_the_gate_where_it_has_a_row_and_nowhere_else() {
    let suite = Suite::start(On::Sqlite, SERVICES).await;
    for (service, rpc) in descriptors::rpcs() {
        let rule = access::find(&format!("/{service}/{rpc}")).expect("a row");
        let runs = is_serving(&suite, &service).await;
        for role in Role::ALL {
            let granted = rule.grants().any(|(grantee, _)| *grantee == role);
            let code = raw::call(peer(&suite, role), &service, &rpc).await;
            let said = format!("{role} at {service}/{rpc}: {code:?}");
            match code {
                Code::PermissionDenied => assert!(!granted, "{said}"),
                Code::Unauthenticated | Code::Internal | Code::Unknown => panic!("{said}"),
                Code::Unimplemented => assert!(granted && !runs, "{said}"),
                _ => assert!(granted, "{said}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_path_that_is_no_rpc_is_permitted_to_nobody() {
    let suite = Suite::start(On::Sqlite, SERVICES).await;
    let paths = [
        ("hemgang.admission.v1.AdmissionService", "DropEverything"),
        ("hemgang.admission.v1.AdmissionService", ""),
        ("hemgang.admission.v1.AdmissionService", "getadmission"),
        ("hemgang.admission.v1.AdmissionService/GetAdmission", "x"),
        ("/hemgang.admission.v1.AdmissionService", "GetAdmission"),
        ("hemgang.access.v1.AccessLogService", "Forget"),
    ];
    for (service, rpc) in paths {
        for role in Role::ALL {
            let code = raw::call(peer(&suite, role), service, rpc).await;
            assert_eq!(code, Code::PermissionDenied, "{role} at {service}/{rpc}");
        }
    }
}

/// Whether this process runs a gRPC service, as it says itself.
async fn is_serving(suite: &Suite, service: &str) -> bool {
    let request = HealthCheckRequest { service: service.to_owned() };
    let answer = HealthClient::new(suite.process.peer()).check(request).await;
    answer.is_ok_and(|answer| answer.into_inner().status == 1)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_names_every_grpc_service_of_the_services_that_run() {
    let suite = Suite::start(On::Sqlite, SERVICES).await;
    let services: BTreeSet<_> = descriptors::rpcs().into_iter().map(|(service, _)| service).collect();
    for service in services {
        let package = service.split('.').nth(1).expect("a package");
        let runs = package == "common" || SERVICES.iter().any(|running| running.name == package);
        assert_eq!(is_serving(&suite, &service).await, runs, "{service}");
    }
}
