//! Organisations and units, as they stand on a day. It never knows a patient.
//!
//! For now the directory is a dated file, compiled in or configured; every service of a process reads the same.

mod rpc;

use hemgang_core::directory::{Directory, DirectoryFault};
use hemgang_proto::directory::directory_service_server::DirectoryServiceServer;
use hemgang_runtime::{Built, Service};

/// The service.
pub const SERVICE: Service = Service {
    name: "directory",
    migrations: &[],
    build: |cx, routes| {
        routes.add_service(DirectoryServiceServer::new(rpc::Server(cx.clone())));
        Built { grpc: &["hemgang.directory.v1.DirectoryService"], ..Built::default() }
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
