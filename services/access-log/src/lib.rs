//! Who read or changed which person's data. Entries are chained, heads signed; it is never on the way of a write.
//!
//! What is shown is written here before it leaves ([`hemgang_rpc::AccessLog`]); what is changed is copied from the
//! feeds, where the change itself has put who asked for it.

mod chain;
mod domain;
mod follow;
mod index;
mod rpc;
mod store;
#[cfg(test)]
mod tests;
pub mod verify;

use std::ops::Deref;

use hemgang_db::Migration;
use hemgang_proto::{
    access::access_log_service_server::AccessLogServiceServer, deviation::DeviationEvent,
    directory::DirectoryEvent, readiness::ReadinessEvent,
};
use hemgang_rpc::Context;
use hemgang_runtime::{Built, Following, Service};

use crate::chain::Chain;

/// The service.
pub const SERVICE: Service = Service {
    name: "access",
    migrations: MIGRATIONS,
    build: |cx, routes| {
        let log = Log { cx: cx.clone(), chain: Chain::start(cx) };
        let chain = || log.chain.clone();
        let follows = vec![
            Following::of(follow::Admissions(chain())),
            Following::of(follow::Other::<ReadinessEvent>::of(chain())),
            Following::of(follow::Cases(chain())),
            Following::of(follow::Other::<DeviationEvent>::of(chain())),
            Following::of(follow::Other::<DirectoryEvent>::of(chain())),
        ];
        routes.add_service(AccessLogServiceServer::new(rpc::Server(log)));
        Built { grpc: &["hemgang.access.v1.AccessLogService"], follows, ..Built::default() }
    },
};

/// The schema, for whoever reads the log without the service, as `hemgang audit verify` does.
pub const MIGRATIONS: &[Migration] =
    &[Migration { version: 100, name: "access", sql: include_str!("../migrations/0100_access.sql") }];

/// What a handler works with: what every one does, and the chain.
#[derive(Clone)]
struct Log {
    cx: Context,
    chain: Chain,
}

impl Deref for Log {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.cx
    }
}
