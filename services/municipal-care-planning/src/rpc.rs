//! `PlanningService`: one line an RPC, one file an RPC.

mod acknowledge_notice;
mod get_case;
mod list_cases;
mod list_inbox;
#[cfg(test)]
mod tests;
pub mod view;

use hemgang_proto::planning::{self as pb, planning_service_server::PlanningService};
use hemgang_rpc::Context;

/// Answers `PlanningService`.
pub struct Server(pub Context);

hemgang_rpc::serve! {
    PlanningService,
    commands {
        acknowledge_notice(AcknowledgeNoticeRequest) -> AcknowledgeNoticeResponse,
    }
    reads {
        list_inbox(ListInboxRequest) -> ListInboxResponse,
        get_case(GetCaseRequest) -> GetCaseResponse,
        list_cases(ListCasesRequest) -> ListCasesResponse,
    }
}
