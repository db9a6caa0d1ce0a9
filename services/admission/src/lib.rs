//! The inpatient episode: admit, assess, notify, move, discharge. It never decides readiness.

mod domain;
mod due;
mod error;
mod follow;
mod indicators;
mod rpc;
mod store;

use hemgang_db::Migration;
use hemgang_feed::FeedServer;
use hemgang_proto::admission::{
    admission_feed_service_server::AdmissionFeedServiceServer,
    admission_service_server::AdmissionServiceServer,
};
use hemgang_runtime::{Built, Following, Service};

/// The service.
pub const SERVICE: Service = Service {
    name: "admission",
    migrations: &[Migration {
        version: 100,
        name: "admission",
        sql: include_str!("../migrations/0100_admission.sql"),
    }],
    build: |cx, routes| {
        routes.add_service(AdmissionServiceServer::new(rpc::Server(cx.clone())));
        routes.add_service(AdmissionFeedServiceServer::new(FeedServer::new(cx)));
        Built {
            grpc: &["hemgang.admission.v1.AdmissionService", "hemgang.admission.v1.AdmissionFeedService"],
            follows: vec![Following::of(follow::Planning)],
            duties: vec![
                Box::new(due::forget_person::ForgetPerson),
                Box::new(due::forget_statement::ForgetStatement),
            ],
            indicators: indicators::all(),
            ..Built::default()
        }
    },
};
