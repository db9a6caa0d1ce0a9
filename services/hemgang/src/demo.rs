//! `hemgang demo`: the whole suite in one process, driven by ADT messages and simulated people through the public
//! API, with one clock that the driver advances. One seed gives one table.

mod act;
mod plan;
mod script;
mod table;

use std::{fs, net::SocketAddr, path::PathBuf};

use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use hemgang_core::{clock::Clock, day::local};
use hemgang_gateway::adt::SiteMapping;
use hemgang_runtime::{Config, Process, Telemetry};
use jiff::{SignedDuration, Timestamp};

use self::{act::Actors, script::Script};
use crate::{folder::Folder, key, output, serve, suite};

/// Arguments of `hemgang demo`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// A file or folder of HL7 v2 ADT messages; our own samples when none is named. May be given several times.
    #[arg(long, value_name = "PATH")]
    adt: Vec<PathBuf>,
    /// Site mapping (TOML) for the senders of --adt; the samples' own when absent.
    #[arg(long, value_name = "FILE")]
    site: Option<PathBuf>,
    /// Empty folder for the data, kept afterwards; a temporary one when absent.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Read the messages of the first N days only.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..))]
    days: Option<i64>,
    /// Seed of the simulated people.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Address for gRPC afterwards.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// End after the table.
    #[arg(long)]
    exit: bool,
}

/// Runs the command.
pub async fn run(args: Args) -> Result<()> {
    let mut script = read_script(&args)?;
    let first =
        script.first_sent().with_context(|| format!("nothing to replay: {}", heading(&script, args.seed)))?;
    if let Some(days) = args.days {
        script.end_at(first + SignedDuration::from_hours(24 * days));
    }
    let folder = Folder::open(args.data)?;
    let mut config = Config::read(None)?;
    config.database.url = folder.url();
    config.auth.development_key = None;
    if let Some(listen) = args.listen {
        config.listen.grpc = listen;
    }
    config.check()?;
    if config.telemetry.log == Telemetry::default().log {
        // The table is what a demo is for; faults still show.
        "warn".clone_into(&mut config.telemetry.log);
    }
    let _traces = hemgang_runtime::start_telemetry(&config.telemetry)?;

    let clock = Clock::stopped_at(first - SignedDuration::from_mins(1));
    let settings = suite::settings(&config, clock.clone())?;
    let directory = std::sync::Arc::clone(&settings.directory);
    let process = Process::start(settings, &suite::SERVICES).await?;
    let signer = key::read_or_make(&folder.path().join("development-issuer.pem"))?;
    let mut actors = Actors::new(&process, signer, clock.clone(), std::sync::Arc::clone(&directory));

    output::line(&heading(&script, args.seed));
    for step in plan::steps(&script, &directory, args.seed) {
        clock.advance_to(step.at);
        process.drain().await?;
        actors.act(&script, &step.act).await?;
    }
    // Deadlines that had run out by the end, and what follows from them.
    clock.advance_to(clock.now() + SignedDuration::from_mins(1));
    process.drain().await?;
    for line in actors.tally() {
        output::line(&line);
    }
    let from = local(first).date();
    table::print(&mut actors, &directory, from, local(clock.now()).date()).await?;
    if args.exit {
        return Ok(());
    }
    clock.run_on();
    go_on(&process, &config, &folder).await
}

fn heading(script: &Script, seed: u64) -> String {
    let (messages, visits) = (script.messages.len(), script.visits.len());
    let refused = script.refused.iter().map(|(reason, count)| format!("; {count} pieces refused: {reason}"));
    let refused: String = refused.collect();
    format!("{messages} ADT messages of {visits} visits, seed {seed}{refused}")
}

/// Keeps serving what was built up, and says how to look at it.
async fn go_on(process: &Process, config: &Config, folder: &Folder) -> Result<()> {
    let data = folder.path().display();
    let ready = |address| {
        output::line(&format!("serving gRPC on {address} until ctrl-C; the clock runs on from here"));
        output::line(&format!(
            "a token:  hemgang token --data {data} --role hospital --unit SE2321000131-E000000001001"
        ));
    };
    Ok(hemgang_runtime::serve(process, config.listen.grpc, ready, serve::stopped()).await?)
}

fn read_script(args: &Args) -> Result<Script> {
    let site = match &args.site {
        Some(path) => {
            fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?
        }
        None => include_str!("demo/site.toml").to_owned(),
    };
    let site = SiteMapping::from_toml(&site)?;
    let files = if args.adt.is_empty() { samples() } else { read_files(&args.adt)? };
    Ok(Script::read(&files, &site))
}

/// Our own messages: written for this demo, about nobody.
fn samples() -> Vec<Vec<u8>> {
    let files: [&[u8]; 4] = [
        include_bytes!("demo/adt/sahlgrenska.hl7"),
        include_bytes!("demo/adt/nal.hl7"),
        include_bytes!("demo/adt/skovde.hl7"),
        include_bytes!("demo/adt/boras.hl7"),
    ];
    files.map(<[u8]>::to_vec).to_vec()
}

/// The files named, and the files in the folders named, in the order of their names.
fn read_files(paths: &[PathBuf]) -> Result<Vec<Vec<u8>>> {
    let mut files = Vec::new();
    for path in paths {
        let mut found = if path.is_dir() {
            fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?
        } else {
            vec![path.clone()]
        };
        found.retain(|path| !path.is_dir());
        found.sort();
        for path in found {
            files.push(fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?);
        }
    }
    Ok(files)
}

/// The time of a step, for reading it in a log.
fn local_time(at: Timestamp) -> String {
    local(at).strftime("%Y-%m-%d %H:%M").to_string()
}
