//! `hemgang feed rebuild`: projections made anew from the feeds, and compared with what stands.

use anyhow::{Context as _, Result, bail};
use clap::Args as ClapArgs;
use hemgang_feed::{Compared, Rebuilt, rebuild};
use hemgang_rpc::Failure;
use tokio::time::Instant;

use super::{Place, at_rest};
use crate::{output, suite};

/// Arguments of `hemgang feed rebuild`.
#[derive(Debug, ClapArgs)]
#[command(after_help = HELP)]
pub struct Args {
    /// The service whose projections are made anew.
    #[arg(value_name = "SERVICE", value_parser = suite::names_that_follow())]
    service: String,
    /// Only compare; change nothing.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    place: Place,
}

const HELP: &str = "Works on the databases. With SQLite the server must be stopped; with PostgreSQL it may run, and the
command says so when an event came in between. Nothing is told or delivered anew: what the service itself has decided
is no projection.

Exit code: 0 when all is equal or mended, 1 when --check found a difference or it cannot be done, 2 for usage.

Examples:
  hemgang feed rebuild planning --check
  hemgang feed rebuild readiness --database-url postgres://user@host/hemgang";

/// Runs the command.
pub async fn run(args: &Args) -> Result<()> {
    let config = args.place.config()?;
    let process = at_rest(&config, &[&args.service]).await?;
    let cx = process.contexts().find(|cx| cx.name == args.service).context("no such service")?;
    let began = Instant::now();
    let Rebuilt { events, tables } = rebuild(cx, args.check).await.map_err(|failure| match failure {
        Failure::Contended => {
            anyhow::anyhow!("an event was applied meanwhile; stop the server, or try again")
        }
        Failure::Internal(cause) => anyhow::anyhow!("{cause}"),
        other => other.into(),
    })?;
    let took = began.elapsed();
    for table in &tables {
        output::line(&told(&args.service, table, args.check))?;
    }
    let rate = u128::from(events) * 1000 / took.as_millis().max(1);
    output::line(&format!("{events} events in {:.1} s, {rate} a second", took.as_secs_f64()))?;
    let differing: usize = tables.iter().map(|table| table.differing).sum();
    if args.check && differing > 0 {
        bail!("{differing} rows differ; `hemgang feed rebuild {}` mends them", args.service);
    }
    Ok(())
}

fn told(service: &str, table: &Compared, check: bool) -> String {
    let Compared { table, rows, differing } = table;
    let found = match (differing, check) {
        (0, _) => "equal".to_owned(),
        (differing, true) => format!("{differing} differ"),
        (differing, false) => format!("{differing} differed, mended"),
    };
    format!("{service} {table}: {rows} rows, {found}")
}
