//! Runs services: one or all of them in one process, over sockets or without.

mod config;
mod listen;
mod process;
mod service;
mod telemetry;
mod url;

pub use config::{
    AccessLogKey, Auth, Config, ConfigError, DirectoryFiles, Listen, PeerUrls, Peers, Retention,
    StorageConfig, Telemetry,
};
pub use listen::{ListenError, Listening, bind, remote, serve, token_file};
pub use process::{Process, Settings, StartError};
pub use service::{Built, Following, Readying, Service, Task};
pub use telemetry::start as start_telemetry;
pub use url::Url;
