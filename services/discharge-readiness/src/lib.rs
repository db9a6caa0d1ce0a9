//! Readiness for discharge: the physician's judgement, its withdrawal, the clock, and the same-day rate.

mod domain;
mod error;
mod follow;
mod indicators;
mod rpc;
mod store;

use hemgang_db::Migration;
use hemgang_feed::FeedServer;
use hemgang_proto::readiness::{
    readiness_feed_service_server::ReadinessFeedServiceServer,
    readiness_service_server::ReadinessServiceServer,
};
use hemgang_runtime::{Built, Following, Service};

/// The service.
pub const SERVICE: Service = Service {
    name: "readiness",
    migrations: &[Migration {
        version: 100,
        name: "readiness",
        sql: include_str!("../migrations/0100_readiness.sql"),
    }],
    build: |cx, routes| {
        routes.add_service(ReadinessServiceServer::new(rpc::Server(cx.clone())));
        routes.add_service(ReadinessFeedServiceServer::new(FeedServer::new(cx)));
        Built {
            grpc: &["hemgang.readiness.v1.ReadinessService", "hemgang.readiness.v1.ReadinessFeedService"],
            follows: vec![Following::of(follow::Admission), Following::of(follow::planning::Planning)],
            indicators: indicators::all(),
            ..Built::default()
        }
    },
};
