//! `hemgang import hl7`: every piece of the files gets exactly one outcome, and what has no effect yet is kept.

mod delivery;
mod import;
mod item;
mod kept;
mod source;
mod tally;
mod tokens;

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args as ClapArgs;

pub use self::source::Source;
use self::{
    import::{Import, NO_FILE},
    tally::{Class, Closing},
};
use crate::{
    import::verdict,
    output::{self, Output},
    progress::Progress,
    target::Target,
};

/// Arguments of `hemgang import hl7`.
#[derive(Debug, ClapArgs)]
#[command(after_help = HELP)]
pub struct Args {
    /// Files, folders with all below them, MLLP captures, or - for standard input. A folder of kept messages is
    /// replayed.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Read and map only: nothing is sent, nothing is kept, no server and no token are needed.
    #[arg(long)]
    dry_run: bool,
    /// Site mapping (TOML); the one of the demo's own senders when absent.
    #[arg(long, value_name = "FILE")]
    site: Option<PathBuf>,
    /// Folder for what is parked or refused; hemgang-kept, or the folder replayed, when absent.
    #[arg(long, value_name = "DIR")]
    kept: Option<PathBuf>,
    /// Form of the counts.
    #[arg(long, value_enum, default_value_t)]
    output: Output,
    /// URL of the services.
    #[arg(long, value_name = "URL", default_value = Target::LOCAL)]
    target: String,
    /// File with a token of the role gateway at the hospital that sent, or at one that its system speaks for, too.
    /// Given once for each sending system.
    #[arg(long, value_name = "FILE", required_unless_present = "dry_run")]
    token: Vec<PathBuf>,
}

const HELP: &str = "Outcomes:
  accepted   it had its effect, now or in an earlier import (--dry-run: it maps)
  repeated   the same content came before
  unchanged  it says nothing that is not known
  ignored    it is nothing to us
  parked     it waits for the mapping, for the admission of its visit, or behind an earlier message of it; kept
  refused    it is no message, or the services refuse it; kept. In a folder also what is no file, which is not opened

Beside the outcomes it is counted how many pieces bear an identity whose check digit fails, tell a local time that exists
twice or never, or tell a time that cannot be (the services alone know that); the stay shows it, too.

A piece under a control id (MSH-3, MSH-4, MSH-10) that another message of its sender had within the last 30 days, in this
import or in an earlier one into the same folder, has its effect as any other. It is told by file and place, and a copy
of it is kept until the folder is replayed. For that the folder remembers hashes of control ids and messages.

Kept pieces are single files, their bytes as they came, with a .reason beside each. Mend the mapping and name the
folder to replay them: a piece that succeeds leaves the folder, one that fails again stays once. Running the same
import again has no second effect.

Exit code: 0 when no piece is refused, 1 when pieces were refused or the import stopped before the end. What is parked
is not refused, and a dry run refuses nothing.

Examples:
  hemgang import hl7 messages/ --dry-run --site site.toml
  hemgang import hl7 capture.mllp --site site.toml --token gateway.token
  hemgang import hl7 hemgang-kept --site site.toml --token gateway.token --output json";

/// Runs the command.
pub async fn run(args: Args) -> Result<()> {
    let folder = kept_folder(&args)?;
    let mut import = Import::open(&args, folder)?;
    let sources = Source::list(&args.paths)?;
    let mut progress = Progress::new("import", sources.iter().map(Source::size).sum());
    let read = import.read_all(&sources, &mut progress).await;
    progress.end();
    for source in sources.iter().filter(|source| matches!(source, Source::NoFile(_))) {
        output::note(&format!("{} is {NO_FILE}", source.name()));
    }
    let closing = Closing {
        complete: read.is_ok(),
        dry_run: args.dry_run,
        folder: import.kept.folder().display().to_string(),
        kept: import.kept.len(),
    };
    import.tally.print(args.output, &closing)?;
    read?;
    verdict(import.tally.of(Class::Refused), "pieces", args.dry_run)
}

/// The folder named, or the one to be replayed: what fails again stays where it is.
fn kept_folder(args: &Args) -> Result<PathBuf> {
    let mut replayed = args.paths.iter().filter(|path| kept::is_kept(path));
    match (replayed.next(), replayed.next(), &args.kept) {
        (None, _, named) => Ok(named.clone().unwrap_or_else(|| PathBuf::from("hemgang-kept"))),
        (Some(_), Some(_), _) => bail!("only one folder of kept messages can be replayed at a time"),
        (Some(only), None, None) => Ok(only.clone()),
        (Some(only), None, Some(named)) => {
            if named.canonicalize().ok() != only.canonicalize().ok() {
                bail!("--kept: {} is replayed, so it is where messages are kept", only.display());
            }
            Ok(only.clone())
        }
    }
}
