//! `hemgang serve`: runs services until stopped.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::{Result, bail};
use clap::Args as ClapArgs;
use hemgang_core::clock::Clock;
use hemgang_runtime::{Config, Process};

use crate::{output, suite};

/// Arguments of `hemgang serve`.
#[derive(Debug, ClapArgs)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Services to run; all when none is named.
    #[arg(value_name = "SERVICE", value_parser = suite::names())]
    services: Vec<String>,
    /// Configuration (TOML). Every key can be overridden as `HEMGANG_SECTION__KEY`.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// `sqlite://FOLDER` or `postgres://…`; overrides `database.url`.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Address for gRPC; overrides `listen.grpc`.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Print the configuration in force, with secrets hidden, and end.
    #[arg(long)]
    print_config: bool,
}

const EXAMPLES: &str = "Examples:
  hemgang serve
  hemgang serve --database-url postgres://user@host/hemgang --listen 127.0.0.1:50052
  hemgang serve readiness --config readiness.toml
  HEMGANG_LISTEN__GRPC=127.0.0.1:50052 hemgang serve --print-config";

/// Runs the command.
pub async fn run(args: Args) -> Result<()> {
    let mut config = Config::read(args.config.as_deref())?;
    if let Some(url) = args.database_url {
        config.database.url = url.into();
    }
    if let Some(listen) = args.listen {
        config.listen.grpc = listen;
    }
    config.check()?;
    if args.print_config {
        return output::line(config.printed()?.trim_end());
    }
    let traces = hemgang_runtime::start_telemetry(&config.telemetry)?;
    // A taken address is told before a database is touched.
    let listening = hemgang_runtime::bind(config.listen.grpc).await?;
    let services = suite::named(&args.services);
    suite::expect_directory(&services, &config)?;
    let process = Process::start(suite::settings(&config, Clock::system(), &services)?, &services).await?;
    output::line(&format!("serving gRPC on {}", listening.address()))?;
    hemgang_runtime::serve(&process, listening, stopped()).await?;
    if let Some(provider) = traces {
        provider.shutdown()?;
    }
    Ok(())
}

/// Works until `stop`, which drops the work and what it holds: a temporary folder goes with it.
pub async fn work_until<T>(
    stop: impl Future<Output = ()>,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    tokio::select! {
        // First, so that the signals are ours before there is anything to leave behind.
        biased;
        () = stop => bail!("stopped before the end"),
        done = work => done,
    }
}

/// Ends at ctrl-C, or at the signal that service managers send.
pub async fn stopped() {
    let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
