//! Reads the cells of a row and collects every fault, so that all of them are mended at once. No fault repeats what a
//! cell holds.

use std::{fmt::Display, str::FromStr};

use csv::ByteRecord;
use hemgang_core::day::{self, LocalTime};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};

use super::columns::Columns;

/// The longest text that the services take.
const LONGEST: usize = 2000;

/// The cells of a row. A reader gives none where a cell is empty or wrong, and notes what is wrong.
#[derive(Debug)]
pub struct Cells<'a> {
    columns: &'a Columns,
    record: &'a ByteRecord,
    now: Timestamp,
    /// What is wrong, each with its column.
    pub faults: Vec<String>,
    /// Whether a local time was read that occurs twice or never.
    pub is_ambiguous: bool,
}

impl<'a> Cells<'a> {
    /// The cells of a record.
    pub fn new(columns: &'a Columns, record: &'a ByteRecord, now: Timestamp) -> Self {
        let mut cells = Self { columns, record, now, faults: Vec::new(), is_ambiguous: false };
        if record.len() != columns.width {
            cells.faults.push(format!("the row has not {} cells, as the heading has", columns.width));
        }
        cells
    }

    /// Notes a fault.
    pub fn wrong(&mut self, column: &str, fault: impl Display) {
        self.faults.push(format!("{column}: {fault}"));
    }

    /// Whether any of these cells is filled.
    pub fn any(&self, columns: &[&str]) -> bool {
        columns.iter().any(|column| !self.bytes(column).trim_ascii().is_empty())
    }

    fn bytes(&self, column: &str) -> &'a [u8] {
        self.columns.place(column).and_then(|place| self.record.get(place)).unwrap_or_default()
    }

    /// The text of a cell without blanks around it; empty when it is.
    pub fn text(&mut self, column: &str) -> &'a str {
        match std::str::from_utf8(self.bytes(column)) {
            Ok(text) if !text.contains('\0') && text.chars().count() <= LONGEST => text.trim(),
            Ok(_) => {
                self.wrong(column, "is too long, or holds a NUL character");
                ""
            }
            Err(_) => {
                self.wrong(column, "is not UTF-8");
                ""
            }
        }
    }

    /// The text of a cell that must be filled.
    pub fn filled(&mut self, column: &str) -> Option<&'a str> {
        let faults = self.faults.len();
        let text = self.text(column);
        if text.is_empty() && self.faults.len() == faults {
            self.wrong(column, "is required");
        }
        Some(text).filter(|text| !text.is_empty())
    }

    /// A value that parses. Its faults repeat nothing.
    pub fn parsed<T: FromStr<Err: Display>>(&mut self, column: &str) -> Option<T> {
        let text = self.text(column);
        if text.is_empty() { None } else { text.parse().map_err(|fault| self.wrong(column, fault)).ok() }
    }

    /// A value that must be there and parses.
    pub fn required<T: FromStr<Err: Display>>(&mut self, column: &str) -> Option<T> {
        self.filled(column)?.parse().map_err(|fault| self.wrong(column, fault)).ok()
    }

    /// One of these words.
    pub fn word<T: Copy>(&mut self, column: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(column);
        if text.is_empty() { None } else { self.one_of(column, text, words) }
    }

    /// One of these words, which must be there.
    pub fn required_word<T: Copy>(&mut self, column: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.filled(column)?;
        self.one_of(column, text, words)
    }

    /// One of these words, as `text` of a cell.
    pub fn one_of<T: Copy>(&mut self, column: &str, text: &str, words: &[(&str, T)]) -> Option<T> {
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            self.wrong(column, format!("is none of {}", words.join(", ")));
        }
        found
    }

    /// A whole day.
    pub fn day(&mut self, column: &str) -> Option<Date> {
        let text = self.text(column);
        let day = text.parse().ok().filter(|_| text.len() == 10);
        if day.is_none() && !text.is_empty() {
            self.wrong(column, "is not a day as 2024-03-05");
        }
        day
    }

    /// A time, in the future perhaps.
    pub fn time(&mut self, column: &str) -> Option<Timestamp> {
        let text = self.text(column);
        let Some(time) = time(text) else {
            if !text.is_empty() {
                self.wrong(column, "is not a time as 2024-03-05T08:00, with an offset or in Swedish time");
            }
            return None;
        };
        self.is_ambiguous |= matches!(time, LocalTime::Ambiguous(_));
        Timestamp::from_microsecond(time.instant().as_microsecond()).ok()
    }

    /// A time that has been, not before the admission when that is known.
    pub fn past(&mut self, column: &str, admitted_at: Option<Timestamp>) -> Option<Timestamp> {
        let at = self.time(column)?;
        let fault = if at > self.now {
            "lies in the future"
        } else if admitted_at.is_some_and(|admitted_at| at < admitted_at) {
            "lies before admitted_at"
        } else {
            return Some(at);
        };
        self.wrong(column, fault);
        None
    }

    /// A time that has been and must be there.
    pub fn required_past(&mut self, column: &str, admitted_at: Option<Timestamp>) -> Option<Timestamp> {
        self.filled(column)?;
        self.past(column, admitted_at)
    }
}

/// With an offset, or in Swedish time. A day alone is no time.
fn time(text: &str) -> Option<LocalTime> {
    if text.len() < "2024-03-05T08:00".len() {
        return None;
    }
    if let Ok(at) = text.parse() {
        return Some(LocalTime::Plain(at));
    }
    // A civil time would be read out of one with an offset that cannot be.
    let clock = text.get(11..).filter(|clock| !clock.contains(['+', '-', 'Z', '[']))?;
    let written: DateTime = text.parse().ok().filter(|_| !clock.is_empty())?;
    day::from_local(written).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_an_offset_or_is_swedish_and_a_day_is_none() {
        let at = |text: &str| super::time(text).map(|time| time.instant().to_string());
        let winter = Some("2024-03-05T07:00:00Z".to_owned());
        for text in
            ["2024-03-05T08:00", "2024-03-05 08:00:00", "2024-03-05T08:00+01:00", "2024-03-05T07:00:00Z"]
        {
            assert_eq!(at(text), winter, "{text}");
        }
        for text in [
            "",
            "2024-03-05",
            "2024-03-05T25:00",
            "2024-02-30T08:00",
            "05/03/2024 08:00:00",
            "2024-03-05T08:00+99:00",
        ] {
            assert_eq!(at(text), None, "{text}");
        }
        let twice = super::time("2024-10-27T02:30").expect("a time");
        assert_eq!(twice, LocalTime::Ambiguous("2024-10-27T00:30:00Z".parse().expect("an instant")));
    }
}
