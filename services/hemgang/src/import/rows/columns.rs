//! The columns of a CSV file, and where each stands in one.

use anyhow::{Result, bail};
use csv::ByteRecord;

/// The column of a file of refused rows that says why; it stands first and is not read.
pub const REASON: &str = "refused_because";

/// A column: its name, whether every row must fill it, and what it holds.
pub type Column = (&'static str, bool, &'static str);

/// Where each column stands in a file.
#[derive(Debug)]
pub struct Columns {
    places: Vec<(&'static str, usize)>,
    /// Columns in the file.
    pub width: usize,
    /// Where the reason stands in a file of refused rows.
    pub reason: Option<usize>,
}

impl Columns {
    /// Reads the heading.
    ///
    /// # Errors
    /// When a column is not known, stands twice or is missing: no row of the file would be read as it was meant.
    pub fn read(heading: &ByteRecord, known: &[Column]) -> Result<Self> {
        let mut columns = Self { places: Vec::new(), width: heading.len(), reason: None };
        for (place, name) in heading.iter().enumerate() {
            let name = String::from_utf8_lossy(name);
            let name = name.trim();
            if name == REASON {
                columns.reason = Some(place);
                continue;
            }
            let Some((name, ..)) = known.iter().find(|(known, ..)| *known == name) else {
                bail!("column {}: there is no column of this name; --help lists them", place + 1);
            };
            if columns.place(name).is_some() {
                bail!("column {name} stands twice");
            }
            columns.places.push((name, place));
        }
        let missing = |(name, required, _): &&Column| *required && columns.place(name).is_none();
        let missing: Vec<_> = known.iter().filter(missing).map(|(name, ..)| *name).collect();
        if !missing.is_empty() {
            bail!("the file lacks the columns {}", missing.join(", "));
        }
        Ok(columns)
    }

    /// Where a column stands.
    pub fn place(&self, column: &str) -> Option<usize> {
        self.places.iter().find(|(name, _)| *name == column).map(|(_, place)| *place)
    }
}

/// The columns as `--help` lists them.
pub fn described(columns: &[Column]) -> String {
    let line = |(name, required, about): &Column| {
        let mark = if *required { "*" } else { " " };
        format!("  {name:<28} {mark} {about}\n")
    };
    format!("Columns (* in every row):\n{}", columns.iter().map(line).collect::<String>())
}
