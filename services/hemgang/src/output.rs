//! Everything that the command line prints: lines, rows as table, JSON or CSV, instants, and faults.

use std::{
    io::{self, ErrorKind, Write as _},
    process::ExitCode,
};

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle};
use hemgang_core::day::local;
use jiff::Timestamp;

/// A line under the heading and nothing else: rows stay narrow.
const LINES: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Columns of a terminal. Texts are broken there, also where nobody sees how wide it is: programs read JSON or CSV.
pub const WIDTH: u16 = 80;

/// How rows are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
}

/// Prints a line.
pub fn line(text: &str) -> Result<()> {
    bytes(format!("{text}\n").as_bytes())
}

/// Prints what is a text already.
pub fn bytes(bytes: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    written(out.write_all(bytes).and_then(|()| out.flush()))
}

/// A reader that went away, as `head` does, has what it wanted; any other reader lacks something.
pub fn written(written: io::Result<()>) -> Result<()> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("standard output cannot be written"),
    }
}

/// Prints a line beside the result, for whoever watches. Of its own failure nobody could be told.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Prints a fault with its causes, and gives the exit code: 1 for a refusal or a failed check, 2 for usage.
pub fn fault(error: &anyhow::Error) -> ExitCode {
    if let Some(usage) = error.downcast_ref::<clap::Error>() {
        let _ = usage.print();
        return ExitCode::from(2);
    }
    note(&format!("hemgang: {}", causes(error)));
    ExitCode::FAILURE
}

/// A fault and its causes in one line. What drivers have put into their own text already is not said again.
pub fn causes(error: &anyhow::Error) -> String {
    let mut said = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if said.is_empty() {
            said = cause;
        } else if !said.ends_with(&cause) {
            said = format!("{said}: {cause}");
        }
    }
    said
}

/// Usage that clap cannot see by itself.
pub fn usage(text: &str) -> anyhow::Error {
    clap::Error::raw(clap::error::ErrorKind::ArgumentConflict, format!("{text}\n")).into()
}

/// An instant as people and programs read it: the time in Sweden, with its offset.
pub fn instant(at: Timestamp) -> String {
    local(at).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Prints rows. Columns from `numbers` on are right-aligned in a table.
pub fn rows(output: Output, heading: &[&str], rows: &[Vec<String>], numbers: usize) -> Result<()> {
    match output {
        Output::Table => line(&table(heading, rows, numbers))?,
        Output::Json => {
            let object = |row: &Vec<String>| {
                heading
                    .iter()
                    .map(|name| (*name).to_owned())
                    .zip(row.iter().cloned().map(Into::into))
                    .collect()
            };
            let objects: Vec<serde_json::Map<String, serde_json::Value>> = rows.iter().map(object).collect();
            line(&serde_json::to_string_pretty(&objects)?)?;
        }
        Output::Csv => {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(heading)?;
            rows.iter().try_for_each(|row| writer.write_record(row))?;
            bytes(&writer.into_inner()?)?;
        }
    }
    Ok(())
}

/// A table as text. Texts that make it too wide are broken; numbers never are.
pub fn table(heading: &[&str], rows: &[Vec<String>], numbers: usize) -> String {
    let mut table = Table::new();
    table.load_style(LINES).set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    table.set_header(heading.to_vec());
    for row in rows {
        table.add_row(row.clone());
    }
    for column in table.column_iter_mut().skip(numbers) {
        column.set_cell_alignment(CellAlignment::Right);
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    table.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_has_its_offset_in_summer_and_winter() {
        let instant = |text: &str| instant(text.parse().expect("an instant"));
        assert_eq!(instant("2026-10-01T06:00:00.123Z"), "2026-10-01T08:00:00+02:00");
        assert_eq!(instant("2026-11-26T23:26:10Z"), "2026-11-27T00:26:10+01:00");
    }

    #[test]
    fn a_cause_is_said_once() {
        let driver = anyhow::anyhow!("file is not a database").context("code 26: file is not a database");
        assert_eq!(
            causes(&driver.context("data cannot be used")),
            "data cannot be used: code 26: file is not a database"
        );
    }

    #[test]
    fn only_a_reader_that_went_away_is_no_fault() {
        assert!(written(Err(ErrorKind::BrokenPipe.into())).is_ok());
        assert!(written(Err(ErrorKind::StorageFull.into())).is_err());
    }
}
