//! `AdmissionService`: one line an RPC, one file an RPC.

mod admit_again;
mod admit_patient;
mod assess_needs;
mod blank_patient_details;
mod cancel_discharge;
mod cancel_movement;
mod change_expected_discharge;
mod change_patient_details;
mod correct_admission_time;
mod discharge_patient;
mod end_leave;
mod get_admission;
mod list_admissions;
mod merge_patients;
mod movement;
mod raise_quality_flag;
mod record_death;
mod resolve_recipients;
mod send_admission_notice;
mod send_discharge_notice;
mod sight;
mod start_leave;
mod stay;
#[cfg(test)]
mod tests;
mod transfer_patient;
mod view;
mod void_admission;

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::admission::{
    self as pb, AdmissionEvent, admission_event::Event, admission_service_server::AdmissionService,
};
use hemgang_rpc::{Call, Context, Entry, Failure};
use jiff::Timestamp;

use crate::{domain::episode::Episode, error::Error, store};

/// Answers `AdmissionService`.
pub struct Server(pub Context);

hemgang_rpc::serve! {
    AdmissionService,
    commands {
        admit_patient(AdmitPatientRequest) -> AdmitPatientResponse,
        correct_admission_time(CorrectAdmissionTimeRequest) -> CorrectAdmissionTimeResponse,
        raise_quality_flag(RaiseQualityFlagRequest) -> RaiseQualityFlagResponse,
        assess_needs(AssessNeedsRequest) -> AssessNeedsResponse,
        send_admission_notice(SendAdmissionNoticeRequest) -> SendAdmissionNoticeResponse,
        change_expected_discharge(ChangeExpectedDischargeRequest) -> ChangeExpectedDischargeResponse,
        transfer_patient(TransferPatientRequest) -> TransferPatientResponse,
        send_discharge_notice(SendDischargeNoticeRequest) -> SendDischargeNoticeResponse,
        discharge_patient(DischargePatientRequest) -> DischargePatientResponse,
        start_leave(StartLeaveRequest) -> StartLeaveResponse,
        end_leave(EndLeaveRequest) -> EndLeaveResponse,
        cancel_movement(CancelMovementRequest) -> CancelMovementResponse,
        record_death(RecordDeathRequest) -> RecordDeathResponse,
        cancel_discharge(CancelDischargeRequest) -> CancelDischargeResponse,
        void_admission(VoidAdmissionRequest) -> VoidAdmissionResponse,
        change_patient_details(ChangePatientDetailsRequest) -> ChangePatientDetailsResponse,
        merge_patients(MergePatientsRequest) -> MergePatientsResponse,
        blank_patient_details(BlankPatientDetailsRequest) -> BlankPatientDetailsResponse,
    }
    reads {
        get_admission(GetAdmissionRequest) -> GetAdmissionResponse,
        list_admissions(ListAdmissionsRequest) -> ListAdmissionsResponse,
        resolve_recipients(ResolveRecipientsRequest) -> ResolveRecipientsResponse,
    }
}

/// The episode that a command is about: there, visible, and at the caller's etag.
async fn load(cx: &Context, call: &Call, id: AdmissionId, etag: &str) -> Result<Episode, Error> {
    let episode = visible(cx, call, id).await?;
    call.expect_etag(etag, episode.version)?;
    Ok(episode)
}

/// One episode that the caller may see.
async fn visible(cx: &Context, call: &Call, id: AdmissionId) -> Result<Episode, Failure> {
    let absent = || Failure::NotFound { resource: "admission", name: id.to_string() };
    let episode = store::episode::get(&cx.db, id).await?.ok_or_else(absent)?;
    call.see(&episode.audience(), "admission", id)?;
    Ok(episode)
}

/// The new state with the event that led to it.
fn change(
    cx: &Context,
    call: &Call,
    episode: &Episode,
    (occurred_at, entry): (Timestamp, Option<Entry>),
    event: Event,
) -> Result<Change, Failure> {
    let telling = Telling::by(cx, call, episode.admission_id, occurred_at, episode.audience()).entered(entry);
    Ok(Change::new().replace(episode).tell(telling.event::<AdmissionEvent>(event)?))
}
