//! Deviations between parties: what the detectors see in the feeds. It never blames a person.
//!
//! Admission is followed, and planning for who takes part; readiness when a detector rests on it.

mod domain;
mod due;
mod follow;
mod rpc;
mod store;
#[cfg(test)]
mod tests;

use hemgang_db::Migration;
use hemgang_feed::FeedServer;
use hemgang_proto::deviation::{
    deviation_feed_service_server::DeviationFeedServiceServer,
    deviation_service_server::DeviationServiceServer,
};
use hemgang_runtime::{Built, Following, Service};

/// The service.
pub const SERVICE: Service = Service {
    name: "deviation",
    migrations: &[Migration {
        version: 100,
        name: "deviation",
        sql: include_str!("../migrations/0100_deviation.sql"),
    }],
    build: |cx, routes| {
        routes.add_service(DeviationServiceServer::new(rpc::Server(cx.clone())));
        routes.add_service(DeviationFeedServiceServer::new(FeedServer::new(cx)));
        Built {
            grpc: &["hemgang.deviation.v1.DeviationService", "hemgang.deviation.v1.DeviationFeedService"],
            follows: vec![Following::of(follow::Admissions), Following::of(follow::planning::Planning)],
            duties: vec![Box::new(due::admission_notice::AdmissionNotice), Box::new(due::sip_call::SipCall)],
            ..Built::default()
        }
    },
};
