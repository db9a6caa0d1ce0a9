//! What a command costs through real gRPC, on SQLite and PostgreSQL, durable, against limits measured in the same run.
//!
//! `cargo run --release -p hemgang-bench`. Not a timed test: machines are noisy, so ratios and medians are the point.

mod command;
mod fan_out;
mod limit;
mod load;

use std::time::Duration;

use anyhow::Result;
use clap::{Parser, ValueEnum};
use comfy_table::{ContentArrangement, Table};
use hemgang_testing::On;
use serde_json::{Value, json};

use self::load::Sample;

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Benchmark {
    /// Commands through gRPC, and followers behind them.
    Command,
    /// From a commit to 300 subscribers.
    FanOut,
}

/// What to measure, and for how long.
#[derive(Debug, Parser)]
struct Args {
    /// What to measure; everything when nothing is named.
    #[arg(value_enum)]
    only: Vec<Benchmark>,
    /// Commands in each of three rounds at 64 in flight; fewer where fewer are. The median round is printed.
    #[arg(long, default_value_t = 6000)]
    commands: usize,
    /// Seconds of each of three rounds of the limits.
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Commands a second of `fan-out`.
    #[arg(long, default_value_t = 1000)]
    pace: u32,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// A figure, and the limit that it is a share of.
struct Row {
    database: &'static str,
    what: String,
    sample: Sample,
    /// Times the limit of the same database.
    ratio: Option<f64>,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let args = Args::parse();
    let round = Duration::from_secs(args.seconds);
    let mut rows = Vec::new();
    let wants = |benchmark| args.only.is_empty() || args.only.contains(&benchmark);
    for (database, on) in [("SQLite", On::Sqlite), ("PostgreSQL", On::Postgres)] {
        if wants(Benchmark::FanOut) {
            let measured = fan_out::measure(on, args.pace).await?;
            rows.extend(measured.map(|(what, sample)| Row { database, what, sample, ratio: None }));
        }
        if !wants(Benchmark::Command) {
            continue;
        }
        let bench = command::Bench::start(on).await?;
        let limit = match on {
            On::Sqlite => limit::one_by_one(round).await?,
            On::Postgres => limit::pgbench(bench.url(), round)?,
        };
        let call = bench.empty_call(64, args.commands * 4).await?;
        let row = |what: String, sample: Sample| Row {
            database,
            ratio: Some(sample.per_second / limit.per_second),
            what,
            sample,
        };
        let of = match on {
            On::Sqlite => "same rows, one transaction each, one after another",
            On::Postgres => "same rows, one transaction each: pgbench, 32 clients",
        };
        rows.push(Row { database, what: of.to_owned(), sample: limit.clone(), ratio: None });
        rows.push(Row { database, what: "empty call, 64 in flight".to_owned(), sample: call, ratio: None });
        for (in_flight, commands) in [(1, args.commands / 12), (8, args.commands / 3), (64, args.commands)] {
            let sample = bench.confirm(in_flight, commands).await?;
            rows.push(row(format!("ConfirmReadiness, {in_flight} in flight"), sample));
        }
        rows.push(row("followers, events behind them".to_owned(), bench.catch_up().await?));
    }
    print(&rows, args.json)
}

#[expect(clippy::print_stdout, reason = "a benchmark's result is what it prints")]
fn print(rows: &[Row], as_json: bool) -> Result<()> {
    if as_json {
        let rows: Vec<Value> = rows.iter().map(Row::json).collect();
        println!("{}", serde_json::to_string_pretty(&rows)?);
        return Ok(());
    }
    let mut table = Table::new();
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["database", "what", "per second", "p50 ms", "p99 ms", "× limit"]);
    for row in rows {
        let millis =
            |at: Option<Duration>| at.map(|at| format!("{:.2}", at.as_secs_f64() * 1e3)).unwrap_or_default();
        table.add_row([
            row.database.to_owned(),
            row.what.clone(),
            format!("{:.0}", row.sample.per_second),
            millis(row.sample.p50),
            millis(row.sample.p99),
            row.ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
        ]);
    }
    println!("{table}");
    Ok(())
}

impl Row {
    fn json(&self) -> Value {
        let seconds = |at: Option<Duration>| at.map(|at| at.as_secs_f64());
        json!({
            "database": self.database,
            "what": self.what,
            "per_second": self.sample.per_second,
            "p50_seconds": seconds(self.sample.p50),
            "p99_seconds": seconds(self.sample.p99),
            "times_limit": self.ratio,
        })
    }
}
