//! `hemgang simulate`: a simulated region as real clients of the gRPC API, each with a token of its own.

mod accept;
mod act;
mod api;
mod closings;
mod contacts;
mod course;
mod dice;
mod drive;
mod figures;
mod fit;
mod handover;
mod meetings;
mod names;
mod persons;
mod places;
mod plan;
mod region;
mod sip;

use std::{path::PathBuf, sync::Arc};

use anyhow::{Context as _, Result, bail};
use clap::{Args as ClapArgs, ValueEnum};
use hemgang_core::{
    clock::Clock,
    day::{days_between, local_day},
};
use hemgang_runtime::{Config, Process, Telemetry};
use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Date};
use serde_json::json;
use tokio::time::Instant;

use self::{
    accept::{Beds, Part},
    api::Api,
    figures::Printed,
};
pub use self::{
    act::{Actors, Hospitals, Numbered, Of},
    drive::{Here, drive},
    persons::Person,
    plan::{Act, Plan, Size, Stay, Step, draw},
};
use crate::{folder::Folder, key, output, people::People, serve, suite, target::Target};

/// The first day of a run in this process, so that a seed alone names a region.
const FROM: Date = jiff::civil::date(2026, 1, 1);

/// Whoever reads the figures: quality at Sahlgrenska.
const QUALITY: (&str, &str) = ("quality", "SE2321000131-E000000001001");

/// Arguments of `hemgang simulate`.
#[derive(Debug, ClapArgs)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// How many days are simulated.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=3660))]
    days: i64,
    /// Admissions a day, as a mean; the real region has 520.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=5000))]
    admissions_per_day: u32,
    /// Seed of everything that is drawn: one seed, one region, the same figures.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// First day; 2026-01-01 with --in-process, the days before today with --target.
    #[arg(long, value_name = "DAY")]
    from: Option<Date>,
    /// URL of the server to act on, at its own time: everything has happened on past days and is told now, so notices
    /// are late, and what would be of today is left out.
    #[arg(long, value_name = "URL", default_value = Target::LOCAL, conflicts_with = "in_process")]
    target: String,
    /// Start the suite on SQLite, with a clock that runs as fast as the work goes, instead of acting on a server.
    #[arg(long)]
    in_process: bool,
    /// The data folder of the server at --target, whose development key signs the tokens; the configured one when
    /// absent. With --in-process an empty folder for the data, kept afterwards; a temporary one when absent.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Hold the figures against what a simulated year must meet; exit code 1 when one is missed.
    #[arg(long)]
    check: bool,
    /// Form of the result.
    #[arg(long, value_enum, default_value_t)]
    output: Form,
}

const EXAMPLES: &str = "Examples:
  hemgang simulate --days 365 --in-process --check
  hemgang simulate --days 30 --admissions-per-day 40 --seed 7 --in-process --output json
  hemgang simulate --days 7 --target http://127.0.0.1:50051

With --target the server's clock is not ours: admissions, movements and judgements carry their own past times, while
notices and receipts are recorded when they are sent, now. Figures that rest on when something was told (late notices,
readiness told after going home) are therefore not a region's there; same-day and days as ready are.";

/// How the result is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
}

/// What a run came to.
struct Outcome {
    counts: Vec<(String, usize)>,
    figures: Vec<Printed>,
    beds: Option<Beds>,
    took: f64,
}

/// Runs the command.
pub async fn run(args: Args) -> Result<()> {
    let mut config = Config::read(None)?;
    if config.telemetry.log == Telemetry::default().log {
        // The figures are what a simulation is for; faults still show. A slow statement is news to who runs a server.
        "warn,sqlx::query=error".clone_into(&mut config.telemetry.log);
    }
    let _traces = hemgang_runtime::start_telemetry(&config.telemetry)?;
    let size = args.size(Clock::system().now())?;
    let outcome = if args.in_process {
        serve::work_until(serve::stopped(), here(config, &size, args.data.clone())).await?
    } else {
        elsewhere(&args, config, &size).await?
    };
    let parts = if args.check { accept::accept(&outcome.figures, outcome.beds, &size) } else { Vec::new() };
    args.print(&size, &outcome, &parts)?;
    let missed: Vec<_> = parts.iter().filter(|part| !part.met).map(|part| part.what).collect();
    if missed.is_empty() { Ok(()) } else { bail!("not accepted: {}", missed.join(", ")) }
}

impl Args {
    /// The days of the run. A server elsewhere knows past days only.
    fn size(&self, now: Timestamp) -> Result<Size> {
        let past = !self.in_process;
        let before = || local_day(now).saturating_sub(self.days.days());
        let from = self.from.unwrap_or_else(|| if past { before() } else { FROM });
        let size = Size::new(from, self.days, self.admissions_per_day, self.seed)?;
        if past && days_between(size.last(), local_day(now)) < 1 {
            bail!(
                "--from: {from} and {} days reach beyond yesterday, the last day that a server can be told of",
                self.days
            );
        }
        Ok(size)
    }

    fn print(&self, size: &Size, outcome: &Outcome, parts: &[Part]) -> Result<()> {
        #[expect(clippy::cast_precision_loss, reason = "a number of days is small")]
        let pace = size.days as f64 * 60.0 / outcome.took;
        let last = size.last();
        let pace =
            format!("{pace:.0} simulated days a minute at {} admissions a day", self.admissions_per_day);
        if self.output == Form::Json {
            let counts: serde_json::Map<_, _> =
                outcome.counts.iter().map(|(what, count)| (what.clone(), (*count).into())).collect();
            let region = json!({
                "seed": size.seed,
                "from": size.from.to_string(),
                "to": last.to_string(),
                "admissions_per_day": self.admissions_per_day,
                "done": counts,
                "figures": outcome.figures.iter().map(Printed::json).collect::<Vec<_>>(),
                "check": parts.iter().map(Part::json).collect::<Vec<_>>(),
            });
            output::line(&serde_json::to_string_pretty(&region)?)?;
            // Beside the result, which is the same for a seed.
            output::note(&pace);
            return Ok(());
        }
        let counts: Vec<_> =
            outcome.counts.iter().map(|(what, count)| vec![what.clone(), count.to_string()]).collect();
        output::line(&format!("{} to {last}, seed {}", size.from, size.seed))?;
        output::line(&output::table(&["done", "count"], &counts, 1))?;
        let cells: Vec<_> = outcome.figures.iter().map(Printed::cells).collect();
        output::line(&output::table(&["figure", "numerator", "denominator", "value"], &cells, 1))?;
        if self.check {
            let cells: Vec<_> = parts.iter().map(Part::cells).collect();
            output::line(&output::table(&["accepted when", "is", "measured", ""], &cells, 4))?;
        }
        output::line(&pace)?;
        Ok(())
    }
}

/// The suite in this process, on a folder that is kept or goes with it.
async fn here(mut config: Config, size: &Size, data: Option<PathBuf>) -> Result<Outcome> {
    let folder = Folder::open(data)?;
    config.database.url = folder.url().into();
    config.auth.development_key = None;
    config.check()?;
    let clock = Clock::stopped_at(size.begins_at() - SignedDuration::from_mins(1));
    let settings = suite::settings(&config, clock.clone(), &suite::SERVICES)?;
    let directory = Arc::clone(&settings.directory);
    let process = Process::start(settings, &suite::SERVICES).await?;
    let signer = key::read_or_make(&folder.path().join("development-issuer.pem"))?;
    let plan = draw(&directory, size)?;
    let people = People::here(&process, signer, clock.clone(), directory);
    let here = Here { process: &process, clock: &clock };
    act(&people, &plan, size, Some(here)).await
}

/// A running server, by its development key.
async fn elsewhere(args: &Args, mut config: Config, size: &Size) -> Result<Outcome> {
    if let Some(folder) = &args.data {
        config.database.url = format!("sqlite://{}", folder.display()).into();
    }
    let path = config.development_key().context("a real issuer is configured (auth.issuer)")?;
    let signer = key::read(&path)?;
    let directory = Arc::new(suite::directory(&config.directory)?);
    let plan = draw(&directory, size)?;
    let people = People::elsewhere(args.target.clone(), signer, Clock::system(), directory)?;
    act(&people, &plan, size, None).await
}

/// Does what was planned, and reads the figures.
async fn act(people: &People, plan: &Plan, size: &Size, here: Option<Here<'_>>) -> Result<Outcome> {
    let began = Instant::now();
    let mut actors = Actors::new(people, plan, Api::new(people, plan));
    drive("simulate", plan, &mut actors, here, size.days).await?;
    let took = began.elapsed().as_secs_f64();
    let (role, unit) = QUALITY;
    let quality = people.at(role, unit, "region");
    let figures = figures::read(&quality, size).await?;
    let beds = accept::read_beds(&quality, size).await?;
    let counts = actors.counts().iter().map(|(what, count)| (what.clone(), *count)).collect();
    Ok(Outcome { counts, figures, beds, took })
}
