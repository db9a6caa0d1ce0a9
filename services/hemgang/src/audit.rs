//! `hemgang audit`: proves the access log, and asks it who read a person's data.

mod verify;
mod who_read;

use anyhow::Result;
use clap::Subcommand;

/// What to do with the access log.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Prove that no entry was removed, altered, inserted or moved since it was written.
    Verify(verify::Args),
    /// List who read or changed one person's data at the token's organisation.
    WhoRead(who_read::Args),
}

/// Runs the command.
pub async fn run(command: Command) -> Result<()> {
    match command {
        Command::Verify(args) => verify::run(&args).await,
        Command::WhoRead(args) => who_read::run(&args).await,
    }
}
