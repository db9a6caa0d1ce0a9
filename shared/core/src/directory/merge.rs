//! Rows of a file into a directory that stands: what the file does not name stays, and nothing that held is rewritten.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read,
};

use jiff::civil::Date;

use super::{
    BadLine, Directory, DirectoryFault, LineFault, Municipality, Table, Unit, check,
    read::{self, At},
};
use crate::place::{HsaId, MunicipalityCode};

/// What an import changes.
#[derive(Debug, Default)]
pub struct Merged {
    /// Every row of each unit that becomes another, at its next version.
    pub units: BTreeMap<HsaId, Vec<Unit>>,
    /// Municipalities that are new or become others.
    pub municipalities: Vec<Municipality>,
    /// How many units of the file are as they stood.
    pub unchanged: usize,
}

/// What whoever imports may change.
pub struct Rights<'a> {
    /// A unit.
    pub unit: &'a (dyn Fn(&Unit) -> bool + Sync),
    /// Which municipalities there are.
    pub municipalities: bool,
    /// Days before this one are past, and what was known to hold then stays.
    pub today: Date,
}

impl Directory {
    /// What becomes of this directory by the rows of a file, or everything that is wrong with them. Municipalities may be
    /// left out; a unit that is named is as the file says it, with all its rows.
    pub fn merged(
        &self,
        units: impl Read,
        municipalities: Option<impl Read>,
        rights: &Rights<'_>,
    ) -> Result<Merged, DirectoryFault> {
        let mut bad = Vec::new();
        let municipalities = match municipalities {
            Some(text) => read::municipalities(text, &mut bad),
            None => Some(Vec::new()),
        };
        let units = read::units(units, &mut bad);
        let mut merged = Merged::default();
        if let (Some(municipalities), Some(units)) = (municipalities, units) {
            check::municipalities(&municipalities, &mut bad);
            self.fit(&municipalities, &units, &mut bad);
            merged = self.difference(municipalities, units, rights, &mut bad);
        }
        bad.sort_by_key(|line| (line.table, line.line));
        if bad.is_empty() { Ok(merged) } else { Err(DirectoryFault { lines: bad }) }
    }

    /// Holds the rows of the file together with what stands beside them.
    fn fit(&self, municipalities: &[At<Municipality>], units: &[At<Unit>], bad: &mut Vec<BadLine>) {
        let named: BTreeSet<_> = units.iter().map(|at| &at.row.hsa_id).collect();
        let stay = self.units.values().flatten().filter(|unit| !named.contains(&unit.hsa_id));
        let stay = stay.map(|row| At { line: 0, row: row.clone() });
        let all: Vec<_> =
            stay.chain(units.iter().map(|at| At { line: at.line, row: at.row.clone() })).collect();
        let known = self.municipalities.values().map(|row| At { line: 0, row: row.clone() });
        let said = municipalities.iter().map(|at| At { line: at.line, row: at.row.clone() });
        let mut faults = Vec::new();
        check::units(&all, &known.chain(said).collect::<Vec<_>>(), &mut faults);
        for fault in faults {
            let fault = told_of_the_file(fault, units);
            if !bad.contains(&fault) {
                bad.push(fault);
            }
        }
    }

    fn difference(
        &self,
        municipalities: Vec<At<Municipality>>,
        units: Vec<At<Unit>>,
        rights: &Rights<'_>,
        bad: &mut Vec<BadLine>,
    ) -> Merged {
        let mut merged = Merged::default();
        for At { line, row } in municipalities {
            if self.municipality(&row.code) == Some(&row) {
                continue;
            }
            if !rights.municipalities {
                let fault = LineFault::NotYours(row.code.to_string());
                bad.push(BadLine { table: Table::Municipalities, line, fault });
            }
            merged.municipalities.push(row);
        }
        let mut by_id: BTreeMap<HsaId, Vec<At<Unit>>> = BTreeMap::new();
        for at in units {
            by_id.entry(at.row.hsa_id.clone()).or_default().push(at);
        }
        for (id, mut rows) in by_id {
            rows.sort_by_key(|at| at.row.valid_from);
            let stands = self.rows(&id);
            let same = rows.len() == stands.len()
                && rows.iter().zip(stands).all(|(at, stands)| at.row.says_the_same(stands));
            if same {
                merged.unchanged += 1;
                continue;
            }
            let line = rows.first().map_or(0, |at| at.line);
            let mut report = |fault| bad.push(BadLine { table: Table::Units, line, fault });
            if !rows.iter().map(|at| &at.row).chain(stands).all(|row| (rights.unit)(row)) {
                report(LineFault::NotYours(id.to_string()));
            }
            let version = stands.last().map_or(0, |row| row.version) + 1;
            let rows: Vec<_> = rows.into_iter().map(|at| Unit { version, ..at.row }).collect();
            if !stands.is_empty() && past(&rows, rights.today) != past(stands, rights.today) {
                report(LineFault::ChangesPast(id.clone()));
            }
            if kinds(&rows).union(&kinds(stands)).count() > 1 {
                report(LineFault::ChangesKind(id.clone()));
            }
            merged.units.insert(id, rows);
        }
        merged
    }
}

/// What is wrong between a row of the file and one that stands is told of the file's.
fn told_of_the_file(mut bad: BadLine, units: &[At<Unit>]) -> BadLine {
    match &bad.fault {
        LineFault::UnknownHospital(id) | LineFault::UnknownParent(id) if bad.line == 0 => {
            bad.line = units.iter().find(|at| at.row.hsa_id == *id).map_or(0, |at| at.line);
            bad.fault = LineFault::LeavesParts(id.clone());
        }
        LineFault::SecondReception { code, line } if bad.line == 0 || *line == 0 => {
            bad.line = bad.line.max(*line);
            bad.fault = LineFault::OtherReception(code.clone());
        }
        _ => {}
    }
    bad
}

/// What rows say of the days before one.
fn past(rows: &[Unit], today: Date) -> Vec<Unit> {
    let yesterday = today.yesterday().unwrap_or(Date::MIN);
    let until = |row: &Unit| Some(row.end().min(yesterday));
    let before = rows.iter().filter(|row| row.valid_from < today);
    before.map(|row| Unit { valid_to: until(row), version: 0, ..row.clone() }).collect()
}

/// What a unit is and whose: that stays for as long as there is the unit.
fn kinds(rows: &[Unit]) -> BTreeSet<(super::UnitKind, Option<&MunicipalityCode>)> {
    rows.iter().map(|row| (row.kind, row.run_by())).collect()
}
