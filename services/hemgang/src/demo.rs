//! `hemgang demo`: the whole suite in one process, driven by ADT messages and simulated people through the public
//! API, with one clock that the driver advances. One seed gives one table.

mod adt;
mod files;
mod hospitals;
mod region;
mod senders;
mod table;

use std::{fs, net::SocketAddr, path::PathBuf, pin::pin, sync::Arc};

use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use hemgang_core::{clock::Clock, day::local, directory::Directory};
use hemgang_gateway::adt::SiteMapping;
use hemgang_runtime::{Config, Listening, Process, Telemetry};
use jiff::{SignedDuration, Timestamp};

use self::files::Script;
use crate::{folder::Folder, key, output, people::People, serve, simulate::Size, suite};

/// Arguments of `hemgang demo`.
#[derive(Debug, ClapArgs)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A file or folder of HL7 v2 ADT messages to replay; a month of a simulated region, whose hospitals write their
    /// own, when none is named. May be given several times.
    #[arg(long, value_name = "PATH")]
    adt: Vec<PathBuf>,
    /// Site mapping (TOML) for the senders of --adt; that of the demo's hospitals when absent.
    #[arg(long, value_name = "FILE", requires = "adt")]
    site: Option<PathBuf>,
    /// Empty folder for the data, kept afterwards; a temporary one when absent.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// How many days: 30 of the region, or those that the messages of --adt tell of, when absent.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=366))]
    days: Option<i64>,
    /// Seed of everything that is drawn: one seed, one table.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Address for gRPC afterwards; the configured one, 127.0.0.1:50051 by default, when absent.
    #[arg(long, value_name = "ADDRESS", conflicts_with = "exit")]
    listen: Option<SocketAddr>,
    /// End after the table, and serve nothing.
    #[arg(long)]
    exit: bool,
}

const EXAMPLES: &str = "Examples:
  hemgang demo
  hemgang demo --exit --seed 7
  hemgang demo --adt messages/ --site site.toml --data demo-data --listen 127.0.0.1:50052";

/// What is shown.
enum Story {
    Region(Size),
    Files(Script),
}

/// Where it is shown: the suite, its people and the clock that all of them read.
struct Stage<'a> {
    process: &'a Process,
    people: &'a People,
    clock: &'a Clock,
    directory: &'a Directory,
}

/// What goes on after the story. The folder is dropped last, when nobody writes there.
struct Shown {
    listening: Listening,
    process: Process,
    folder: Folder,
}

/// Runs the command.
pub async fn run(args: Args) -> Result<()> {
    let mut stopped = pin!(serve::stopped());
    match serve::work_until(&mut stopped, Box::pin(show(args))).await? {
        Some(shown) => go_on(shown, stopped).await,
        None => Ok(()),
    }
}

/// Shows the story and prints the table; what is to be served, then.
async fn show(args: Args) -> Result<Option<Shown>> {
    let site = match &args.site {
        Some(path) => {
            fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?
        }
        None => include_str!("demo/site.toml").to_owned(),
    };
    let site = SiteMapping::from_toml(&site)?;
    let mut config = Config::read(None)?;
    let story = if args.adt.is_empty() {
        Story::Region(region::month(&site, args.days, args.seed)?)
    } else {
        Story::Files(files::read(&args.adt, &site, &suite::directory(&config.directory)?, args.days)?)
    };
    let nothing = "nothing to replay: no message says that it was sent while the directory has units";
    let first = story.begins_at().context(nothing)?;
    let folder = Folder::open(args.data)?;
    config.database.url = folder.url().into();
    config.auth.development_key = None;
    if let Some(listen) = args.listen {
        config.listen.grpc = listen;
    }
    config.check()?;
    if config.telemetry.log == Telemetry::default().log {
        // The table is what a demo is for; faults still show. A slow statement is news to who runs a server.
        "warn,sqlx::query=error".clone_into(&mut config.telemetry.log);
    }
    let _traces = hemgang_runtime::start_telemetry(&config.telemetry)?;
    // A taken address is told before the story, not after it.
    let listening = if args.exit { None } else { Some(hemgang_runtime::bind(config.listen.grpc).await?) };

    let clock = Clock::stopped_at(first - SignedDuration::from_mins(1));
    let settings = suite::settings(&config, clock.clone(), &suite::SERVICES)?;
    let directory = Arc::clone(&settings.directory);
    let process = Process::start(settings, &suite::SERVICES).await?;
    let signer = key::read_or_make(&folder.path().join("development-issuer.pem"))?;
    let people = People::here(&process, signer, clock.clone(), Arc::clone(&directory));
    let stage = Stage { process: &process, people: &people, clock: &clock, directory: &directory };
    match &story {
        Story::Region(month) => region::show(&stage, month, site).await?,
        Story::Files(script) => files::show(&stage, script, args.seed).await?,
    }
    // Deadlines that had run out by the end, and what follows from them.
    clock.advance_to(story.ends_at(clock.now()));
    process.drain().await?;
    let quality = people.at("quality", "SE2321000131-E000000001001", "region");
    table::print(&quality, &directory, local(first).date(), story.last_day(clock.now())).await?;
    let Some(listening) = listening else { return Ok(None) };
    clock.run_on();
    Ok(Some(Shown { listening, process, folder }))
}

impl Story {
    fn begins_at(&self) -> Option<Timestamp> {
        match self {
            Self::Region(month) => Some(month.begins_at()),
            Self::Files(script) => script.first_sent(),
        }
    }

    /// The clock when the table is made.
    fn ends_at(&self, now: Timestamp) -> Timestamp {
        match self {
            Self::Region(month) => month.until.max(now),
            Self::Files(_) => now + SignedDuration::from_mins(1),
        }
    }

    /// The last day of the table.
    fn last_day(&self, now: Timestamp) -> jiff::civil::Date {
        match self {
            Self::Region(month) => month.last(),
            Self::Files(_) => local(now).date(),
        }
    }
}

/// Prints how often what happened.
fn tally<'a>(mut counts: impl Iterator<Item = (&'a String, &'a usize)>) -> Result<()> {
    counts.try_for_each(|(what, count)| output::line(&format!("{count:>6}  {what}")))
}

/// Keeps serving what was built up, and says how to look at it.
async fn go_on(shown: Shown, stopped: impl Future<Output = ()>) -> Result<()> {
    let Shown { folder, process, listening } = shown;
    let (address, data) = (listening.address(), folder.path().display());
    output::line(&format!("serving gRPC on {address} until ctrl-C; the clock runs on from here"))?;
    output::line(&format!(
        "a token:  hemgang token --data {data} --role hospital --unit SE2321000131-E000000001001"
    ))?;
    Ok(hemgang_runtime::serve(&process, listening, stopped).await?)
}
