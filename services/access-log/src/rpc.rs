//! `AccessLogService`: one line an RPC, one file an RPC.

mod find_emergency_access;
mod get_patient_extract;
mod list_access;
mod open_emergency_access;
pub mod person;
mod record_access;
mod who_read;

use hemgang_proto::access::{self as pb, access_log_service_server::AccessLogService};

use crate::Log;

/// Answers `AccessLogService`.
pub struct Server(pub Log);

hemgang_rpc::serve! {
    AccessLogService,
    commands {
        open_emergency_access(OpenEmergencyAccessRequest) -> OpenEmergencyAccessResponse,
    }
    reads {
        record_access(RecordAccessRequest) -> RecordAccessResponse,
        who_read(WhoReadRequest) -> WhoReadResponse,
        list_access(ListAccessRequest) -> ListAccessResponse,
        find_emergency_access(FindEmergencyAccessRequest) -> FindEmergencyAccessResponse,
        get_patient_extract(GetPatientExtractRequest) -> GetPatientExtractResponse,
    }
}
