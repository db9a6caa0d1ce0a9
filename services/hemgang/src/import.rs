//! `hemgang import`: what other systems wrote, into running services.

mod contacts;
mod directory;
mod episodes;
pub mod hl7;
pub mod patience;
pub mod rows;
pub mod tokens;

use anyhow::{Result, bail};
use clap::Subcommand;

/// What to import.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Import HL7 v2 messages: every one gets an outcome, and what has no effect yet is kept.
    Hl7(hl7::Args),
    /// Import episodes of a system that was used before, so that figures survive the change.
    Episodes(episodes::Args),
    /// Import units and municipalities into the directory: all of a file, or nothing.
    Directory(directory::Args),
    /// Import where functions at units are reached, for reminders of what nobody has read.
    Contacts(contacts::Args),
}

/// Runs the command.
pub async fn run(command: Command) -> Result<()> {
    match command {
        Command::Hl7(args) => hl7::run(args).await,
        Command::Episodes(args) => episodes::run(args).await,
        Command::Directory(args) => directory::run(args).await,
        Command::Contacts(args) => contacts::run(args).await,
    }
}

/// The rule of every import's exit code: 1 where something was refused. What is parked waits for a mapping or a message,
/// and a dry run only says what would become of each.
pub fn verdict(refused: u64, what: &str, dry_run: bool) -> Result<()> {
    if refused > 0 && !dry_run {
        bail!("{refused} {what} were refused")
    }
    Ok(())
}
