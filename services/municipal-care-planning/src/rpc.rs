//! `PlanningService`: one line an RPC, one file an RPC.

mod acknowledge_notice;
mod add_recipient;
mod answer_planning;
mod answer_sip_invitation;
mod appoint_care_contact;
mod approve_sip;
mod arrange;
mod assign_case;
mod blank_patient_details;
mod book_planning_meeting;
mod cancel_meeting;
mod close_case;
mod close_sip;
mod confirm_receiving;
mod consent;
mod correct_message;
mod decide_sip_need;
mod ending;
mod forward_notice;
mod get_case;
mod hand_over_patient_summary;
mod interrupt_case;
mod invite_to_sip;
mod invitees;
mod key;
mod list_cases;
mod list_inbox;
mod meeting;
mod message;
mod person;
mod print_sip;
mod recipients;
mod record_consent;
mod record_contact;
mod record_decision;
mod record_follow_up;
mod record_planning_meeting;
mod record_sip_meeting;
mod remove_recipient;
mod reopen_case;
mod report_misdirected;
mod reschedule_meeting;
mod save_sip;
mod send_care_request;
mod send_message;
mod set_outpatient_readiness;
mod set_related_persons;
mod share_current_services;
mod sip;
#[cfg(test)]
mod tests;
mod transfer_discharge_information;
pub mod view;
mod watch_cases;
mod withdraw_consent;

use hemgang_feed::FeedServer;
use hemgang_proto::planning::{self as pb, PlanningEvent, planning_service_server::PlanningService};
use hemgang_rpc::Context;

/// Answers `PlanningService`.
pub struct Server(pub Context, pub FeedServer<PlanningEvent>);

hemgang_rpc::serve! {
    PlanningService,
    commands {
        acknowledge_notice(AcknowledgeNoticeRequest) -> AcknowledgeNoticeResponse,
        report_misdirected(ReportMisdirectedRequest) -> ReportMisdirectedResponse,
        forward_notice(ForwardNoticeRequest) -> ForwardNoticeResponse,
        add_recipient(AddRecipientRequest) -> AddRecipientResponse,
        remove_recipient(RemoveRecipientRequest) -> RemoveRecipientResponse,
        assign_case(AssignCaseRequest) -> AssignCaseResponse,
        send_care_request(SendCareRequestRequest) -> SendCareRequestResponse,
        blank_patient_details(BlankPatientDetailsRequest) -> BlankPatientDetailsResponse,
        record_consent(RecordConsentRequest) -> RecordConsentResponse,
        withdraw_consent(WithdrawConsentRequest) -> WithdrawConsentResponse,
        appoint_care_contact(AppointCareContactRequest) -> AppointCareContactResponse,
        decide_sip_need(DecideSipNeedRequest) -> DecideSipNeedResponse,
        answer_planning(AnswerPlanningRequest) -> AnswerPlanningResponse,
        record_decision(RecordDecisionRequest) -> RecordDecisionResponse,
        interrupt_case(InterruptCaseRequest) -> InterruptCaseResponse,
        close_case(CloseCaseRequest) -> CloseCaseResponse,
        reopen_case(ReopenCaseRequest) -> ReopenCaseResponse,
        share_current_services(ShareCurrentServicesRequest) -> ShareCurrentServicesResponse,
        set_related_persons(SetRelatedPersonsRequest) -> SetRelatedPersonsResponse,
        set_outpatient_readiness(SetOutpatientReadinessRequest) -> SetOutpatientReadinessResponse,
        confirm_receiving(ConfirmReceivingRequest) -> ConfirmReceivingResponse,
        hand_over_patient_summary(HandOverPatientSummaryRequest) -> HandOverPatientSummaryResponse,
        transfer_discharge_information(TransferDischargeInformationRequest) -> TransferDischargeInformationResponse,
        record_contact(RecordContactRequest) -> RecordContactResponse,
        send_message(SendMessageRequest) -> SendMessageResponse,
        correct_message(CorrectMessageRequest) -> CorrectMessageResponse,
        save_sip(SaveSipRequest) -> SaveSipResponse,
        approve_sip(ApproveSipRequest) -> ApproveSipResponse,
        record_follow_up(RecordFollowUpRequest) -> RecordFollowUpResponse,
        close_sip(CloseSipRequest) -> CloseSipResponse,
        book_planning_meeting(BookPlanningMeetingRequest) -> BookPlanningMeetingResponse,
        invite_to_sip(InviteToSipRequest) -> InviteToSipResponse,
        answer_sip_invitation(AnswerSipInvitationRequest) -> AnswerSipInvitationResponse,
        reschedule_meeting(RescheduleMeetingRequest) -> RescheduleMeetingResponse,
        cancel_meeting(CancelMeetingRequest) -> CancelMeetingResponse,
        record_planning_meeting(RecordPlanningMeetingRequest) -> RecordPlanningMeetingResponse,
        record_sip_meeting(RecordSipMeetingRequest) -> RecordSipMeetingResponse,
    }
    reads {
        list_inbox(ListInboxRequest) -> ListInboxResponse,
        get_case(GetCaseRequest) -> GetCaseResponse,
        list_cases(ListCasesRequest) -> ListCasesResponse,
        print_sip(PrintSipRequest) -> PrintSipResponse,
    }
    streams {
        watch_cases(WatchCasesRequest) -> WatchCasesStream of WatchCasesResponse,
    }
}
