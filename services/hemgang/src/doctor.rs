//! `hemgang doctor`: one line a check, with the mend where something is wrong.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args as ClapArgs;
use hemgang_core::{clock::Clock, day::local};
use hemgang_db::{Db, OpenError, Storage, params};
use hemgang_runtime::Config;

use crate::{output, suite};

/// Arguments of `hemgang doctor`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// Configuration (TOML).
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// `sqlite://FOLDER` or `postgres://…`; overrides `database.url`.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

/// What the checks came to.
#[derive(Default)]
struct Findings {
    faults: usize,
}

impl Findings {
    fn fault(&mut self, check: &str, found: &str, mend: &str) {
        self.faults += 1;
        output::line(&format!("FAULT  {check}: {found}. Mend: {mend}"));
    }
}

fn good(check: &str, found: &str) {
    output::line(&format!("ok     {check}: {found}"));
}

/// Runs the command; refuses when a check failed.
pub async fn run(args: &Args) -> Result<()> {
    let mut findings = Findings::default();
    match Config::read(args.config.as_deref()) {
        Ok(mut config) => {
            good("configuration", "every key is known");
            if let Some(url) = &args.database_url {
                config.database.url.clone_from(url);
            }
            check_files(&mut findings, &config);
            check_clock();
            check_databases(&mut findings, &config).await;
        }
        Err(error) => findings.fault(
            "configuration",
            error.to_string().trim_start_matches("configuration: "),
            "correct the key it names",
        ),
    }
    match findings.faults {
        0 => Ok(()),
        faults => bail!("{faults} of the checks failed"),
    }
}

fn check_files(findings: &mut Findings, config: &Config) {
    match suite::directory(&config.directory) {
        Ok(directory) => {
            let today = local(Clock::system().now()).date();
            good("directory", &format!("{} units today", directory.units(today).count()));
        }
        Err(error) => findings.fault("directory", &format!("{error:#}"), "correct the lines it names"),
    }
    match suite::trusted(config) {
        Ok(trusted) => {
            good("issuer", &format!("{} with {} keys", trusted.issuer, trusted.keys.len()));
        }
        Err(error) => findings.fault("issuer", &format!("{error:#}"), "correct auth in the configuration"),
    }
}

fn check_clock() {
    good("clock", &local(Clock::system().now()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string());
}

/// Opens each service's database, which brings its schema up to date, and compares feeds with their followers.
async fn check_databases(findings: &mut Findings, config: &Config) {
    let storage = match Storage::open(&config.database.url) {
        Ok(storage) => storage,
        Err(OpenError::InUse(folder)) => {
            let found = format!("{} is in use: a server runs", folder.display());
            return good("database", &found);
        }
        Err(error) => {
            return findings.fault("database", &error.to_string(), "correct database.url or the folder");
        }
    };
    let mut databases = Vec::new();
    for service in suite::SERVICES {
        match storage.database(service.name, service.migrations).await {
            Ok(db) => databases.push((service.name, db)),
            Err(error) => {
                let mend = "start the database, or use the program that the schema was made by";
                findings.fault(
                    &format!("database of {}", service.name),
                    &format!("{:#}", anyhow::Error::from(error)),
                    mend,
                );
            }
        }
    }
    good("database", &format!("{} schemas are up to date", databases.len()));
    for (name, db) in &databases {
        check_followers(findings, name, db, &databases).await;
    }
}

async fn check_followers(findings: &mut Findings, name: &str, db: &Db, databases: &[(&str, Db)]) {
    let cursors = db.rows("select feed, position from feed_cursor order by feed", params![]).await;
    for row in cursors.unwrap_or_default() {
        let (feed, position): (String, String) =
            (row.column("feed").unwrap_or_default(), row.column("position").unwrap_or_default());
        let Some((_, source)) = databases.iter().find(|(name, _)| *name == feed) else { continue };
        let check = format!("{name} follows {feed}");
        let head = *source.head().borrow();
        match source.cursors().read(&position, true) {
            Ok(seq) => good(&check, &format!("{} events behind", head - seq)),
            Err(fault) => findings.fault(&check, &fault.to_string(), "hemgang feed rebuild"),
        }
    }
}
