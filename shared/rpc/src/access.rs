//! The access table: which role may call which RPC, on whose data. The only place where access is decided.
//!
//! The authentication layer looks a call up here before any handler runs: no row, no call. What the grants of a
//! caller add up to is its [`Sight`], which the handler holds against each thing it reads.

use hemgang_core::directory::{Directory, UnitKind};
use jiff::civil::Date;

use crate::{
    audience::{Reach, Sight},
    caller::{Caller, Organisation, Role},
};

/// Whose data a grant reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Anyone's.
    All,
    /// Stays at the caller's hospital.
    OwnHospital,
    /// Stays at the caller's ward.
    OwnWard,
    /// What was addressed to the caller's unit; for a reception unit, to its municipality.
    OwnUnit,
    /// The whole region's for the region, the municipality's for a municipality.
    OwnOrganisation,
}

/// What one role may.
pub type Grant = (Role, Whose);

/// One RPC and who may call it.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Full name of the gRPC service.
    pub service: &'static str,
    /// Name of the RPC.
    pub rpc: &'static str,
    /// Roles that may call it.
    pub grants: &'static [Grant],
}

/// Ward work: what a hospital does with its own stays.
const WARD_WORK: &[Grant] = &[
    (Role::Ehr, Whose::OwnHospital),
    (Role::Ward, Whose::OwnWard),
    (Role::Hospital, Whose::OwnHospital),
    (Role::Gateway, Whose::All),
];

/// Reads of a hospital's own feed, by its systems and by our services.
const WARD_FEED: &[Grant] = &[
    (Role::Ehr, Whose::OwnHospital),
    (Role::Ward, Whose::OwnWard),
    (Role::Hospital, Whose::OwnHospital),
    (Role::Service, Whose::All),
];

/// Receivers' work: what addressed units do with what they received.
const RECEIVERS: &[Grant] = &[
    (Role::Outpatient, Whose::OwnUnit),
    (Role::Municipality, Whose::OwnUnit),
    (Role::MunicipalSystem, Whose::OwnUnit),
];

/// Both sides of a case.
const BOTH_SIDES: &[Grant] = &[
    (Role::Ehr, Whose::OwnHospital),
    (Role::Ward, Whose::OwnWard),
    (Role::Hospital, Whose::OwnHospital),
    (Role::Outpatient, Whose::OwnUnit),
    (Role::Municipality, Whose::OwnUnit),
    (Role::MunicipalSystem, Whose::OwnUnit),
];

/// Both sides of a case, and our services.
const BOTH_SIDES_FEED: &[Grant] = &[
    (Role::Ehr, Whose::OwnHospital),
    (Role::Ward, Whose::OwnWard),
    (Role::Hospital, Whose::OwnHospital),
    (Role::Outpatient, Whose::OwnUnit),
    (Role::Municipality, Whose::OwnUnit),
    (Role::MunicipalSystem, Whose::OwnUnit),
    (Role::Service, Whose::All),
];

/// Signals: both sides, and those who follow deviations up.
const SIGNALS: &[Grant] = &[
    (Role::Ehr, Whose::OwnHospital),
    (Role::Ward, Whose::OwnWard),
    (Role::Hospital, Whose::OwnHospital),
    (Role::Outpatient, Whose::OwnUnit),
    (Role::Municipality, Whose::OwnUnit),
    (Role::MunicipalSystem, Whose::OwnUnit),
    (Role::DeviationHandler, Whose::OwnOrganisation),
    (Role::Quality, Whose::OwnOrganisation),
];

/// Figures.
const FIGURES: &[Grant] = &[(Role::Quality, Whose::OwnOrganisation), (Role::Finance, Whose::OwnOrganisation)];

/// Public facts about organisations: every role.
const EVERYONE: &[Grant] = &[
    (Role::Ehr, Whose::All),
    (Role::Ward, Whose::All),
    (Role::Hospital, Whose::All),
    (Role::Outpatient, Whose::All),
    (Role::Municipality, Whose::All),
    (Role::MunicipalSystem, Whose::All),
    (Role::DeviationHandler, Whose::All),
    (Role::Quality, Whose::All),
    (Role::Finance, Whose::All),
    (Role::DirectoryAdmin, Whose::All),
    (Role::Auditor, Whose::All),
    (Role::Service, Whose::All),
    (Role::Gateway, Whose::All),
];

const ADMISSION: &str = "hemgang.admission.v1.AdmissionService";
const ADMISSION_FEED: &str = "hemgang.admission.v1.AdmissionFeedService";
const READINESS: &str = "hemgang.readiness.v1.ReadinessService";
const READINESS_FEED: &str = "hemgang.readiness.v1.ReadinessFeedService";
const PLANNING: &str = "hemgang.planning.v1.PlanningService";
const PLANNING_FEED: &str = "hemgang.planning.v1.PlanningFeedService";
const DEVIATION: &str = "hemgang.deviation.v1.DeviationService";
const DEVIATION_FEED: &str = "hemgang.deviation.v1.DeviationFeedService";
const DIRECTORY: &str = "hemgang.directory.v1.DirectoryService";
const INDICATOR: &str = "hemgang.common.v1.IndicatorService";

const fn rule(service: &'static str, rpc: &'static str, grants: &'static [Grant]) -> Rule {
    Rule { service, rpc, grants }
}

/// The table.
pub const TABLE: &[Rule] = &[
    rule(ADMISSION, "AdmitPatient", WARD_WORK),
    rule(ADMISSION, "AssessNeeds", WARD_WORK),
    rule(ADMISSION, "SendAdmissionNotice", WARD_WORK),
    rule(ADMISSION, "ChangeExpectedDischarge", WARD_WORK),
    rule(ADMISSION, "TransferPatient", WARD_WORK),
    rule(ADMISSION, "SendDischargeNotice", WARD_WORK),
    rule(ADMISSION, "DischargePatient", WARD_WORK),
    rule(ADMISSION, "VoidAdmission", WARD_WORK),
    rule(ADMISSION, "GetAdmission", WARD_WORK),
    rule(ADMISSION, "ListAdmissions", WARD_WORK),
    rule(ADMISSION_FEED, "ReadEvents", WARD_FEED),
    rule(ADMISSION_FEED, "FollowEvents", WARD_FEED),
    rule(READINESS, "ConfirmReadiness", WARD_WORK),
    rule(READINESS, "WithdrawReadiness", WARD_WORK),
    rule(READINESS, "GetReadiness", BOTH_SIDES),
    rule(READINESS, "ListReady", BOTH_SIDES),
    rule(READINESS_FEED, "ReadEvents", WARD_FEED),
    rule(READINESS_FEED, "FollowEvents", WARD_FEED),
    rule(PLANNING, "ListInbox", RECEIVERS),
    rule(PLANNING, "AcknowledgeNotice", RECEIVERS),
    rule(PLANNING, "GetCase", BOTH_SIDES),
    rule(PLANNING, "ListCases", BOTH_SIDES),
    rule(PLANNING_FEED, "ReadEvents", BOTH_SIDES_FEED),
    rule(PLANNING_FEED, "FollowEvents", BOTH_SIDES_FEED),
    rule(DEVIATION, "ListSignals", SIGNALS),
    rule(DEVIATION_FEED, "ReadEvents", BOTH_SIDES_FEED),
    rule(DEVIATION_FEED, "FollowEvents", BOTH_SIDES_FEED),
    rule(DIRECTORY, "GetUnit", EVERYONE),
    rule(DIRECTORY, "ListUnits", EVERYONE),
    rule(DIRECTORY, "ListMunicipalities", EVERYONE),
    rule(INDICATOR, "ListIndicators", EVERYONE),
    rule(INDICATOR, "QueryIndicator", FIGURES),
    rule(INDICATOR, "ListIndicatorCases", FIGURES),
];

/// The rule of a gRPC path, `/package.Service/Rpc`.
pub fn find(path: &str) -> Option<&'static Rule> {
    let (service, rpc) = path.strip_prefix('/')?.split_once('/')?;
    TABLE.iter().find(|rule| rule.service == service && rule.rpc == rpc)
}

impl Rule {
    /// How far a caller sees here. Empty: the call is not permitted.
    ///
    /// A grant counts only where the caller's unit is of the kind that the role is for, on that day.
    pub fn sight(&self, caller: &Caller, directory: &Directory, on: Date) -> Sight {
        let granted = self.grants.iter().filter(|(role, _)| caller.roles.contains(role));
        granted.filter_map(|(role, whose)| reach(*role, *whose, caller, directory, on)).collect()
    }
}

fn reach(role: Role, whose: Whose, caller: &Caller, directory: &Directory, on: Date) -> Option<Reach> {
    let unit = || directory.unit(&caller.unit, on);
    match whose {
        Whose::All => Some(Reach::All),
        Whose::OwnHospital => {
            directory.hospital_of(&caller.unit, on).map(|hospital| Reach::Hospital(hospital.hsa_id.clone()))
        }
        Whose::OwnWard => {
            unit().filter(|unit| unit.kind == UnitKind::Ward).map(|ward| Reach::Ward(ward.hsa_id.clone()))
        }
        Whose::OwnUnit => {
            let unit = unit()?;
            match (unit.kind, role) {
                (UnitKind::Outpatient, Role::Outpatient)
                | (UnitKind::MunicipalUnit, Role::Municipality | Role::MunicipalSystem) => {
                    Some(Reach::Unit(unit.hsa_id.clone()))
                }
                (UnitKind::MunicipalReception, Role::Municipality | Role::MunicipalSystem) => {
                    unit.municipality.clone().map(Reach::Municipality)
                }
                _ => None,
            }
        }
        Whose::OwnOrganisation => Some(match &caller.organisation {
            Organisation::Region => Reach::All,
            Organisation::Municipality(code) => Reach::Municipality(code.clone()),
        }),
    }
}
