//! Talking to running services: where, and with which token.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use hemgang_rpc::Peer;
use tonic::Status;
use tonic_types::StatusExt as _;

/// Arguments of every command that talks to running services.
#[derive(Debug, ClapArgs)]
pub struct Target {
    /// URL of the services.
    #[arg(long, value_name = "URL", default_value = Target::LOCAL)]
    target: String,
    /// File with a token.
    #[arg(long, value_name = "FILE")]
    token: PathBuf,
}

impl Target {
    /// Where services listen that were told nothing else.
    pub const LOCAL: &str = "http://127.0.0.1:50051";

    /// Services at a URL, with the token of a file.
    pub fn new(target: String, token: PathBuf) -> Self {
        Self { target, token }
    }

    /// A peer with the token.
    pub fn peer(&self) -> Result<Peer> {
        fs::read_to_string(&self.token)
            .with_context(|| format!("{} cannot be read", self.token.display()))?;
        let token = hemgang_runtime::token_file(self.token.clone());
        hemgang_runtime::remote(&self.target, token).with_context(|| format!("{} is no URL", self.target))
    }
}

/// What a refusal says, for a person at a terminal.
pub fn told(status: &Status) -> anyhow::Error {
    let details = status.get_error_details();
    let reason = details.error_info().map(|said| format!(" ({})", said.reason)).unwrap_or_default();
    let fields = details.bad_request().map(|bad| bad.field_violations.clone()).unwrap_or_default();
    let lines = fields.iter().map(|violation| format!("{}: {}", violation.field, violation.description));
    let lines = [format!("{}{reason}", status.message())].into_iter().chain(lines);
    anyhow::anyhow!(lines.collect::<Vec<_>>().join("\n  "))
}
