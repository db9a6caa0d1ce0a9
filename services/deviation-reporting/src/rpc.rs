//! `DeviationService`: one line an RPC, one file an RPC.

mod list_signals;

use hemgang_proto::deviation::{self as pb, deviation_service_server::DeviationService};
use hemgang_rpc::Context;

/// Answers `DeviationService`.
pub struct Server(pub Context);

hemgang_rpc::serve! {
    DeviationService,
    commands {}
    reads {
        list_signals(ListSignalsRequest) -> ListSignalsResponse,
    }
}
