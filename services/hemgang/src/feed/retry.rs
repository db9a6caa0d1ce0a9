//! `hemgang feed retry`: reads the feeds on, and tries what is parked before anything else.

use anyhow::{Context as _, Result, bail};
use clap::Args as ClapArgs;
use hemgang_db::Inspector;
use hemgang_rpc::Context;
use hemgang_runtime::Config;

use super::{Place, at_rest};
use crate::{output, suite};

/// Arguments of `hemgang feed retry`.
#[derive(Debug, ClapArgs)]
#[command(after_help = HELP)]
pub struct Args {
    /// The service that could not apply an event; every one that follows a feed when none is named.
    #[arg(value_name = "SERVICE", value_parser = suite::names_that_follow())]
    service: Option<String>,
    #[command(flatten)]
    place: Place,
}

const HELP: &str = "A running server tries by itself, at its start and then once a minute at least. This command is for
a server that is stopped (SQLite), or one that shall not wait (PostgreSQL). What cannot be applied is told on standard
error and stays parked.

Exit code: 0 when nothing stays parked, 1 when something does or a feed is away, 2 for usage.

Examples:
  hemgang feed retry
  hemgang feed retry planning --config hemgang.toml";

/// Runs the command.
pub async fn run(args: &Args) -> Result<()> {
    let config = args.place.config()?;
    let traces = hemgang_runtime::start_telemetry(&config.telemetry)?;
    let names = args.service.as_deref().map_or_else(|| FOLLOWERS.to_vec(), |service| vec![service]);
    let process = at_rest(&config, &names).await?;
    let (mut parked, mut away) = (0, None);
    for cx in process.contexts().filter(|cx| names.contains(&cx.name)) {
        for follower in cx.followers() {
            if let Err(failure) = follower.catch_up().await {
                away.get_or_insert(failure);
            }
        }
        parked += told(&config, cx).await?;
    }
    if let Some(provider) = traces {
        provider.shutdown()?;
    }
    if let Some(failure) = away {
        return Err(failure.into());
    }
    if parked > 0 {
        bail!("{parked} events stay parked");
    }
    Ok(())
}

/// Every service that follows a feed.
const FOLLOWERS: [&str; 4] = ["admission", "readiness", "planning", "deviation"];

/// Prints what stays parked of each feed that a service follows, and says how many events that is.
async fn told(config: &Config, cx: &Context) -> Result<i64> {
    let service = suite::named(&[cx.name.to_owned()]).pop().context("no such service")?;
    let found = Inspector::new(config.database.url.as_str(), cx.name)?.look(service.migrations).await?;
    for follower in cx.followers() {
        let parked = found.parked.iter().find(|parked| parked.feed == follower.feed());
        let said = match parked {
            None => "nothing is parked".to_owned(),
            Some(parked) => {
                format!("{} events of {} admissions stay parked", parked.events, parked.subjects)
            }
        };
        output::line(&format!("{} follows {}: {said}", cx.name, follower.feed()))?;
    }
    Ok(found.parked.iter().map(|parked| parked.events).sum())
}
