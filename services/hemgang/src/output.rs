//! Everything that the command line prints: lines, rows as table, JSON or CSV, and faults.

use std::io::{self, Write as _};

use anyhow::Result;
use clap::ValueEnum;
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

/// A line under the heading and nothing else: rows stay narrow.
const LINES: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

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

/// Prints a line. A reader that went away, as `head` does, is no fault.
pub fn line(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

/// Prints a line beside the result, for whoever watches.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Prints a fault with its causes.
pub fn fault(error: &anyhow::Error) {
    let causes: Vec<_> = error.chain().map(ToString::to_string).collect();
    let _ = writeln!(io::stderr(), "hemgang: {}", causes.join(": "));
}

/// Prints rows. Columns from `numbers` on are right-aligned in a table.
pub fn rows(output: Output, heading: &[&str], rows: &[Vec<String>], numbers: usize) -> Result<()> {
    match output {
        Output::Table => line(&table(heading, rows, numbers)),
        Output::Json => {
            let object = |row: &Vec<String>| {
                heading
                    .iter()
                    .map(|name| (*name).to_owned())
                    .zip(row.iter().cloned().map(Into::into))
                    .collect()
            };
            let objects: Vec<serde_json::Map<String, serde_json::Value>> = rows.iter().map(object).collect();
            line(&serde_json::to_string_pretty(&objects)?);
        }
        Output::Csv => {
            let mut writer = csv::Writer::from_writer(io::stdout());
            writer.write_record(heading)?;
            rows.iter().try_for_each(|row| writer.write_record(row))?;
            writer.flush()?;
        }
    }
    Ok(())
}

/// A table as text.
pub fn table(heading: &[&str], rows: &[Vec<String>], numbers: usize) -> String {
    let mut table = Table::new();
    table.load_style(LINES).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(heading.to_vec());
    for row in rows {
        table.add_row(row.clone());
    }
    for column in table.column_iter_mut().skip(numbers) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}
