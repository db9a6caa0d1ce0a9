//! Cases as the receiving parties see them: what was delivered to whom, who has taken note, and when they met.

mod domain;
mod due;
mod error;
mod follow;
mod indicators;
mod protection;
mod remind;
mod rpc;
mod store;
#[cfg(test)]
mod tests;

use hemgang_db::Migration;
use hemgang_feed::FeedServer;
use hemgang_proto::planning::{
    planning_feed_service_server::PlanningFeedServiceServer, planning_service_server::PlanningServiceServer,
};
use hemgang_runtime::{Built, Following, Service};

/// The service.
pub const SERVICE: Service = Service {
    name: "planning",
    migrations: &[Migration {
        version: 100,
        name: "planning",
        sql: include_str!("../migrations/0100_planning.sql"),
    }],
    build: |cx, routes| {
        let feed = FeedServer::new(cx);
        routes.add_service(PlanningServiceServer::new(rpc::Server(cx.clone(), feed.clone())));
        routes.add_service(PlanningFeedServiceServer::new(feed));
        Built {
            grpc: &["hemgang.planning.v1.PlanningService", "hemgang.planning.v1.PlanningFeedService"],
            indicators: indicators::all(),
            duties: vec![Box::new(due::receipt::Receipt), Box::new(due::homecoming::HomecomingContact)],
            tasks: vec![remind::run],
            follows: vec![Following::of(follow::AdmissionFollower), Following::of(follow::ReadinessFollower)],
            ..Built::default()
        }
    },
};
