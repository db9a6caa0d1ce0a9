//! `hemgang`: the command line and the all-in-one process. It contains no rules; it starts, asks and prints.

mod audit;
mod demo;
mod doctor;
mod feed;
mod folder;
mod import;
mod key;
mod output;
mod people;
mod progress;
mod report;
mod reserve;
mod serve;
mod simulate;
mod suite;
mod target;
mod token;

use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory as _, Parser, Subcommand};

// A command is thousands of small allocations that another thread frees.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Bring a patient home from hospital: who was admitted, who is ready, who waits for whom.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  hemgang demo --exit
  hemgang serve --database-url sqlite://hemgang-data
  hemgang import hl7 messages/ --dry-run
  hemgang import episodes history.csv --dry-run
  hemgang simulate --days 365 --in-process --check
  hemgang token --role quality --unit SE2321000131-E000000001001 > quality.token
  hemgang report indicator same_day --from 2026-09 --to 2026-09 --by municipality --token quality.token";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the whole suite in one process, replay ADT messages, print same-day rates, then keep serving.
    Demo(demo::Args),
    /// Run services (all by default) and serve gRPC until stopped.
    Serve(serve::Args),
    /// Import what other systems wrote.
    #[command(subcommand)]
    Import(import::Command),
    /// Print paper for when no system is to be had (reservrutin), and enter what was noted on it.
    #[command(subcommand)]
    Reserve(reserve::Command),
    /// Print figures, or the catalogue of indicators.
    #[command(subcommand)]
    Report(report::Command),
    /// Look at a feed, or mend what was made of one.
    #[command(subcommand)]
    Feed(feed::Command),
    /// Prove the access log, or ask it who read a person's data.
    #[command(subcommand)]
    Audit(audit::Command),
    /// Let a simulated region act as clients of the public API.
    Simulate(simulate::Args),
    /// Print a signed development token.
    Token(token::Args),
    /// Check configuration, database, feeds and clock; one line each, with the mend.
    Doctor(doctor::Args),
    /// Print a completion script for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let result = match Cli::try_parse() {
        Ok(cli) => run(cli.command).await,
        // Help that was asked for is a result: it goes to standard output, and may fail to get there.
        Err(shown) if !shown.use_stderr() => output::written(shown.print()),
        Err(usage) => Err(usage.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::fault(&error),
    }
}

async fn run(command: Command) -> Result<()> {
    match command {
        Command::Demo(args) => demo::run(args).await,
        Command::Serve(args) => serve::run(args).await,
        Command::Import(command) => import::run(command).await,
        Command::Reserve(command) => reserve::run(command).await,
        Command::Report(command) => report::run(command).await,
        Command::Simulate(args) => simulate::run(args).await,
        Command::Token(args) => token::run(&args),
        Command::Feed(command) => feed::run(command).await,
        Command::Audit(command) => audit::run(command).await,
        Command::Doctor(args) => doctor::run(&args).await,
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "hemgang", &mut script);
            output::bytes(&script)
        }
    }
}
