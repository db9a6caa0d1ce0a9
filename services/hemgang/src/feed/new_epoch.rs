//! `hemgang feed new-epoch`: after a restore from a copy, so that followers forget what the copy does not hold.

use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use hemgang_db::Storage;

use super::Place;
use crate::{output, suite};

/// Arguments of `hemgang feed new-epoch`.
#[derive(Debug, ClapArgs)]
#[command(after_help = HELP)]
pub struct Args {
    /// The service whose database was restored.
    #[arg(value_name = "SERVICE", value_parser = suite::names_with_feeds())]
    service: String,
    #[command(flatten)]
    place: Place,
}

const HELP: &str =
    "Run it once after a restore, before the service starts again. Its followers then make their
projections anew by themselves; what they have told and delivered stands.

Exit code: 0 when the next start begins a new epoch, 1 when it cannot be told, 2 for usage.

Examples:
  hemgang feed new-epoch admission
  hemgang feed new-epoch admission --database-url postgres://user@host/hemgang";

/// Runs the command.
pub async fn run(args: &Args) -> Result<()> {
    let config = args.place.config()?;
    let service = suite::named(std::slice::from_ref(&args.service)).pop().context("no such service")?;
    let storage = Storage::open(config.database.url.as_str())?;
    let head = storage.begin_epoch(service.name, service.migrations).await?;
    output::line(&format!("{} goes on after event {head} in a new epoch", service.name))
}
