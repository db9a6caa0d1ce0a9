//! The services that the contract is held against: the one list to extend when a service joins.

use hemgang_runtime::Service;

/// Every domain service that runs in one process.
pub const SERVICES: &[Service] = &[
    hemgang_admission::SERVICE,
    hemgang_discharge_readiness::SERVICE,
    hemgang_municipal_care_planning::SERVICE,
    hemgang_deviation_reporting::SERVICE,
    hemgang_directory::SERVICE,
    hemgang_access_log::SERVICE,
];
