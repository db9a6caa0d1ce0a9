//! Reads the rows of the two CSV texts one by one; what rows must be to each other is in `check`.

use std::io::Read;
use std::str::FromStr;

use csv::{ErrorKind, ReaderBuilder, StringRecord, Trim};
use jiff::civil::Date;

use super::{BadLine, LineFault, Municipality, Table, Unit, UnitKind, UnknownWord};
use crate::place::PlaceFault;

const MUNICIPALITY_COLUMNS: &[&str] = &["code", "name", "collaboration_area", "area_is_verified"];

const UNIT_COLUMNS: &[&str] = &[
    "hsa_id",
    "name",
    "kind",
    "parent",
    "municipality",
    "law",
    "specialty",
    "hospital_group",
    "valid_from",
    "valid_to",
];

/// A row and the line on which it stands.
#[derive(Debug)]
pub(super) struct At<T> {
    pub(super) line: u64,
    pub(super) row: T,
}

/// The good rows, or none if the heading is wrong; faults are added to `bad`.
pub(super) fn municipalities(text: impl Read, bad: &mut Vec<BadLine>) -> Option<Vec<At<Municipality>>> {
    rows(Table::Municipalities, MUNICIPALITY_COLUMNS, text, bad, municipality)
}

/// The good rows, or none if the heading is wrong; faults are added to `bad`.
pub(super) fn units(text: impl Read, bad: &mut Vec<BadLine>) -> Option<Vec<At<Unit>>> {
    rows(Table::Units, UNIT_COLUMNS, text, bad, unit)
}

fn municipality(cells: &mut Cells<'_>) -> Option<Municipality> {
    let code = cells.required("code", place);
    let name = cells.required("name", any_text);
    let area = cells.optional("collaboration_area", any_text);
    let area_is_verified = cells.required("area_is_verified", yes_or_no);
    Some(Municipality { code: code?, name: name?, area, area_is_verified: area_is_verified? })
}

fn unit(cells: &mut Cells<'_>) -> Option<Unit> {
    let hsa_id = cells.required("hsa_id", place);
    let name = cells.required("name", any_text);
    let kind: Option<UnitKind> = cells.required("kind", word);
    let parent = cells.optional("parent", place);
    let municipality = cells.optional("municipality", place);
    let law = cells.optional("law", word);
    let specialty = cells.optional("specialty", word);
    let hospital_group = cells.optional("hospital_group", any_text);
    let valid_from = cells.required("valid_from", day);
    let valid_to = cells.optional("valid_to", day);
    for column in kind?.needs() {
        cells.need(column);
    }
    if let (Some(from), Some(to)) = (valid_from, valid_to)
        && to < from
    {
        cells.faults.push(LineFault::EndsBeforeStart { from, to });
    }
    Some(Unit {
        hsa_id: hsa_id?,
        name: name?,
        kind: kind?,
        parent,
        municipality,
        law,
        specialty,
        hospital_group,
        valid_from: valid_from?,
        valid_to,
        version: 0,
    })
}

/// One record by column name, gathering every fault of its line.
struct Cells<'a> {
    record: &'a StringRecord,
    headings: &'a StringRecord,
    faults: Vec<LineFault>,
}

impl<'a> Cells<'a> {
    fn text(&self, column: &str) -> &'a str {
        let place = self.headings.iter().position(|heading| heading == column);
        place.and_then(|at| self.record.get(at)).unwrap_or_default()
    }

    fn need(&mut self, column: &'static str) {
        if self.text(column).is_empty() {
            self.faults.push(LineFault::Empty(column));
        }
    }

    fn optional<T>(&mut self, column: &'static str, read: ReadCell<T>) -> Option<T> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        read(column, text).map_err(|fault| self.faults.push(fault)).ok()
    }

    fn required<T>(&mut self, column: &'static str, read: ReadCell<T>) -> Option<T> {
        self.need(column);
        self.optional(column, read)
    }
}

type ReadCell<T> = fn(&'static str, &str) -> Result<T, LineFault>;

#[expect(clippy::unnecessary_wraps, reason = "it is passed where other readers can fail")]
fn any_text(_: &'static str, text: &str) -> Result<String, LineFault> {
    Ok(text.to_owned())
}

fn place<T: FromStr<Err = PlaceFault>>(column: &'static str, text: &str) -> Result<T, LineFault> {
    text.parse().map_err(|fault| LineFault::Place { column, fault })
}

fn word<T: FromStr<Err = UnknownWord>>(column: &'static str, text: &str) -> Result<T, LineFault> {
    text.parse().map_err(|fault| LineFault::Word { column, fault })
}

fn yes_or_no(column: &'static str, text: &str) -> Result<bool, LineFault> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(LineFault::Word { column, fault: UnknownWord { expected: "yes no" } }),
    }
}

fn day(column: &'static str, text: &str) -> Result<Date, LineFault> {
    // jiff also reads a timestamp as its day; a table that has one was exported wrongly.
    let plain = text.len() == "2018-01-31".len();
    match text.parse() {
        Ok(day) if plain => Ok(day),
        _ => Err(LineFault::Day(column)),
    }
}

fn rows<T>(
    table: Table,
    columns: &[&'static str],
    text: impl Read,
    bad: &mut Vec<BadLine>,
    read: impl Fn(&mut Cells<'_>) -> Option<T>,
) -> Option<Vec<At<T>>> {
    let mut csv = ReaderBuilder::new().trim(Trim::All).from_reader(text);
    let mut report = |line, faults: Vec<LineFault>| {
        bad.extend(faults.into_iter().map(|fault| BadLine { table, line, fault }));
    };
    let headings = match csv.headers() {
        Ok(headings) => headings.clone(),
        Err(error) => {
            report(1, vec![unreadable(&error)]);
            return None;
        }
    };
    let faults = heading_faults(&headings, columns);
    if !faults.is_empty() {
        report(1, faults);
        return None;
    }
    let mut good = Vec::new();
    for record in csv.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                let mut cells = Cells { record: &record, headings: &headings, faults: Vec::new() };
                good.extend(read(&mut cells).map(|row| At { line, row }));
                report(line, cells.faults);
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                report(line, vec![unreadable(&error)]);
            }
        }
    }
    Some(good)
}

fn heading_faults(headings: &StringRecord, columns: &[&'static str]) -> Vec<LineFault> {
    let unknown = headings
        .iter()
        .filter(|heading| !columns.contains(heading))
        .map(|heading| LineFault::UnknownColumn(heading.to_owned()));
    let miscounted = columns.iter().filter_map(|column| {
        match headings.iter().filter(|heading| heading == column).count() {
            0 => Some(LineFault::MissingColumn(column)),
            1 => None,
            _ => Some(LineFault::RepeatedColumn(column)),
        }
    });
    unknown.chain(miscounted).collect()
}

/// The csv crate's own text repeats the line, counted otherwise than in [`BadLine`].
fn unreadable(error: &csv::Error) -> LineFault {
    LineFault::Unreadable(match error.kind() {
        ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} values for {expected_len} columns")
        }
        ErrorKind::Utf8 { .. } => "not utf-8".to_owned(),
        ErrorKind::Io(error) => format!("cannot be read: {error}"),
        _ => error.to_string(),
    })
}
