//! What a command costs through real gRPC, on SQLite and PostgreSQL, durable, against limits measured in the same run.
//!
//! `cargo run --release -p hemgang-bench`. Not a timed test: machines are noisy, so ratios and medians are the point.

mod access;
mod command;
mod fan_out;
mod limit;
mod load;
mod process;
mod scale;

use std::{path::PathBuf, time::Duration};

use anyhow::Result;
use clap::{Parser, ValueEnum};
use comfy_table::{ContentArrangement, Table};
use hemgang_testing::On;
use serde_json::{Value, json};

use self::load::Sample;

// As the program that is shipped.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Benchmark {
    /// Commands through gRPC, and followers behind them.
    Command,
    /// Commands and work lists beside many closed episodes.
    Scale,
    /// From a commit to 300 subscribers.
    FanOut,
    /// The gate before every call, and the access log.
    Access,
    /// Memory and start of the program, which was built before: `cargo build --release --bin hemgang`.
    Process,
}

/// How the result is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    Table,
    Json,
}

/// What to measure, and for how long.
#[derive(Debug, Parser)]
struct Args {
    /// What to measure; everything when nothing is named.
    #[arg(value_enum)]
    only: Vec<Benchmark>,
    /// On which database; on both when none is named.
    #[arg(long, value_enum)]
    database: Option<Database>,
    /// Closed episodes of `scale` at most.
    #[arg(long, default_value_t = 1_000_000)]
    closed: u32,
    /// Commands in each of three rounds at 64 in flight; fewer where fewer are. The median round is printed.
    #[arg(long, default_value_t = 6000)]
    commands: usize,
    /// How many commands are in flight.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 8, 64])]
    in_flight: Vec<usize>,
    /// Seconds of each of three rounds of the limits.
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Commands a second of `fan-out`.
    #[arg(long, default_value_t = 1000)]
    pace: u32,
    /// The program that `process` starts.
    #[arg(long, default_value = "target/release/hemgang")]
    program: PathBuf,
    /// How the result is printed.
    #[arg(long, value_enum, default_value = "table")]
    output: Output,
}

impl Args {
    fn wants(&self, benchmark: Benchmark) -> bool {
        self.only.is_empty() || self.only.contains(&benchmark)
    }
}

/// A database as it is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// A figure, and the limit that it is a share of.
struct Row {
    database: Database,
    what: String,
    sample: Sample,
    /// Times the limit of the same database.
    ratio: Option<f64>,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let args = Args::parse();
    hemgang_testing::postgres::be_durable();
    let mut rows = Vec::new();
    for (database, on) in [(Database::Sqlite, On::Sqlite), (Database::Postgres, On::Postgres)] {
        if args.database.is_some_and(|only| only != database) {
            continue;
        }
        if args.wants(Benchmark::Command) || args.wants(Benchmark::Scale) {
            rows.extend(commands(&args, database, on).await?);
        }
        if args.wants(Benchmark::FanOut) {
            let measured = fan_out::measure(on, args.pace).await?;
            let row = |(what, sample)| Row { database, what, sample, ratio: None };
            rows.extend(measured.into_iter().map(row));
        }
        if args.wants(Benchmark::Access) {
            let measured = access::measure(on, args.commands).await?;
            let row = |(what, sample, ratio)| Row { database, what, sample, ratio };
            rows.extend(measured.into_iter().map(row));
        }
        if args.wants(Benchmark::Process) {
            let (took, megabytes) = process::measure(&args.program, on).await?;
            let what = format!("idle with every service: {megabytes:.0} MB; from start to serving");
            let sample = Sample { per_second: took.as_secs_f64().recip(), p50: Some(took), p99: None };
            rows.push(Row { database, what, sample, ratio: None });
        }
    }
    print(&rows, args.output)
}

/// Commands, and what they are held against.
async fn commands(args: &Args, database: Database, on: On) -> Result<Vec<Row>> {
    let round = Duration::from_secs(args.seconds);
    let bench = command::Bench::start(on).await?;
    let (of, limit) = match on {
        On::Sqlite => ("same rows, one transaction each, one after another", limit::one_by_one(round).await?),
        On::Postgres => {
            ("same rows, one transaction each: pgbench, 32 clients", limit::pgbench(bench.url(), round)?)
        }
    };
    let held = |what: String, sample: Sample| Row {
        database,
        ratio: Some(sample.per_second / limit.per_second),
        what,
        sample,
    };
    let mut rows = vec![Row { database, what: of.to_owned(), sample: limit.clone(), ratio: None }];
    if args.wants(Benchmark::Command) {
        let call = bench.empty_call(64, args.commands * 4).await?;
        rows.push(Row { database, what: "empty call, 64 in flight".to_owned(), sample: call, ratio: None });
        for &in_flight in &args.in_flight {
            let commands = args.commands * in_flight.clamp(4, 64) / 64;
            let sample = bench.confirm(in_flight, commands).await?;
            rows.push(held(format!("ConfirmReadiness, {in_flight} in flight"), sample));
        }
        rows.push(held("followers, events behind them".to_owned(), bench.catch_up().await?));
    }
    if args.wants(Benchmark::Scale) {
        for (what, sample) in scale::measure(&bench, on, args.commands, args.closed).await? {
            // A page is no command.
            let is_command = what.contains("ConfirmReadiness");
            let row = held(what, sample);
            rows.push(if is_command { row } else { Row { ratio: None, ..row } });
        }
    }
    Ok(rows)
}

#[expect(clippy::print_stdout, reason = "a benchmark's result is what it prints")]
fn print(rows: &[Row], output: Output) -> Result<()> {
    if output == Output::Json {
        let rows: Vec<Value> = rows.iter().map(Row::json).collect();
        println!("{}", serde_json::to_string_pretty(&rows)?);
        return Ok(());
    }
    let mut table = Table::new();
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["database", "what", "per second", "p50 ms", "p99 ms", "× limit"]);
    for row in rows {
        let millis =
            |at: Option<Duration>| at.map(|at| format!("{:.3}", at.as_secs_f64() * 1e3)).unwrap_or_default();
        table.add_row([
            row.database.name().to_owned(),
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
            "database": self.database.name(),
            "what": self.what,
            "per_second": self.sample.per_second,
            "p50_seconds": seconds(self.sample.p50),
            "p99_seconds": seconds(self.sample.p99),
            "times_limit": self.ratio,
        })
    }
}
