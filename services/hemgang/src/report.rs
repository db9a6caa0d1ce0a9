//! `hemgang report`: figures from running services.

mod indicator;

pub use indicator::number;

use anyhow::Result;
use clap::Subcommand;

/// What to report.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// An indicator for a period; without an id, the catalogue.
    Indicator(indicator::Args),
}

/// Runs the command.
pub async fn run(command: Command) -> Result<()> {
    match command {
        Command::Indicator(args) => indicator::run(args).await,
    }
}
