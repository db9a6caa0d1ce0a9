//! `hemgang import episodes`: history of a system that was used before, so that figures survive the change.

mod columns;
mod delivery;
mod import;
mod requests;
mod row;
mod steps;

use std::path::PathBuf;

use anyhow::Result;
use clap::Args as ClapArgs;

use self::import::Import;
use super::rows::{Options, columns::described, tally::Closing};
use crate::{import::verdict, progress::Progress};

/// Arguments of `hemgang import episodes`.
#[derive(Debug, ClapArgs)]
#[command(after_help = help())]
pub struct Args {
    /// CSV with one row an episode. A file of refused rows is imported again and keeps what is refused still.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    options: Options,
}

const OUTCOMES: &str = "Outcomes:
  accepted  it has its effect now (--dry-run: it can be read)
  repeated  it had its effect in an earlier import
  refused   it cannot be read, or the services refuse it; kept with every reason

Times are ISO 8601, with an offset or in Swedish time (2024-03-05 08:00); of an hour that comes twice the first is
taken. They are kept as they were: figures count by them, no deadline is opened and nobody has to acknowledge. Columns
may stand in any order; steps that did not happen are left empty, and their columns may be absent.

Refused rows go to a file of the same form, with their reasons in a first column. Mend them there and import that file:
what succeeds leaves it. Running the same import again has no second effect. docs/import-episodes.md tells more.

Exit code: 0 when no row is refused, 1 when rows were refused or the import stopped before the end. A dry run refuses
nothing.

Examples:
  hemgang import episodes history.csv --dry-run
  hemgang import episodes history.csv --token ehr.token --token other-hospital.token
  hemgang import episodes history.refused.csv --token ehr.token --output json";

fn help() -> String {
    format!("{}\n{OUTCOMES}", described(columns::COLUMNS))
}

/// Runs the command.
pub async fn run(args: Args) -> Result<()> {
    let mut import = Import::open(&args)?;
    let mut progress = Progress::new("import", import.size());
    let read = import.read_all(&mut progress).await;
    progress.end();
    let closing = Closing {
        complete: read.is_ok(),
        dry_run: args.options.dry_run,
        file: import.kept.path().display().to_string(),
        kept: import.kept.close(read.is_ok())?,
    };
    import.tally.print(args.options.output, &closing)?;
    read?;
    verdict(import.tally.refused, "rows", args.options.dry_run)
}
