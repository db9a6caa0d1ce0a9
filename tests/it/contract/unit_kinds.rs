//! A role counts only at a unit of its kind: a ward's rights at a municipal unit are no rights.

use hemgang_rpc::{Role, access};
use hemgang_testing::{On, Suite};
use tonic::Code;

use super::raw;
use crate::services::SERVICES;

const HOSPITAL: &str = "SE2321000131-E000000001001";
const WARD: &str = "SE2321000131-E000000001101";
const OUTPATIENT: &str = "SE2321000131-E000000002001";
const MUNICIPAL: &str = "SE0000001480-E0002";
const RECEPTION: &str = "SE0000001480-E0001";
const NOWHERE: &str = "SE2321000131-E999999999999";

const ELSEWHERE: &str = "SE0000001490-E0001";

/// Roles that are tied to a kind of unit, with the units where they count.
const ROLES: [(Role, &[&str]); 6] = [
    (Role::Ehr, &[HOSPITAL, WARD]),
    (Role::Hospital, &[HOSPITAL, WARD]),
    (Role::Ward, &[WARD]),
    (Role::Outpatient, &[OUTPATIENT]),
    (Role::Municipality, &[MUNICIPAL, RECEPTION]),
    (Role::MunicipalSystem, &[MUNICIPAL, RECEPTION]),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_at_a_unit_of_another_kind_is_permitted_nothing_that_concerns_a_stay() {
    let suite = Suite::start(On::Sqlite, SERVICES).await;
    let concerns_a_stay = |rule: &&access::Rule, role| {
        rule.grants().any(|(grantee, whose)| *grantee == role && *whose != access::Whose::All)
    };
    for (role, own) in ROLES {
        for unit in [HOSPITAL, WARD, OUTPATIENT, MUNICIPAL, RECEPTION, NOWHERE] {
            let organisation = if unit.starts_with("SE0000001480") { "1480" } else { "region" };
            for rule in access::TABLE.iter().filter(|rule| concerns_a_stay(rule, role)) {
                let peer = suite.peer(role.as_str(), unit, organisation);
                let denied = raw::call(peer, rule.service, rule.rpc).await == Code::PermissionDenied;
                assert_eq!(denied, !own.contains(&unit), "{role} of {unit} at {}", rule.rpc);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_counts_only_where_the_organisation_of_the_token_runs_the_unit() {
    let suite = Suite::start(On::Sqlite, SERVICES).await;
    let pairs = [
        (HOSPITAL, "1480"),
        (WARD, "1480"),
        (OUTPATIENT, "1490"),
        (MUNICIPAL, "region"),
        (RECEPTION, "1490"),
        (ELSEWHERE, "1480"),
        (NOWHERE, "region"),
        (NOWHERE, "1480"),
    ];
    for (unit, organisation) in pairs {
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Service) {
            for rule in access::TABLE {
                let peer = suite.peer(role.as_str(), unit, organisation);
                let code = raw::call(peer, rule.service, rule.rpc).await;
                assert_eq!(
                    code,
                    Code::PermissionDenied,
                    "{role} of {unit} in {organisation} at {}",
                    rule.rpc
                );
            }
        }
    }
    // Our own services run for the region, at no unit of the directory.
    for (organisation, expected) in [("region", Code::Ok), ("1480", Code::PermissionDenied)] {
        let peer = suite.peer("service", "SE0000000000-HEMGANG", organisation);
        assert_eq!(
            raw::call(peer, "hemgang.admission.v1.AdmissionFeedService", "ReadEvents").await,
            expected
        );
    }
}
