//! Organisations and units, as they stand on a day, who works there, and whom municipalities want to be told. It never
//! knows a patient.
//!
//! What is told here holds in every service by the feed: each process keeps the directory that it decides by.

mod domain;
mod error;
mod rpc;
mod seed;
mod store;

use hemgang_core::directory::{Directory, DirectoryFault};
use hemgang_db::Migration;
use hemgang_feed::FeedServer;
use hemgang_proto::directory::{
    directory_feed_service_server::DirectoryFeedServiceServer,
    directory_service_server::DirectoryServiceServer,
};
use hemgang_runtime::{Built, Service};

/// The service.
pub const SERVICE: Service = Service {
    name: "directory",
    migrations: &[Migration {
        version: 100,
        name: "directory",
        sql: include_str!("../migrations/0100_directory.sql"),
    }],
    build: |cx, routes| {
        routes.add_service(DirectoryServiceServer::new(rpc::Server(cx.clone())));
        routes.add_service(DirectoryFeedServiceServer::new(FeedServer::new(cx)));
        Built {
            grpc: &["hemgang.directory.v1.DirectoryService", "hemgang.directory.v1.DirectoryFeedService"],
            ready: Some(|cx| Box::pin(seed::first_rows(cx))),
            ..Built::default()
        }
    },
};

/// Units, when no file is configured: the county's hospitals and municipalities with invented units.
pub const UNITS: &str = include_str!("../data/units.csv");

/// The 49 municipalities, when no file is configured.
pub const MUNICIPALITIES: &str = include_str!("../data/municipalities.csv");

/// The directory that is compiled in.
///
/// # Errors
/// When the files are wrong, which a test excludes.
pub fn compiled_in() -> Result<Directory, DirectoryFault> {
    Directory::read(UNITS.as_bytes(), MUNICIPALITIES.as_bytes())
}
