//! `hemgang reserve register`: what was noted on forms, entered with its own times.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use hemgang_core::clock::Clock;

use super::{
    forms::{self, COLUMNS},
    paper,
    tell::{Begun, tell},
};
use crate::{
    import::{
        rows::{
            Options, Outcome,
            cells::Cells,
            columns::{Columns, described},
            file::Rows,
            kept::Kept,
            tally::{Closing, Tally},
        },
        tokens::Tokens,
        verdict,
    },
    progress::Progress,
};

/// Arguments of `hemgang reserve register`.
#[derive(Debug, ClapArgs)]
#[command(after_help = help())]
pub struct Args {
    /// CSV with one row a form, in the order in which things were done. A file of refused rows is entered again and keeps
    /// what is refused still.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    options: Options,
}

const RULES: &str = "Times are ISO 8601, with an offset or in Swedish time (2026-03-05 08:00). Everything is told with the time \
that the form says and the reason reservrutin: figures count it by that time and are marked, no deadline is opened and nobody \
has to acknowledge. What was told since holds. Refused rows go to a file of the same form, with their reasons in a first \
column; mend them there and enter that file. Entering the same file again has no second effect.

Exit code: 0 when no row is refused, 1 when rows were refused or the entering stopped before the end.

Examples:
  hemgang reserve forms --out forms/
  hemgang reserve register papers.csv --dry-run
  hemgang reserve register papers.csv --token ward.token --token municipality.token";

fn help() -> String {
    format!("{}\n{}\n{RULES}", described(COLUMNS), forms::described())
}

/// Runs the command.
pub async fn run(args: Args) -> Result<()> {
    let mut rows = Rows::open(&args.file)?;
    let columns = Columns::read(&rows.heading, COLUMNS)
        .with_context(|| format!("{} is not read", args.file.display()))?;
    let options = &args.options;
    let tokens = (!options.dry_run).then(|| Tokens::read(&options.target, &options.token)).transpose()?;
    let mut kept = Kept::open(&args.file, options, &rows, &columns)?;
    let mut progress = Progress::new("register", rows.size);
    let mut tally = Tally::default();
    let read = enter(&mut rows, &columns, tokens.as_ref(), (&mut kept, &mut tally, &mut progress)).await;
    progress.end();
    let closing = Closing {
        complete: read.is_ok(),
        dry_run: args.options.dry_run,
        file: kept.path().display().to_string(),
        kept: kept.close(read.is_ok())?,
    };
    tally.print(args.options.output, &closing)?;
    read?;
    verdict(tally.refused, "rows", args.options.dry_run)
}

/// Enters one paper after the other: what one says may rest on the one before.
async fn enter(
    rows: &mut Rows,
    columns: &Columns,
    tokens: Option<&Tokens>,
    (kept, tally, progress): (&mut Kept, &mut Tally, &mut Progress),
) -> Result<()> {
    let (clock, mut begun, mut read) = (Clock::system(), Begun::new(), 0);
    while let Some((record, line, end)) = rows.next().context("the file cannot be read on")? {
        let outcome = match paper::read(Cells::new(columns, &record, clock.now())) {
            Err(faults) => Outcome::Refused(faults),
            Ok(paper) => match tokens.map(|tokens| tokens.of(&paper.unit)) {
                None => Outcome::Accepted,
                Some(None) => {
                    Outcome::Refused(vec!["unit: no token was given for it; name one more with --token".to_owned()])
                }
                Some(Some(peer)) => tell(peer, &paper, &mut begun).await.with_context(|| {
                    format!(
                        "stopped at line {line}; what came before it has its outcome, and entering this again has no second \
                         effect"
                    )
                })?,
            },
        };
        if let Outcome::Refused(reasons) = &outcome {
            kept.keep(&record, reasons)?;
        }
        tally.count(&outcome);
        let count = tally.rows();
        progress.advance(end.saturating_sub(read), || format!("{count} rows"));
        read = end;
    }
    Ok(())
}
