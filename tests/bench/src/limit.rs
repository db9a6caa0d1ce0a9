//! The limits: the same rows written durably by the bare database, a transaction each.

use std::{fs, process::Command, time::Duration};

use anyhow::{Context as _, Result, bail};
use hemgang_core::redacted::Redacted;
use hemgang_db::{Change, Migration, NewEvent, Storage};
use hemgang_testing::postgres;
use tokio::time::Instant;

use super::load::{Sample, rate};

/// The rows of one `ConfirmReadiness`, as pgbench writes them. Numbers come from a sequence: a counter row would hold
/// every client up.
const SCRIPT: &str = "
\\set id random(1, 9000000000000000)
begin;
insert into yard.answer values ('SE2321000131-P000000000001', 'SE2321000131-E000000001101', 'ConfirmReadiness',
  md5(:id::text || random()), 'hash', repeat('x', 400), 1790000000000000);
insert into yard.readiness (admission_id, version, state, ward, assessed_at, notified_at, ready_since, ready_on,
  judgements, in_hospital) values (md5(:id::text || random()), 1, 'READINESS_STATE_READY', 'SE2321000131-E000000001101',
  1790000000000000, 1790000000000000, 1790000000000000, '2026-09-14', 1, 1);
insert into yard.judgement values (md5(:id::text || random()), 1, 'JUDGEMENT_KIND_CONFIRMED', 1790000000000000,
  'SE2321000131-P000000000102', 1790000000000000, 'SE2321000131-P000000000001', 'WITHDRAWAL_REASON_UNSPECIFIED',
  'READINESS_BASIS_JUDGEMENT');
insert into yard.feed_event (seq, kind, admission_id, case_id, occurred_at, recorded_at, actor_unit, entry_reason, audience,
  seen, access, payload) values (nextval('yard.numbers'), 'ReadinessConfirmed', md5(:id::text), '', 1790000000000000,
  1790000000000000, 'SE2321000131-E000000001101', 'ENTRY_REASON_UNSPECIFIED', 'ward hospital', '', repeat('x', 350),
  repeat('x', 400));
commit;
";

/// pgbench with 32 clients on copies of readiness's tables.
pub fn pgbench(url: &str, round: Duration) -> Result<Sample> {
    let tables = ["answer", "readiness", "judgement", "feed_event"];
    let copies =
        tables.map(|table| format!("create table yard.{table} (like readiness.{table} including all);"));
    let setup = format!("create schema yard; create sequence yard.numbers; {}", copies.concat());
    let programs = postgres::programs();
    said(Command::new(programs.join("psql")).args([
        "-X",
        "-q",
        "-v",
        "ON_ERROR_STOP=1",
        "-d",
        url,
        "-c",
        &setup,
    ]))?;
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("confirm.sql");
    fs::write(&script, SCRIPT)?;
    let mut rounds = Vec::new();
    for _ in 0..3 {
        let mut pgbench = Command::new(programs.join("pgbench"));
        pgbench.args(["-n", "-M", "prepared", "-c", "32", "-j", "2", "-T"]);
        pgbench.arg(round.as_secs().max(1).to_string()).arg("-f").arg(&script).arg(url);
        let report = said(&mut pgbench)?;
        let number = |after: &str| -> Option<f64> {
            report.lines().find_map(|line| line.strip_prefix(after)?.split_whitespace().next()?.parse().ok())
        };
        let per_second = number("tps = ").context("pgbench says no rate")?;
        let mean = number("latency average = ").map(|millis| Duration::from_secs_f64(millis / 1e3));
        rounds.push(Sample { per_second, p50: mean, p99: None });
    }
    rounds.sort_by(|one, other| one.per_second.total_cmp(&other.per_second));
    rounds.into_iter().nth(1).context("three rounds")
}

fn said(command: &mut Command) -> Result<String> {
    let output = command.output()?;
    if !output.status.success() {
        bail!("{}: {}", command.get_program().display(), String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// SQLite, one change after another: each is a transaction and a flush of its own.
pub async fn one_by_one(round: Duration) -> Result<Sample> {
    let folder = tempfile::tempdir()?;
    let storage = Storage::open(&format!("sqlite://{}", folder.path().display()))?;
    let schema = Migration {
        version: 100,
        name: "rows",
        sql: "create table state (id text primary key, version bigint not null, state text not null, at bigint not null);
              create table part (id text primary key, state text not null, at bigint not null);",
    };
    let db = storage.database("limit", &[schema]).await?;
    let mut rates = Vec::new();
    let mut number = 0;
    for _ in 0..3 {
        let (began, first) = (Instant::now(), number);
        while began.elapsed() < round {
            number += 1;
            db.commit(change(number)).await?;
        }
        rates.push(rate(usize::try_from(number - first)?, began.elapsed().as_secs_f64()));
    }
    rates.sort_by(f64::total_cmp);
    let per_second = *rates.get(1).context("three rounds")?;
    Ok(Sample { per_second, p50: Some(Duration::from_secs_f64(1.0 / per_second)), p99: None })
}

struct Whole {
    id: String,
    version: i64,
    state: String,
    at: i64,
}

struct Part {
    id: String,
    state: String,
    at: i64,
}

hemgang_db::record!(Whole, "state", versioned, key(id), columns(version, state, at));
hemgang_db::record!(Part, "part", key(id), columns(state, at));

/// As many rows, and an event and an answer of the same size, as a judgement writes.
fn change(number: i64) -> Change {
    let id = format!("0190163d-8694-739b-aea5-{number:012}");
    let now = jiff::Timestamp::UNIX_EPOCH;
    let event = NewEvent {
        kind: "ReadinessConfirmed".to_owned(),
        admission_id: id.clone(),
        case_id: String::new(),
        occurred_at: now,
        recorded_at: now,
        actor_unit: "SE2321000131-E000000001101".to_owned(),
        entry_reason: "ENTRY_REASON_UNSPECIFIED",
        stated_at: None,
        audience: "h:x w:y".to_owned(),
        seen: String::new(),
        access: String::new(),
        payload: Redacted::new("x".repeat(400)),
    };
    let answer = hemgang_db::Answer {
        caller: "SE2321000131-P000000000001".to_owned(),
        unit: "SE2321000131-E000000001101".to_owned(),
        rpc: "ConfirmReadiness",
        request_id: id.clone(),
        request_hash: "hash".to_owned(),
        response: Redacted::new("x".repeat(400)),
        answered_at: now,
    };
    let whole = Whole { id: id.clone(), version: 1, state: "READINESS_STATE_READY".to_owned(), at: number };
    let part = Part { id, state: "JUDGEMENT_KIND_CONFIRMED".to_owned(), at: number };
    Change::new().insert(&whole).insert(&part).tell(event).answer(Some(answer))
}
