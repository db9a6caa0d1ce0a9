//! A request of every RPC about one thing. An RPC without a line here fails the walk by its name.

use hemgang_proto::{
    access as acc, admission as adm, common as com, deviation as dev, directory as dir, planning as pla,
    readiness as rea,
};
use hemgang_rpc::Role;
use prost_reflect::prost::Message;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use self::What::{Act, Change, Count, Leave, List, Nothing, Person, Read, Settle};
use super::things::{PERSONNUMMER, TODAY, Thing};

const ADMISSION: &str = "hemgang.admission.v1.AdmissionService";
const ADMISSION_FEED: &str = "hemgang.admission.v1.AdmissionFeedService";
const READINESS: &str = "hemgang.readiness.v1.ReadinessService";
const READINESS_FEED: &str = "hemgang.readiness.v1.ReadinessFeedService";
const PLANNING: &str = "hemgang.planning.v1.PlanningService";
const PLANNING_FEED: &str = "hemgang.planning.v1.PlanningFeedService";
const DEVIATION: &str = "hemgang.deviation.v1.DeviationService";
const DEVIATION_FEED: &str = "hemgang.deviation.v1.DeviationFeedService";
const DIRECTORY: &str = "hemgang.directory.v1.DirectoryService";
const DIRECTORY_FEED: &str = "hemgang.directory.v1.DirectoryFeedService";
const ACCESS: &str = "hemgang.access.v1.AccessLogService";
const INDICATOR: &str = "hemgang.common.v1.IndicatorService";
const STAY: What = List(|it| &it.admission_id);

/// What an RPC has to do with the thing that its request names.
#[derive(Clone, Copy)]
pub enum What {
    /// Reads it: out of reach it is `NOT_FOUND`, as if it were nowhere.
    Read,
    /// Changes it, and otherwise as [`What::Read`].
    Change,
    /// As [`What::Change`], and whoever did it sees the thing no more.
    Leave,
    /// Lists or tells of all that is in reach. A thing is there by this word.
    List(fn(&Thing) -> &str),
    /// Counts all that is in reach.
    Count,
    /// Asks about a person: one out of reach is answered as one whom nobody knows.
    Person,
    /// Acts at a place. Where there are places is nobody's secret: another's is `PERMISSION_DENIED`.
    Act,
    /// As [`What::Act`] at a municipality's unit, whether it is there or not.
    Settle,
    /// Has to do with nothing that is there.
    Nothing,
}

/// One RPC.
pub struct Row {
    pub service: &'static str,
    pub rpc: &'static str,
    pub what: What,
    request: fn(&Thing, Role) -> Value,
    encode: fn(Value) -> Vec<u8>,
}

impl Row {
    pub fn name(&self) -> (String, String) {
        (self.service.to_owned(), self.rpc.to_owned())
    }

    /// The message that somebody in a role sends about a thing, and these fields with it.
    pub fn message(&self, thing: &Thing, role: Role, with: &[(&str, Value)]) -> Vec<u8> {
        let mut request = (self.request)(thing, role);
        for (field, value) in with {
            request[*field] = value.clone();
        }
        (self.encode)(request)
    }

    /// The field that says where to go on, and where the answer says it.
    pub fn position(&self) -> (&'static str, &'static [&'static str]) {
        if self.rpc.ends_with("Events") || self.rpc == "WatchCases" {
            ("cursor", &["bookmark", "cursor"])
        } else {
            ("pageToken", &["next_page_token"])
        }
    }
}

fn row<T: Message + DeserializeOwned>(
    service: &'static str,
    rpc: &'static str,
    what: What,
    request: fn(&Thing, Role) -> Value,
) -> Row {
    let encode = |request| serde_json::from_value::<T>(request).expect("a request").encode_to_vec();
    Row { service, rpc, what, request, encode }
}

fn person(thing: &Thing) -> Value {
    json!({"oid": PERSONNUMMER, "value": thing.person})
}

fn year() -> Value {
    json!({"from": {"year": 2026, "month": 1, "day": 1}, "to": {"year": 2026, "month": 12, "day": 31}})
}

/// Every RPC; those that change in an order in which each finds what it needs.
pub fn rows() -> Vec<Row> {
    [facts(), directory(), readiness(), planning(), admission(), leaving()].into_iter().flatten().collect()
}

#[rustfmt::skip]
fn facts() -> Vec<Row> {
    vec![
        row::<dir::GetUnitRequest>(DIRECTORY, "GetUnit", Read, |it, _| json!({"hsaId": it.unit})),
        row::<dir::ListUnitsRequest>(DIRECTORY, "ListUnits", List(|it| it.ward), |_, _| json!({"pageSize": 500})),
        row::<dir::ListMunicipalitiesRequest>(DIRECTORY, "ListMunicipalities", List(|it| it.municipality), |_, _| json!({})),
        row::<com::ListIndicatorsRequest>(INDICATOR, "ListIndicators", Nothing, |_, _| json!({})),
        row::<com::QueryIndicatorRequest>(INDICATOR, "QueryIndicator", Count, |_, _| json!({"indicatorId": "ready_cases", "period": year()})),
        row::<com::ListIndicatorCasesRequest>(INDICATOR, "ListIndicatorCases", STAY, |_, _| json!({"indicatorId": "ready_cases", "period": year(), "pageSize": 1})),
        row::<acc::RecordAccessRequest>(ACCESS, "RecordAccess", Nothing, |_, _| json!({"entries": [{"at": TODAY}]})),
        row::<acc::OpenEmergencyAccessRequest>(ACCESS, "OpenEmergencyAccess", Nothing, |_, _| json!({"caseId": "0190163d-8694-739b-aea5-966c26f8ad90", "reason": "Medvetslös"})),
        row::<acc::FindEmergencyAccessRequest>(ACCESS, "FindEmergencyAccess", Nothing, |it, _| json!({"unit": it.social, "subjects": ["0190163d-8694-739b-aea5-966c26f8ad90"]})),
        row::<acc::WhoReadRequest>(ACCESS, "WhoRead", Person, |it, _| json!({"personId": person(it)})),
        row::<acc::GetPatientExtractRequest>(ACCESS, "GetPatientExtract", Person, |it, _| json!({"personId": person(it)})),
        row::<acc::ListAccessRequest>(ACCESS, "ListAccess", STAY, |_, _| json!({"pageSize": 500})),
        row::<dev::ListSignalsRequest>(DEVIATION, "ListSignals", STAY, |_, _| json!({"pageSize": 1})),
        row::<dev::ReadEventsRequest>(DEVIATION_FEED, "ReadEvents", STAY, |_, _| json!({"pageSize": 500})),
        row::<dev::FollowEventsRequest>(DEVIATION_FEED, "FollowEvents", STAY, |_, _| json!({})),
    ]
}

/// A file of units that says nothing.
const UNITS: &str = "hsa_id,name,kind,parent,municipality,law,specialty,hospital_group,valid_from,valid_to\n";

#[rustfmt::skip]
fn directory() -> Vec<Row> {
    vec![
        row::<dir::GetCalendarRequest>(DIRECTORY, "GetCalendar", Read, |it, _| json!({"hsaId": it.unit})),
        row::<dir::ImportUnitsRequest>(DIRECTORY, "ImportUnits", Nothing, |_, _| json!({"unitsCsv": UNITS, "validateOnly": true})),
        row::<dir::ListAssignmentsRequest>(DIRECTORY, "ListAssignments", List(|it| &it.assignment_id), |_, _| json!({"pageSize": 1})),
        row::<dir::ListRoutingRulesRequest>(DIRECTORY, "ListRoutingRules", List(|it| &it.rule_id), |_, _| json!({"pageSize": 1})),
        row::<dir::ListFunctionContactsRequest>(DIRECTORY, "ListFunctionContacts", List(|it| &it.address), |_, _| json!({"pageSize": 1})),
        row::<dir::ReadEventsRequest>(DIRECTORY_FEED, "ReadEvents", List(|it| &it.assignment_id), |_, _| json!({"pageSize": 500})),
        row::<dir::FollowEventsRequest>(DIRECTORY_FEED, "FollowEvents", List(|it| &it.assignment_id), |_, _| json!({})),
        row::<dir::AddUnitRequest>(DIRECTORY, "AddUnit", Settle, |it, _| json!({"unit": it.unit_named(&it.new_unit())})),
        row::<dir::ChangeUnitRequest>(DIRECTORY, "ChangeUnit", Settle, |it, _| json!({"unit": it.unit_named(it.social)})),
        row::<dir::CloseUnitRequest>(DIRECTORY, "CloseUnit", Settle, |it, _| json!({"hsaId": it.social, "closedOn": {"year": 2027, "month": 1, "day": 1}})),
        row::<dir::AssignPersonRequest>(DIRECTORY, "AssignPerson", Settle, |it, _| json!({"person": "SE2321000131-P000000000998", "unit": it.social, "role": "municipality"})),
        row::<dir::EndAssignmentRequest>(DIRECTORY, "EndAssignment", Change, |it, _| json!({"assignmentId": it.assignment_id})),
        row::<dir::SetRoutingRuleRequest>(DIRECTORY, "SetRoutingRule", Settle, |it, _| json!({"rule": {"municipality": it.municipality, "law": it.law(), "unit": it.social}})),
        row::<dir::EndRoutingRuleRequest>(DIRECTORY, "EndRoutingRule", Settle, |it, _| json!({"ruleId": it.rule_id})),
        row::<dir::SetOfficeHoursRequest>(DIRECTORY, "SetOfficeHours", Settle, |it, _| json!({"hours": {"municipality": it.municipality, "kind": "UNIT_KIND_MUNICIPAL", "week": [{"weekday": 1, "opens": "08:00", "closes": "16:30"}]}})),
        row::<dir::SetFunctionContactRequest>(DIRECTORY, "SetFunctionContact", Settle, |it, _| json!({"contact": {"unit": it.social, "function": "UNIT_FUNCTION_MANAGER", "addresses": ["chef@kommun.example"]}})),
    ]
}

#[rustfmt::skip]
fn readiness() -> Vec<Row> {
    vec![
        row::<rea::GetReadinessRequest>(READINESS, "GetReadiness", Read, |it, _| json!({"admissionId": it.admission_id})),
        row::<rea::ListReadyRequest>(READINESS, "ListReady", STAY, |_, _| json!({"pageSize": 1})),
        row::<rea::ReadEventsRequest>(READINESS_FEED, "ReadEvents", STAY, |_, _| json!({"pageSize": 500})),
        row::<rea::FollowEventsRequest>(READINESS_FEED, "FollowEvents", STAY, |_, _| json!({})),
        row::<rea::WithdrawReadinessRequest>(READINESS, "WithdrawReadiness", Change, |it, _| json!({"admissionId": it.admission_id, "reason": "WITHDRAWAL_REASON_REGISTERED_IN_ERROR"})),
        row::<rea::ConfirmReadinessRequest>(READINESS, "ConfirmReadiness", Change, |it, _| json!({"admissionId": it.admission_id, "assessedBy": "SE2321000131-P000000000102"})),
    ]
}

#[rustfmt::skip]
fn planning() -> Vec<Row> {
    vec![
        row::<pla::GetCaseRequest>(PLANNING, "GetCase", Read, |it, _| json!({"caseId": it.case_id})),
        row::<pla::ListCasesRequest>(PLANNING, "ListCases", List(|it| &it.case_id), |_, _| json!({"pageSize": 1})),
        row::<pla::ListInboxRequest>(PLANNING, "ListInbox", STAY, |_, _| json!({"pageSize": 1})),
        row::<pla::ReadEventsRequest>(PLANNING_FEED, "ReadEvents", STAY, |_, _| json!({"pageSize": 500})),
        row::<pla::FollowEventsRequest>(PLANNING_FEED, "FollowEvents", STAY, |_, _| json!({})),
        row::<pla::WatchCasesRequest>(PLANNING, "WatchCases", STAY, |_, _| json!({})),
        row::<pla::AcknowledgeNoticeRequest>(PLANNING, "AcknowledgeNotice", Change, |it, role| json!({"noticeId": it.notice(role), "acknowledgedBy": "SE2321000131-P000000000102"})),
        row::<pla::AddRecipientRequest>(PLANNING, "AddRecipient", Change, |it, _| json!({"caseId": it.case_id, "unit": "SE0000001480-E0004"})),
        row::<pla::RemoveRecipientRequest>(PLANNING, "RemoveRecipient", Change, |it, _| json!({"caseId": it.case_id, "unit": "SE0000001480-E0004"})),
        row::<pla::AssignCaseRequest>(PLANNING, "AssignCase", Change, |it, _| json!({"caseId": it.case_id, "officer": "SE0000001480-P0007", "assignedBy": "SE2321000131-P000000000102"})),
        row::<pla::SendCareRequestRequest>(PLANNING, "SendCareRequest", Nothing, |it, _| json!({"person": {"personId": person(it)}, "recipients": ["SE0000001480-E0004"]})),
        row::<pla::RecordConsentRequest>(PLANNING, "RecordConsent", Change, |it, _| json!({"caseId": it.case_id, "kind": "CONSENT_KIND_SIP", "decision": "CONSENT_DECISION_GIVEN", "basis": "CONSENT_BASIS_CONSENT", "givenBy": "CONSENT_GIVER_PATIENT", "decidedBy": "SE2321000131-P000000000102"})),
        row::<pla::AppointCareContactRequest>(PLANNING, "AppointCareContact", Change, |it, _| json!({"caseId": it.case_id, "person": "SE2321000131-P000000000205"})),
        row::<pla::DecideSipNeedRequest>(PLANNING, "DecideSipNeed", Change, |it, _| json!({"caseId": it.case_id, "decision": "SIP_NEED_DECISION_NEEDED", "decidedBy": "SE2321000131-P000000000102"})),
        row::<pla::AnswerPlanningRequest>(PLANNING, "AnswerPlanning", Change, |it, _| json!({"caseId": it.case_id, "law": "SERVICE_LAW_HSL", "ability": "ABILITY_CAN", "readyFrom": TODAY, "decision": "SERVICE_DECISION_NOT_REQUIRED", "answeredBy": "SE2321000131-P000000000102"})),
        row::<pla::ShareCurrentServicesRequest>(PLANNING, "ShareCurrentServices", Change, |it, _| json!({"caseId": it.case_id, "services": [{"kind": "SERVICE_KIND_HOME_CARE", "timesPerWeek": 14}], "sharedBy": "SE2321000131-P000000000102"})),
        row::<pla::SetRelatedPersonsRequest>(PLANNING, "SetRelatedPersons", Change, |it, _| json!({"caseId": it.case_id, "persons": [{"role": "RELATED_PERSON_ROLE_RELATIVE", "name": "Dottern"}], "recordedBy": "SE2321000131-P000000000102"})),
        row::<pla::SetOutpatientReadinessRequest>(PLANNING, "SetOutpatientReadiness", Change, |it, _| json!({"caseId": it.case_id, "ability": "ABILITY_CAN"})),
        row::<pla::ConfirmReceivingRequest>(PLANNING, "ConfirmReceiving", Change, |it, _| json!({"caseId": it.case_id, "receivesAt": TODAY, "confirmedBy": "SE2321000131-P000000000102"})),
        row::<pla::HandOverPatientSummaryRequest>(PLANNING, "HandOverPatientSummary", Change, |it, _| json!({"caseId": it.case_id, "handedOverAt": TODAY, "form": "SUMMARY_FORM_PAPER", "handedOverBy": "SE2321000131-P000000000102"})),
        row::<pla::TransferDischargeInformationRequest>(PLANNING, "TransferDischargeInformation", Change, |it, _| json!({"caseId": it.case_id, "items": [{"kind": "HAND_OVER_KIND_NURSING", "state": "HAND_OVER_STATE_GIVEN", "text": "Rapport"}], "transferredBy": "SE2321000131-P000000000102"})),
        row::<pla::RecordContactRequest>(PLANNING, "RecordContact", Change, |it, _| json!({"caseId": it.case_id, "with": "CONTACT_WITH_RELATIVE", "contactedAt": TODAY, "topic": "CONTACT_TOPIC_PLANNING", "text": "Dottern kommer", "contactedBy": "SE2321000131-P000000000102"})),
        row::<pla::SendMessageRequest>(PLANNING, "SendMessage", Change, |it, _| json!({"caseId": it.case_id, "kind": "MESSAGE_KIND_QUESTION", "text": "Vem hämtar?", "sentBy": "SE2321000131-P000000000102"})),
        row::<pla::CorrectMessageRequest>(PLANNING, "CorrectMessage", Change, |it, _| json!({"messageId": it.message_id, "text": "Vem hämtar, och när?", "correctedBy": "SE2321000131-P000000000102"})),
        row::<pla::SaveSipRequest>(PLANNING, "SaveSip", Change, |it, _| json!({"caseId": it.case_id, "plan": {"kind": "SIP_KIND_INDIVIDUAL_PLAN", "goals": ["Bo hemma"], "services": [{"what": "Hjälp hemma", "unit": it.social}], "responsibleUnit": it.social, "followUpOn": {"year": 2026, "month": 12, "day": 1}}})),
        // A plan is there among the changes only.
        row::<pla::PrintSipRequest>(PLANNING, "PrintSip", Change, |it, _| json!({"caseId": it.case_id})),
        row::<pla::ApproveSipRequest>(PLANNING, "ApproveSip", Change, |it, _| json!({"caseId": it.case_id, "version": 1, "approvedBy": "SE2321000131-P000000000102"})),
        row::<pla::RecordFollowUpRequest>(PLANNING, "RecordFollowUp", Change, |it, _| json!({"caseId": it.case_id, "heldAt": TODAY, "outcome": "FOLLOW_UP_OUTCOME_CONTINUES", "recordedBy": "SE2321000131-P000000000102"})),
        row::<pla::CloseSipRequest>(PLANNING, "CloseSip", Change, |it, _| json!({"caseId": it.case_id, "reason": "SIP_CLOSE_REASON_GOALS_MET"})),
        row::<pla::BookPlanningMeetingRequest>(PLANNING, "BookPlanningMeeting", Change, |it, _| json!({"caseId": it.case_id, "startsAt": TODAY, "form": "MEETING_FORM_VIDEO"})),
        row::<pla::InviteToSipRequest>(PLANNING, "InviteToSip", Change, |it, _| json!({"admissionId": it.admission_id, "startsAt": TODAY, "form": "MEETING_FORM_VIDEO", "invited": [it.social]})),
        row::<pla::AnswerSipInvitationRequest>(PLANNING, "AnswerSipInvitation", Change, |it, _| json!({"meetingId": it.meetings[2], "attendance": "ATTENDANCE_COMES", "answeredBy": "SE2321000131-P000000000102"})),
        row::<pla::RescheduleMeetingRequest>(PLANNING, "RescheduleMeeting", Change, |it, _| json!({"meetingId": it.meetings[0], "startsAt": TODAY})),
        row::<pla::CancelMeetingRequest>(PLANNING, "CancelMeeting", Change, |it, _| json!({"meetingId": it.meetings[1]})),
        row::<pla::RecordPlanningMeetingRequest>(PLANNING, "RecordPlanningMeeting", Change, |it, _| json!({"meetingId": it.meetings[0], "heldAt": TODAY, "form": "MEETING_FORM_VIDEO", "participants": [it.social]})),
        row::<pla::RecordSipMeetingRequest>(PLANNING, "RecordSipMeeting", Change, |it, _| json!({"meetingId": it.meetings[2], "heldAt": TODAY, "form": "MEETING_FORM_VIDEO", "participants": [it.social]})),
        row::<pla::RecordDecisionRequest>(PLANNING, "RecordDecision", Change, |it, _| json!({"caseId": it.case_id, "law": "SERVICE_LAW_SOL", "service": "SERVICE_KIND_HOME_CARE", "decision": "SERVICE_DECISION_DECLINED", "decidedAt": TODAY, "decidedBy": "SE2321000131-P000000000102"})),
        row::<pla::CloseCaseRequest>(PLANNING, "CloseCase", Change, |it, _| json!({"caseId": it.case_id, "closedBy": "SE2321000131-P000000000102"})),
        row::<pla::ReopenCaseRequest>(PLANNING, "ReopenCase", Change, |it, _| json!({"caseId": it.case_id, "reason": "REOPENING_REASON_MISTAKE", "reopenedBy": "SE2321000131-P000000000102"})),
        row::<pla::InterruptCaseRequest>(PLANNING, "InterruptCase", Change, |it, _| json!({"caseId": it.case_id, "reason": "INTERRUPTION_REASON_OTHER", "interruptedBy": "SE2321000131-P000000000102"})),
        row::<pla::BlankPatientDetailsRequest>(PLANNING, "BlankPatientDetails", Change, |it, _| json!({"caseId": it.request_id, "ground": "BLANKING_GROUND_RETENTION_ENDED", "decision": "Gallringsplan 7"})),
        // Last: nobody is called to a plan after it.
        row::<pla::WithdrawConsentRequest>(PLANNING, "WithdrawConsent", Change, |it, _| json!({"caseId": it.case_id, "kind": "CONSENT_KIND_SIP", "givenBy": "CONSENT_GIVER_PATIENT", "decidedBy": "SE2321000131-P000000000102"})),
    ]
}

#[rustfmt::skip]
fn admission() -> Vec<Row> {
    vec![
        row::<adm::GetAdmissionRequest>(ADMISSION, "GetAdmission", Read, |it, _| json!({"admissionId": it.admission_id})),
        row::<adm::ResolveRecipientsRequest>(ADMISSION, "ResolveRecipients", Read, |it, _| json!({"admissionId": it.admission_id})),
        row::<adm::ListAdmissionsRequest>(ADMISSION, "ListAdmissions", STAY, |_, _| json!({"pageSize": 1})),
        row::<adm::ReadEventsRequest>(ADMISSION_FEED, "ReadEvents", STAY, |_, _| json!({"pageSize": 500})),
        row::<adm::FollowEventsRequest>(ADMISSION_FEED, "FollowEvents", STAY, |_, _| json!({})),
        row::<adm::AdmitPatientRequest>(ADMISSION, "AdmitPatient", Act, |it, _| json!({"personId": person(it), "ward": it.unit, "admittedAt": TODAY, "admissionType": "ADMISSION_TYPE_PLANNED"})),
        row::<adm::CorrectAdmissionTimeRequest>(ADMISSION, "CorrectAdmissionTime", Change, |it, _| json!({"admissionId": it.admission_id, "admittedAt": "2026-09-14T05:00:00Z"})),
        row::<adm::RaiseQualityFlagRequest>(ADMISSION, "RaiseQualityFlag", Change, |it, _| json!({"admissionId": it.admission_id, "flag": "QUALITY_FLAG_IMPLAUSIBLE_TIME"})),
        row::<adm::AssessNeedsRequest>(ADMISSION, "AssessNeeds", Change, |it, _| json!({"admissionId": it.admission_id, "needsAssessment": {"socialServices": true, "assessedAt": TODAY, "assessedBy": "SE2321000131-P000000000102"}})),
        row::<adm::SendAdmissionNoticeRequest>(ADMISSION, "SendAdmissionNotice", Change, |it, _| json!({"admissionId": it.admission_id, "recipients": [it.social, it.clinic]})),
        row::<adm::ChangeExpectedDischargeRequest>(ADMISSION, "ChangeExpectedDischarge", Change, |it, _| json!({"admissionId": it.admission_id, "expectedDischarge": {"unknownYet": true}})),
        row::<adm::TransferPatientRequest>(ADMISSION, "TransferPatient", Change, |it, _| json!({"admissionId": it.admission_id, "ward": it.ward, "transferredAt": TODAY})),
        row::<adm::SendDischargeNoticeRequest>(ADMISSION, "SendDischargeNotice", Change, |it, _| json!({"admissionId": it.admission_id, "agreedAt": TODAY, "destination": "DESTINATION_HOME", "transport": "TRANSPORT_OWN", "receivedBy": "RECEIVER_RELATIVE"})),
        row::<adm::StartLeaveRequest>(ADMISSION, "StartLeave", Change, |it, _| json!({"admissionId": it.admission_id, "startedAt": TODAY})),
        row::<adm::EndLeaveRequest>(ADMISSION, "EndLeave", Change, |it, _| json!({"admissionId": it.admission_id, "endedAt": TODAY})),
        row::<adm::CancelMovementRequest>(ADMISSION, "CancelMovement", Change, |it, _| json!({"admissionId": it.admission_id, "kind": "MOVEMENT_KIND_LEAVE_END"})),
        row::<adm::ChangePatientDetailsRequest>(ADMISSION, "ChangePatientDetails", Change, |it, _| json!({"admissionId": it.admission_id, "name": "Tolvan Exempel"})),
        row::<adm::MergePatientsRequest>(ADMISSION, "MergePatients", Change, |it, _| json!({"surviving": person(it), "absorbed": person(it)})),
        row::<adm::DischargePatientRequest>(ADMISSION, "DischargePatient", Change, |it, _| json!({"admissionId": it.admission_id, "dischargedAt": TODAY, "destination": "DESTINATION_HOME"})),
        row::<adm::CancelDischargeRequest>(ADMISSION, "CancelDischarge", Change, |it, _| json!({"admissionId": it.admission_id})),
        row::<adm::RecordDeathRequest>(ADMISSION, "RecordDeath", Change, |it, _| json!({"admissionId": it.admission_id, "diedAt": TODAY})),
        row::<adm::VoidAdmissionRequest>(ADMISSION, "VoidAdmission", Change, |it, _| json!({"admissionId": it.admission_id, "reason": "VOID_REASON_CANCELLED"})),
        row::<adm::BlankPatientDetailsRequest>(ADMISSION, "BlankPatientDetails", Change, |it, _| json!({"admissionId": it.admission_id, "ground": "BLANKING_GROUND_CORRECTION", "decision": "Rättelse 12"})),
    ]
}

/// What takes units out of cases: after all else.
#[rustfmt::skip]
fn leaving() -> Vec<Row> {
    vec![
        row::<pla::ForwardNoticeRequest>(PLANNING, "ForwardNotice", Leave, |it, role| json!({"noticeId": it.notice(role), "unit": "SE0000001480-E0004", "forwardedBy": "SE2321000131-P000000000102"})),
        row::<pla::ReportMisdirectedRequest>(PLANNING, "ReportMisdirected", Leave, |it, role| json!({"noticeId": it.notice(role), "reportedBy": "SE2321000131-P000000000102"})),
    ]
}
