//! `hemgang import`: what other systems wrote, into running services.

mod hl7;

use anyhow::Result;
use clap::Subcommand;

/// What to import.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read HL7 v2 messages: every one gets an outcome, and what has no effect yet is kept.
    Hl7(hl7::Args),
}

/// Runs the command.
pub async fn run(command: Command) -> Result<()> {
    match command {
        Command::Hl7(args) => hl7::run(args).await,
    }
}
