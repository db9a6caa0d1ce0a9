//! `hemgang doctor`: one line a check, with the mend where something is wrong. It changes nothing.

mod databases;
mod feeds;
mod reminders;

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args as ClapArgs;
use hemgang_core::{clock::Clock, day::local_day};
use hemgang_runtime::{Config, ConfigError};

use crate::{output, suite};

/// Arguments of `hemgang doctor`.
#[derive(Debug, ClapArgs)]
#[command(after_help = HELP)]
pub struct Args {
    /// Configuration (TOML) of the server.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// `sqlite://FOLDER` or `postgres://…`; overrides `database.url`.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

const HELP: &str = "Checks are read-only, and a server may run meanwhile.

Exit code: 0 when every check is ok, 1 when one found a fault.

Examples:
  hemgang doctor
  hemgang doctor --config hemgang.toml --database-url postgres://user@host/hemgang";

/// What the checks came to.
#[derive(Default)]
struct Findings {
    faults: usize,
}

impl Findings {
    fn fault(&mut self, check: &str, found: &str, mend: &str) -> Result<()> {
        self.faults += 1;
        output::line(&format!("FAULT  {check}: {found}. Mend: {mend}"))
    }
}

fn good(check: &str, found: &str) -> Result<()> {
    output::line(&format!("ok     {check}: {found}"))
}

/// Runs the command; refuses when a check failed.
pub async fn run(args: &Args) -> Result<()> {
    let mut findings = Findings::default();
    match read(args) {
        Ok(config) => {
            good("configuration", "every key is known")?;
            check_directory(&mut findings, &config)?;
            check_issuer(&mut findings, &config)?;
            check_peers(&mut findings, &config)?;
            databases::check(&mut findings, &config).await?;
        }
        Err(error) => {
            let found = output::causes(&error.into());
            findings.fault("configuration", tail(&found), "correct what it names")?;
        }
    }
    match findings.faults {
        0 => Ok(()),
        1 => bail!("a check failed"),
        faults => bail!("{faults} checks failed"),
    }
}

fn read(args: &Args) -> Result<Config, ConfigError> {
    let mut config = Config::read(args.config.as_deref())?;
    if let Some(url) = &args.database_url {
        config.database.url = url.clone().into();
    }
    config.check()?;
    Ok(config)
}

/// The check's name says already that it is of the configuration.
fn tail(found: &str) -> &str {
    found.trim_start_matches("configuration: ")
}

fn check_directory(findings: &mut Findings, config: &Config) -> Result<()> {
    match suite::directory(&config.directory) {
        Ok(directory) => {
            let today = local_day(Clock::system().now());
            good("directory", &format!("{} units today", directory.units(today).count()))
        }
        Err(error) => {
            findings.fault("directory", tail(&output::causes(&error)), "correct the lines it names")
        }
    }
}

fn check_issuer(findings: &mut Findings, config: &Config) -> Result<()> {
    if let Some(path) = config.development_key().filter(|path| !path.exists()) {
        let found = format!("development; its key {} is made at the first start", path.display());
        return good("issuer", &found);
    }
    match suite::trusted(config) {
        Ok(trusted) => good("issuer", &format!("{} with {} keys", trusted.issuer, trusted.keys.len())),
        Err(error) => findings.fault(
            "issuer",
            tail(&output::causes(&error)),
            "correct auth in the configuration, or the file it names",
        ),
    }
}

/// Services that run elsewhere: whether they can be asked at all. Whether they answer is for the follower's lag to tell.
fn check_peers(findings: &mut Findings, config: &Config) -> Result<()> {
    let names: Vec<_> = config.peers.url.iter().map(|(name, _)| name).collect();
    if names.is_empty() {
        return Ok(());
    }
    if let Err(error) = suite::peers(config) {
        return findings.fault("peers", tail(&output::causes(&error)), "correct peers in the configuration");
    }
    match config.peers.token_file.as_ref().map(|file| (file, std::fs::read(file))) {
        Some((file, Err(error))) => {
            let found = format!("{} cannot be read: {error}", file.display());
            findings.fault("peers", &found, "put a token of the role service there")
        }
        _ => good("peers", &format!("{} elsewhere", names.join(", "))),
    }
}
