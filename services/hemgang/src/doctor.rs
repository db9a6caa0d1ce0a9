//! `hemgang doctor`: one line a check, with the mend where something is wrong.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args as ClapArgs;
use hemgang_core::{clock::Clock, day::local};
use hemgang_db::{Inspection, OpenError, Schema, Storage};
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
    if let Some(path) = config.development_key().filter(|path| !path.exists()) {
        return good(
            "issuer",
            &format!("development; its key {} is made at the first start", path.display()),
        );
    }
    match suite::trusted(config) {
        Ok(trusted) => good("issuer", &format!("{} with {} keys", trusted.issuer, trusted.keys.len())),
        Err(error) => findings.fault("issuer", &format!("{error:#}"), "correct auth in the configuration"),
    }
}

fn check_clock() {
    good("clock", &local(Clock::system().now()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string());
}

/// Looks at each service's database, and how far the services have followed each other. It changes nothing.
async fn check_databases(findings: &mut Findings, config: &Config) {
    let folder = config.database.url.strip_prefix("sqlite://").map(PathBuf::from);
    if let Some(folder) = folder.filter(|folder| !folder.exists()) {
        return good("database", &format!("{} is made at the first start", folder.display()));
    }
    let storage = match Storage::open(&config.database.url) {
        Ok(storage) => storage,
        Err(OpenError::InUse(folder)) => {
            return good("database", &format!("{} is in use: a server runs", folder.display()));
        }
        Err(error) => {
            return findings.fault("database", &error.to_string(), "correct database.url or the folder");
        }
    };
    let mut inspected = Vec::new();
    for service in suite::SERVICES {
        let check = format!("database of {}", service.name);
        match storage.inspect(service.name, service.migrations).await {
            Ok(inspection) => {
                check_schema(findings, &check, inspection.schema);
                inspected.push((service.name, inspection));
            }
            Err(error) => {
                let error = format!("{:#}", anyhow::Error::from(error));
                findings.fault(&check, &error, "start the database, or correct database.url");
            }
        }
    }
    for (name, inspection) in &inspected {
        check_followers(findings, name, inspection, &inspected);
    }
}

fn check_schema(findings: &mut Findings, check: &str, schema: Schema) {
    match schema {
        Schema::Absent => good(check, "made at the first start"),
        Schema::Behind(steps) => good(check, &format!("{steps} steps behind; the next start takes them")),
        Schema::Current => good(check, "up to date"),
        Schema::Newer(version) => {
            let found = format!("has step {version}, which this program does not know");
            findings.fault(check, &found, "run the program that made it, or a newer one");
        }
    }
}

fn check_followers(
    findings: &mut Findings,
    name: &str,
    inspection: &Inspection,
    inspected: &[(&'static str, Inspection)],
) {
    for (feed, position) in &inspection.followed {
        let source = inspected.iter().find(|(name, _)| name == feed);
        let Some((head, cursors)) = source.and_then(|(_, source)| source.feed.as_ref()) else { continue };
        let check = format!("{name} follows {feed}");
        match cursors.read(position, true) {
            Ok(seq) => good(&check, &format!("{} events behind", head - seq)),
            Err(fault) => {
                let mend = format!("restore both from the same moment; {feed} was restored alone");
                findings.fault(&check, &fault.to_string(), &mend);
            }
        }
    }
}
