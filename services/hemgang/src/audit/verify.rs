//! `hemgang audit verify`: the whole log is read, and every row that is not as it was written is named.

use anyhow::{Result, bail};
use clap::Args as ClapArgs;
use hemgang_access_log::{
    MIGRATIONS, SERVICE,
    verify::{Fault, What, verify},
};
use hemgang_db::Storage;

use crate::{feed::Place, output, suite};

/// Arguments of `hemgang audit verify`.
#[derive(Debug, ClapArgs)]
#[command(after_help = HELP)]
pub struct Args {
    /// Digest of a checkpoint that was kept elsewhere, which must be there still.
    #[arg(long, value_name = "DIGEST")]
    kept: Option<String>,
    /// Form of the faults.
    #[arg(long, value_enum, default_value_t)]
    output: output::Output,
    #[command(flatten)]
    place: Place,
}

const HELP: &str = "Works on the database, with the key that signs the log (access_log.key). With SQLite the server must be
stopped; with PostgreSQL it may run. The server tells the digest of each checkpoint in its own log: kept there, it proves
that nothing up to it was taken away together with its checkpoint.

Exit code: 0 when all is as it was written, 1 when it is not or cannot be read, 2 for usage.

Examples:
  hemgang audit verify
  hemgang audit verify --database-url postgres://user@host/hemgang --kept 6mF1…";

/// Runs the command.
pub async fn run(args: &Args) -> Result<()> {
    let config = args.place.config()?;
    let storage = Storage::open(config.database.url.as_str())?;
    let signer = suite::known_log_signer(&config)?;
    let db = storage.database(SERVICE.name, MIGRATIONS).await?;
    let report = verify(&db, &signer.public(), args.kept.as_deref()).await?;
    let rows: Vec<_> = report.faults.iter().map(row).collect();
    if args.output != output::Output::Table || !rows.is_empty() {
        output::rows(args.output, &["fault", "chain", "from", "to"], &rows, 2)?;
    }
    output::note(&format!(
        "{} entries in {} chains, {} checkpoints{}",
        report.entries,
        report.chains,
        report.checkpoints,
        if report.digest.is_empty() { String::new() } else { format!(", the last {}", report.digest) }
    ));
    match rows.len() {
        0 => Ok(()),
        1 => bail!("the log is not as it was written: 1 fault"),
        faults => bail!("the log is not as it was written: {faults} faults"),
    }
}

fn row(fault: &Fault) -> Vec<String> {
    let what = match fault.what {
        What::Removed => "removed",
        What::Altered => "altered",
        What::Inserted => "inserted",
        What::Hidden => "hidden from whom it is about",
        What::Head => "head not as signed",
        What::Checkpoint => "checkpoint not as signed",
        What::Forgotten => "checkpoint not there",
    };
    let number = |number: i64| if number > 0 { number.to_string() } else { String::new() };
    let (from, to) = fault.numbers;
    vec![what.to_owned(), fault.place.clone(), number(from), number(to)]
}
