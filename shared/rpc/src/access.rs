//! The access table: which role may call which RPC, on whose data. The only place where access is decided.
//!
//! The authentication layer looks a call up here before any handler runs: no row, no call. What the grants of a
//! caller add up to is its [`Sight`], which the handler holds against each thing it reads.

use hemgang_core::directory::{Directory, Unit, UnitKind};
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
    /// Stays at any hospital of the group (förvaltning) of the caller's hospital.
    OwnHospitalGroup,
    /// Stays at the caller's ward.
    OwnWard,
    /// What was addressed to the caller's unit, and cases that it opened; for a reception unit, its municipality's.
    OwnUnit,
    /// The whole region's for the region, the municipality's for a municipality.
    OwnOrganisation,
    /// Entries of the access log about what the organisation's people and systems did.
    OwnAccesses,
    /// Records that the caller's organisation keeps: of stays, and of what its units opened.
    OwnRecords,
    /// What the caller's organisation runs itself: for the region, what is no municipality's.
    Administered,
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
    groups: &'static [&'static [Grant]],
}

/// Those who do a hospital's work with its own stays.
const HOSPITAL_SIDE: &[Grant] =
    &[(Role::Ehr, Whose::OwnHospital), (Role::Ward, Whose::OwnWard), (Role::Hospital, Whose::OwnHospital)];

/// Those whom a notice can be addressed to.
const RECEIVERS: &[Grant] = &[
    (Role::Outpatient, Whose::OwnUnit),
    (Role::Municipality, Whose::OwnUnit),
    (Role::MunicipalSystem, Whose::OwnUnit),
];

/// A municipality's units, which decide on services.
const MUNICIPAL: &[Grant] = &[(Role::Municipality, Whose::OwnUnit), (Role::MunicipalSystem, Whose::OwnUnit)];

/// The region's outpatient care, or on its behalf.
const OUTPATIENT: &[Grant] = &[(Role::Outpatient, Whose::OwnUnit)];

/// Our gateway, which acts for the hospital that sent. One system may speak for a whole group.
const GATEWAY: &[Grant] = &[(Role::Gateway, Whose::OwnHospitalGroup)];

/// Our services, which follow feeds.
const SERVICES: &[Grant] = &[(Role::Service, Whose::All)];

/// Those who follow deviations up.
const FOLLOW_UP: &[Grant] =
    &[(Role::DeviationHandler, Whose::OwnOrganisation), (Role::Quality, Whose::OwnOrganisation)];

/// Those who read figures.
const FIGURES: &[Grant] = &[(Role::Quality, Whose::OwnOrganisation), (Role::Finance, Whose::OwnOrganisation)];

/// Those who follow accesses up.
const AUDIT: &[Grant] = &[(Role::Auditor, Whose::OwnAccesses)];

/// Those who answer for records.
const RECORDS: &[Grant] = &[(Role::RecordsManager, Whose::OwnRecords)];

/// Those who say what there is of their own organisation.
const ADMINISTRATORS: &[Grant] = &[(Role::DirectoryAdmin, Whose::Administered)];

/// Facts about organisations and definitions are nobody's secret.
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
    (Role::RecordsManager, Whose::All),
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
const ACCESS_LOG: &str = "hemgang.access.v1.AccessLogService";
const DIRECTORY_FEED: &str = "hemgang.directory.v1.DirectoryFeedService";
const INDICATOR: &str = "hemgang.common.v1.IndicatorService";

const fn rule(service: &'static str, rpc: &'static str, groups: &'static [&'static [Grant]]) -> Rule {
    Rule { service, rpc, groups }
}

/// The table.
pub const TABLE: &[Rule] = &[
    rule(ADMISSION, "AdmitPatient", &[HOSPITAL_SIDE, GATEWAY]),
    rule(ADMISSION, "CorrectAdmissionTime", &[HOSPITAL_SIDE, GATEWAY]),
    rule(ADMISSION, "RaiseQualityFlag", &[HOSPITAL_SIDE, GATEWAY]),
    rule(ADMISSION, "AssessNeeds", &[HOSPITAL_SIDE]),
    rule(ADMISSION, "ResolveRecipients", &[HOSPITAL_SIDE]),
    rule(ADMISSION, "SendAdmissionNotice", &[HOSPITAL_SIDE]),
    rule(ADMISSION, "ChangeExpectedDischarge", &[HOSPITAL_SIDE, GATEWAY]),
    rule(ADMISSION, "TransferPatient", &[HOSPITAL_SIDE, GATEWAY]),
    rule(ADMISSION, "SendDischargeNotice", &[HOSPITAL_SIDE]),
    rule(ADMISSION, "StartLeave", &[HOSPITAL_SIDE, GATEWAY]),
    rule(ADMISSION, "EndLeave", &[HOSPITAL_SIDE, GATEWAY]),
    rule(ADMISSION, "CancelMovement", &[HOSPITAL_SIDE, GATEWAY]),
    rule(ADMISSION, "DischargePatient", &[HOSPITAL_SIDE, GATEWAY]),
    rule(ADMISSION, "RecordDeath", &[HOSPITAL_SIDE, GATEWAY]),
    rule(ADMISSION, "CancelDischarge", &[HOSPITAL_SIDE, GATEWAY]),
    rule(ADMISSION, "VoidAdmission", &[HOSPITAL_SIDE, GATEWAY]),
    rule(ADMISSION, "ChangePatientDetails", &[HOSPITAL_SIDE, GATEWAY]),
    rule(ADMISSION, "MergePatients", &[HOSPITAL_SIDE, GATEWAY]),
    rule(ADMISSION, "BlankPatientDetails", &[RECORDS]),
    rule(ADMISSION, "GetAdmission", &[HOSPITAL_SIDE, GATEWAY]),
    rule(ADMISSION, "ListAdmissions", &[HOSPITAL_SIDE]),
    rule(ADMISSION_FEED, "ReadEvents", &[HOSPITAL_SIDE, SERVICES]),
    rule(ADMISSION_FEED, "FollowEvents", &[HOSPITAL_SIDE, SERVICES]),
    rule(READINESS, "ConfirmReadiness", &[HOSPITAL_SIDE]),
    rule(READINESS, "WithdrawReadiness", &[HOSPITAL_SIDE]),
    rule(READINESS, "GetReadiness", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(READINESS, "ListReady", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(READINESS_FEED, "ReadEvents", &[HOSPITAL_SIDE, SERVICES]),
    rule(READINESS_FEED, "FollowEvents", &[HOSPITAL_SIDE, SERVICES]),
    rule(PLANNING, "ListInbox", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "AcknowledgeNotice", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "ReportMisdirected", &[RECEIVERS]),
    rule(PLANNING, "ForwardNotice", &[RECEIVERS]),
    rule(PLANNING, "AddRecipient", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "RemoveRecipient", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "GetCase", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "ListCases", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "WatchCases", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "AssignCase", &[RECEIVERS]),
    rule(PLANNING, "SendCareRequest", &[RECEIVERS]),
    rule(PLANNING, "BlankPatientDetails", &[RECORDS]),
    rule(PLANNING, "RecordConsent", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "WithdrawConsent", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "AppointCareContact", &[OUTPATIENT]),
    rule(PLANNING, "DecideSipNeed", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "AnswerPlanning", &[RECEIVERS]),
    rule(PLANNING, "RecordDecision", &[MUNICIPAL]),
    rule(PLANNING, "InterruptCase", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "CloseCase", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "ReopenCase", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "ShareCurrentServices", &[RECEIVERS]),
    rule(PLANNING, "SetRelatedPersons", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "SetOutpatientReadiness", &[OUTPATIENT]),
    rule(PLANNING, "ConfirmReceiving", &[RECEIVERS]),
    rule(PLANNING, "HandOverPatientSummary", &[HOSPITAL_SIDE]),
    rule(PLANNING, "TransferDischargeInformation", &[HOSPITAL_SIDE]),
    rule(PLANNING, "RecordContact", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "SendMessage", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "CorrectMessage", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "SaveSip", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "ApproveSip", &[RECEIVERS]),
    rule(PLANNING, "RecordFollowUp", &[RECEIVERS]),
    rule(PLANNING, "CloseSip", &[RECEIVERS]),
    rule(PLANNING, "PrintSip", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "BookPlanningMeeting", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "InviteToSip", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "AnswerSipInvitation", &[RECEIVERS]),
    rule(PLANNING, "RescheduleMeeting", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "CancelMeeting", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "RecordPlanningMeeting", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING, "RecordSipMeeting", &[HOSPITAL_SIDE, RECEIVERS]),
    rule(PLANNING_FEED, "ReadEvents", &[HOSPITAL_SIDE, RECEIVERS, SERVICES]),
    rule(PLANNING_FEED, "FollowEvents", &[HOSPITAL_SIDE, RECEIVERS, SERVICES]),
    rule(DEVIATION, "ListSignals", &[HOSPITAL_SIDE, RECEIVERS, FOLLOW_UP]),
    rule(DEVIATION_FEED, "ReadEvents", &[HOSPITAL_SIDE, RECEIVERS, SERVICES]),
    rule(DEVIATION_FEED, "FollowEvents", &[HOSPITAL_SIDE, RECEIVERS, SERVICES]),
    rule(DIRECTORY, "GetUnit", &[EVERYONE]),
    rule(DIRECTORY, "ListUnits", &[EVERYONE]),
    rule(DIRECTORY, "ListMunicipalities", &[EVERYONE]),
    rule(DIRECTORY, "AddUnit", &[ADMINISTRATORS]),
    rule(DIRECTORY, "ChangeUnit", &[ADMINISTRATORS]),
    rule(DIRECTORY, "CloseUnit", &[ADMINISTRATORS]),
    rule(DIRECTORY, "ImportUnits", &[ADMINISTRATORS]),
    rule(DIRECTORY, "AssignPerson", &[ADMINISTRATORS]),
    rule(DIRECTORY, "EndAssignment", &[ADMINISTRATORS]),
    rule(DIRECTORY, "ListAssignments", &[ADMINISTRATORS]),
    rule(DIRECTORY, "SetRoutingRule", &[ADMINISTRATORS]),
    rule(DIRECTORY, "EndRoutingRule", &[ADMINISTRATORS]),
    rule(DIRECTORY, "ListRoutingRules", &[EVERYONE]),
    rule(DIRECTORY, "SetOfficeHours", &[ADMINISTRATORS]),
    rule(DIRECTORY, "SetFunctionContact", &[ADMINISTRATORS]),
    rule(DIRECTORY, "ListFunctionContacts", &[ADMINISTRATORS]),
    rule(DIRECTORY, "GetCalendar", &[EVERYONE]),
    rule(DIRECTORY_FEED, "ReadEvents", &[ADMINISTRATORS, SERVICES]),
    rule(DIRECTORY_FEED, "FollowEvents", &[ADMINISTRATORS, SERVICES]),
    rule(ACCESS_LOG, "RecordAccess", &[SERVICES]),
    rule(ACCESS_LOG, "WhoRead", &[AUDIT]),
    rule(ACCESS_LOG, "ListAccess", &[AUDIT]),
    rule(ACCESS_LOG, "GetPatientExtract", &[AUDIT]),
    rule(ACCESS_LOG, "OpenEmergencyAccess", &[RECEIVERS]),
    rule(ACCESS_LOG, "FindEmergencyAccess", &[SERVICES]),
    rule(INDICATOR, "ListIndicators", &[EVERYONE]),
    rule(INDICATOR, "QueryIndicator", &[FIGURES]),
    rule(INDICATOR, "ListIndicatorCases", &[FIGURES]),
];

/// The rule of a gRPC path, `/package.Service/Rpc`.
pub fn find(path: &str) -> Option<&'static Rule> {
    let (service, rpc) = path.strip_prefix('/')?.split_once('/')?;
    TABLE.iter().find(|rule| rule.service == service && rule.rpc == rpc)
}

impl Rule {
    /// Roles that may call it, and on whose data.
    pub fn grants(&self) -> impl Iterator<Item = &'static Grant> {
        self.groups.iter().copied().flatten()
    }

    /// How far a caller sees here. Empty: the call is not permitted.
    ///
    /// A grant counts only where the caller's unit is of the kind that the role is for, on that day, and run by the
    /// organisation of the same token; and where that organisation has assigned the person roles, only those count. So
    /// it is with the permission to know who a protected person is, which is a role beside the one that opens the RPC.
    pub fn sight(&self, caller: &Caller, directory: &Directory, on: Date) -> Sight {
        let assigned = |role: Role| directory.has_role(&caller.subject, &caller.unit, role.as_str(), on);
        let granted = self.grants().filter(|(role, _)| caller.roles.contains(role) && assigned(*role));
        let sight: Sight =
            granted.flat_map(|(role, whose)| reach(*role, *whose, caller, directory, on)).collect();
        let permission = Role::ProtectedPersons;
        sight.knowing_protected(caller.roles.contains(&permission) && assigned(permission))
    }
}

fn reach(role: Role, whose: Whose, caller: &Caller, directory: &Directory, on: Date) -> Vec<Reach> {
    // Our own services run for the region, at no unit of the directory.
    if role == Role::Service {
        let ours = whose == Whose::All && caller.organisation == Organisation::Region;
        return if ours { vec![Reach::All] } else { Vec::new() };
    }
    let own = directory.unit(&caller.unit, on).filter(|unit| runs(&caller.organisation, unit));
    let Some(unit) = own else { return Vec::new() };
    let hospital = directory.hospital_of(&caller.unit, on);
    match whose {
        Whose::All => vec![Reach::All],
        Whose::OwnHospital => hospital.map(|own| Reach::Hospital(own.hsa_id.clone())).into_iter().collect(),
        Whose::OwnHospitalGroup => hospital.map(|own| group(own, directory, on)).unwrap_or_default(),
        Whose::OwnWard if unit.kind == UnitKind::Ward => vec![Reach::Ward(unit.hsa_id.clone())],
        Whose::OwnWard => Vec::new(),
        Whose::OwnUnit => addressed(role, unit).into_iter().collect(),
        Whose::OwnRecords | Whose::Administered => vec![match &caller.organisation {
            Organisation::Region => Reach::Region,
            Organisation::Municipality(code) => Reach::Municipality(code.clone()),
        }],
        Whose::OwnOrganisation => vec![match &caller.organisation {
            Organisation::Region => Reach::All,
            Organisation::Municipality(code) => Reach::Municipality(code.clone()),
        }],
        Whose::OwnAccesses => vec![Reach::Accesses(caller.organisation.to_string())],
    }
}

/// Every hospital of a hospital's group; a hospital without one stands alone.
fn group(own: &Unit, directory: &Directory, on: Date) -> Vec<Reach> {
    let same = |unit: &&Unit| {
        unit.hsa_id == own.hsa_id
            || (unit.kind == UnitKind::Hospital
                && own.hospital_group.is_some()
                && unit.hospital_group == own.hospital_group)
    };
    directory.units(on).filter(same).map(|hospital| Reach::Hospital(hospital.hsa_id.clone())).collect()
}

/// What is addressed to a unit, when it is of the kind that the role is for.
fn addressed(role: Role, unit: &Unit) -> Option<Reach> {
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

/// Whether an organisation runs a unit. Private care on the region's behalf counts as the region's.
fn runs(organisation: &Organisation, unit: &Unit) -> bool {
    match organisation {
        Organisation::Region => !unit.kind.is_municipal(),
        Organisation::Municipality(code) => unit.run_by() == Some(code),
    }
}
