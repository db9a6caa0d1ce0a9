//! `hemgang feed`: looks at a feed, and mends what services have made of those that they follow.

mod new_epoch;
mod rebuild;
mod retry;
mod tail;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args as ClapArgs, Subcommand};
use hemgang_core::clock::Clock;
use hemgang_runtime::{Config, Process};

use crate::suite;

/// What to do with a feed.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print the events of a service's feed that the token may see.
    Tail(tail::Args),
    /// Try again what services could not apply of the feeds that they follow.
    Retry(retry::Args),
    /// Make anew what a service keeps of the feeds that it follows, and compare it with what stands.
    Rebuild(rebuild::Args),
    /// Tell a service's followers that its database was restored from a copy.
    NewEpoch(new_epoch::Args),
}

/// Runs the command.
pub async fn run(command: Command) -> Result<()> {
    match command {
        Command::Tail(args) => tail::run(args).await,
        Command::Retry(args) => retry::run(&args).await,
        Command::Rebuild(args) => rebuild::run(&args).await,
        Command::NewEpoch(args) => new_epoch::run(&args).await,
    }
}

/// Where the databases are, of the commands that work on them without a server.
#[derive(Debug, ClapArgs)]
pub struct Place {
    /// Configuration (TOML) of the server.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// `sqlite://FOLDER` or `postgres://…`; overrides `database.url`.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

impl Place {
    /// The configuration in force.
    pub fn config(&self) -> Result<Config> {
        let mut config = Config::read(self.config.as_deref())?;
        if let Some(url) = &self.database_url {
            config.database.url = url.clone().into();
        }
        config.check()?;
        Ok(config)
    }
}

/// Services at rest, with those whose feeds they need.
async fn at_rest(config: &Config, names: &[&str]) -> Result<Process> {
    let services = suite::with_sources(names, config);
    Ok(Process::at_rest(suite::settings(config, Clock::system(), &services)?, &services).await?)
}
