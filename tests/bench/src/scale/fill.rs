//! Fills the tables by SQL beside the running suite: through the lane a million episodes would take an hour.

use std::{
    fmt::Write as _,
    io::Write as _,
    ops::RangeInclusive,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use hemgang_core::{
    directory::{Directory, UnitKind},
    place::HsaId,
};
use hemgang_testing::{On, postgres};

use crate::command::WARD;

const STAYS: &str = include_str!("stays.sql");
const SERVICES: [(&str, &str); 2] =
    [("readiness", include_str!("readiness.sql")), ("planning", include_str!("planning.sql"))];

/// Adds episodes of these numbers, each open or closed.
pub fn fill(url: &str, on: On, numbers: RangeInclusive<u32>, open: bool) -> Result<()> {
    let stays = STAYS
        .replace("{first}", &numbers.start().to_string())
        .replace("{last}", &numbers.end().to_string())
        .replace("{open}", if open { "1" } else { "0" })
        .replace("{places}", &places(&hemgang_directory::compiled_in()?)?);
    for (service, tables) in SERVICES {
        match on {
            On::Postgres => {
                let script = format!(
                    "set search_path = {service}; begin; {stays} analyze filled; {tables} commit; analyze;"
                );
                let mut psql = Command::new(postgres::programs().join("psql"));
                run(psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url]), &script)?;
            }
            On::Sqlite => {
                let folder = url.strip_prefix("sqlite://").context("a folder")?;
                let file = Path::new(folder).join(format!("{service}.sqlite"));
                // Python has SQLite everywhere; its shell is a package of its own.
                let python = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=60); \
                              c.executescript(sys.stdin.read()); c.close()";
                let script = format!("pragma synchronous = off; begin; {stays} {tables} commit;");
                run(Command::new("python3").arg("-c").arg(python).arg(file), &script)?;
            }
        }
    }
    Ok(())
}

fn run(command: &mut Command, script: &str) -> Result<()> {
    let mut running = command.stdin(Stdio::piped()).spawn()?;
    running.stdin.take().context("an input")?.write_all(script.as_bytes())?;
    ensure!(running.wait()?.success(), "{} failed", command.get_program().display());
    Ok(())
}

/// Rows of places: every ward with a municipality's reception, in turn. The first is the ward and the city that the
/// readers of lists have.
fn places(directory: &Directory) -> Result<String> {
    let on = jiff::civil::date(2026, 9, 14);
    let kind = |kind| directory.units(on).filter(move |unit| unit.kind == kind);
    let mut receptions: Vec<_> = kind(UnitKind::MunicipalReception).collect();
    receptions.sort_by_key(|unit| unit.municipality.as_ref().is_none_or(|code| code.to_string() != "1480"));
    let mut wards: Vec<_> = kind(UnitKind::Ward).collect();
    wards.sort_by_key(|unit| unit.hsa_id.to_string() != WARD);
    let mut rows = String::new();
    // Of two coprime lengths, each pair comes once.
    for (number, (ward, reception)) in
        wards.iter().cycle().zip(receptions.iter().cycle()).take(wards.len() * receptions.len()).enumerate()
    {
        let municipality = reception.municipality.as_ref().context("a municipality")?;
        let hospital: &HsaId = &directory.hospital_of(&ward.hsa_id, on).context("a hospital")?.hsa_id;
        let comma = if number == 0 { "" } else { ", " };
        write!(
            rows,
            "{comma}({number}, '{}', '{hospital}', '{}', '{municipality}')",
            ward.hsa_id, reception.hsa_id
        )?;
    }
    Ok(rows)
}
