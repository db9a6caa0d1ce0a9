//! `hemgang import`: what other systems wrote, into running services.

mod episodes;
mod hl7;
mod patience;
mod tokens;

use anyhow::Result;
use clap::Subcommand;

/// What to import.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read HL7 v2 messages: every one gets an outcome, and what has no effect yet is kept.
    Hl7(hl7::Args),
    /// Read episodes of a system that was used before, so that figures survive the change.
    Episodes(episodes::Args),
}

/// Runs the command.
pub async fn run(command: Command) -> Result<()> {
    match command {
        Command::Hl7(args) => hl7::run(args).await,
        Command::Episodes(args) => episodes::run(args).await,
    }
}
