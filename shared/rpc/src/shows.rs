//! Whose data an answer shows: what the access log keeps of it. An answer that is not listed here does not compile as
//! one of an RPC, so none can be forgotten.

use std::collections::BTreeSet;

use hemgang_proto::{access, admission, common, deviation, directory, planning, readiness};

/// The admissions, cases and patients that an answer shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Admissions.
    pub admissions: BTreeSet<String>,
    /// Cases.
    pub cases: BTreeSet<String>,
    /// Patients, where something is said or asked of them apart from any stay.
    pub patients: BTreeSet<String>,
}

impl Shown {
    /// Nobody's.
    pub fn is_empty(&self) -> bool {
        self.admissions.is_empty() && self.cases.is_empty() && self.patients.is_empty()
    }

    /// And this; an empty id is none. A case of an admission is told of by that: a person is found by their admissions,
    /// and a list of fifty would be a hundred rows of the log's index.
    pub fn add(&mut self, admission_id: &str, case_id: &str) {
        if !admission_id.is_empty() {
            self.admissions.insert(admission_id.to_owned());
        } else if !case_id.is_empty() {
            self.cases.insert(case_id.to_owned());
        }
    }
}

/// An answer of an RPC, or a part of one.
pub trait Shows {
    /// Adds whose data it shows.
    fn shows(&self, shown: &mut Shown);
}

impl<T: Shows> Shows for Option<T> {
    fn shows(&self, shown: &mut Shown) {
        if let Some(part) = self {
            part.shows(shown);
        }
    }
}

impl<T: Shows> Shows for Vec<T> {
    fn shows(&self, shown: &mut Shown) {
        for part in self {
            part.shows(shown);
        }
    }
}

impl Shows for admission::Admission {
    fn shows(&self, shown: &mut Shown) {
        shown.add(&self.admission_id, "");
    }
}

impl Shows for admission::ResolveRecipientsResponse {
    fn shows(&self, shown: &mut Shown) {
        shown.add(&self.admission_id, "");
    }
}

impl Shows for admission::MergePatientsResponse {
    fn shows(&self, shown: &mut Shown) {
        shown.patients.insert(self.patient_id.clone());
    }
}

impl Shows for readiness::Readiness {
    fn shows(&self, shown: &mut Shown) {
        shown.add(&self.admission_id, "");
    }
}

impl Shows for planning::Case {
    fn shows(&self, shown: &mut Shown) {
        shown.add(&self.admission_id, &self.case_id);
    }
}

impl Shows for planning::Notice {
    fn shows(&self, shown: &mut Shown) {
        shown.add(&self.admission_id, &self.case_id);
    }
}

impl Shows for planning::RecordConsentResponse {
    fn shows(&self, shown: &mut Shown) {
        shown.add(&self.admission_id, &self.case_id);
    }
}

impl Shows for planning::WithdrawConsentResponse {
    fn shows(&self, shown: &mut Shown) {
        shown.add(&self.admission_id, &self.case_id);
    }
}

impl Shows for planning::PrintSipResponse {
    fn shows(&self, shown: &mut Shown) {
        shown.add(&self.admission_id, &self.case_id);
    }
}

impl Shows for planning::ReportMisdirectedResponse {
    fn shows(&self, shown: &mut Shown) {
        shown.add("", &self.case_id);
    }
}

impl Shows for access::OpenEmergencyAccessResponse {
    fn shows(&self, shown: &mut Shown) {
        shown.add(&self.admission_id, &self.case_id);
    }
}

impl Shows for planning::Assignment {
    fn shows(&self, shown: &mut Shown) {
        shown.add("", &self.case_id);
    }
}

impl Shows for planning::Contact {
    fn shows(&self, shown: &mut Shown) {
        shown.add("", &self.case_id);
    }
}

impl Shows for planning::Message {
    fn shows(&self, shown: &mut Shown) {
        shown.add("", &self.case_id);
    }
}

impl Shows for planning::Meeting {
    fn shows(&self, shown: &mut Shown) {
        shown.add("", &self.case_id);
    }
}

impl Shows for deviation::Signal {
    fn shows(&self, shown: &mut Shown) {
        shown.add(&self.admission_id, "");
    }
}

impl Shows for common::IndicatorCase {
    fn shows(&self, shown: &mut Shown) {
        shown.add(&self.admission_id, &self.case_id);
    }
}

impl Shows for common::EventHeader {
    fn shows(&self, shown: &mut Shown) {
        shown.add(&self.admission_id, &self.case_id);
    }
}

/// Answers, each with its parts that show somebody's data.
macro_rules! answers {
    ($($package:ident: $($answer:ident[$($part:ident)?]),+;)+) => {
        $($(
            impl Shows for $package::$answer {
                fn shows(&self, shown: &mut Shown) {
                    // Of an answer without such a part nothing is added.
                    let _ = &shown;
                    $(self.$part.shows(shown);)?
                }
            }
        )+)+
    };
}

answers! {
    admission:
        AdmitPatientResponse[admission],
        AssessNeedsResponse[admission],
        BlankPatientDetailsResponse[admission],
        CancelDischargeResponse[admission],
        CancelMovementResponse[admission],
        ChangeExpectedDischargeResponse[admission],
        ChangePatientDetailsResponse[admission],
        CorrectAdmissionTimeResponse[admission],
        DischargePatientResponse[admission],
        EndLeaveResponse[admission],
        GetAdmissionResponse[admission],
        ListAdmissionsResponse[admissions],
        RaiseQualityFlagResponse[admission],
        RecordDeathResponse[admission],
        SendAdmissionNoticeResponse[admission],
        SendDischargeNoticeResponse[admission],
        StartLeaveResponse[admission],
        TransferPatientResponse[admission],
        VoidAdmissionResponse[admission];
    readiness:
        ConfirmReadinessResponse[readiness],
        GetReadinessResponse[readiness],
        ListReadyResponse[readiness],
        WithdrawReadinessResponse[readiness];
    planning:
        AcknowledgeNoticeResponse[notice],
        AddRecipientResponse[case],
        AnswerPlanningResponse[case],
        AnswerSipInvitationResponse[meeting],
        AppointCareContactResponse[case],
        ApproveSipResponse[case],
        AssignCaseResponse[assignment],
        BlankPatientDetailsResponse[case],
        BookPlanningMeetingResponse[meeting],
        CancelMeetingResponse[meeting],
        CloseCaseResponse[case],
        CloseSipResponse[case],
        ConfirmReceivingResponse[case],
        CorrectMessageResponse[message],
        DecideSipNeedResponse[case],
        ForwardNoticeResponse[notice],
        GetCaseResponse[case],
        HandOverPatientSummaryResponse[case],
        InterruptCaseResponse[case],
        InviteToSipResponse[meeting],
        ListCasesResponse[cases],
        ListInboxResponse[notices],
        RecordContactResponse[contact],
        RecordDecisionResponse[case],
        RecordFollowUpResponse[case],
        RecordPlanningMeetingResponse[meeting],
        RecordSipMeetingResponse[meeting],
        RemoveRecipientResponse[case],
        ReopenCaseResponse[case],
        RescheduleMeetingResponse[meeting],
        SaveSipResponse[case],
        SendCareRequestResponse[case],
        SendMessageResponse[message],
        SetOutpatientReadinessResponse[case],
        SetRelatedPersonsResponse[case],
        ShareCurrentServicesResponse[case],
        TransferDischargeInformationResponse[case];
    deviation: ListSignalsResponse[signals];
    // The directory knows no patient; what administrators change there is in the log all the same, by its events.
    directory:
        AddUnitResponse[],
        AssignPersonResponse[],
        ChangeUnitResponse[],
        CloseUnitResponse[],
        EndAssignmentResponse[],
        EndRoutingRuleResponse[],
        GetCalendarResponse[],
        GetUnitResponse[],
        ImportUnitsResponse[],
        ListAssignmentsResponse[],
        ListFunctionContactsResponse[],
        ListMunicipalitiesResponse[],
        ListRoutingRulesResponse[],
        ListUnitsResponse[],
        SetFunctionContactResponse[],
        SetOfficeHoursResponse[],
        SetRoutingRuleResponse[];
    common: ListIndicatorCasesResponse[cases];
    // The log of the log is made by its handlers: what `WhoRead` and `GetPatientExtract` show is what they found.
    access:
        FindEmergencyAccessResponse[],
        GetPatientExtractResponse[],
        ListAccessResponse[],
        RecordAccessResponse[],
        WhoReadResponse[];
}
