//! What the rows must be to each other: one row for each unit and day, wards within hospitals,
//! known municipalities, one reception for each of them.

use std::collections::{BTreeMap, BTreeSet};

use super::read::At;
use super::{BadLine, LineFault, Municipality, Table, Unit, UnitKind};
use crate::place::{HsaId, MunicipalityCode};

/// Every code stands once.
pub(super) fn municipalities(rows: &[At<Municipality>], bad: &mut Vec<BadLine>) {
    let mut seen: BTreeMap<&MunicipalityCode, u64> = BTreeMap::new();
    for At { line, row } in rows {
        if let Some(&first) = seen.get(&row.code) {
            bad.push(BadLine {
                table: Table::Municipalities,
                line: *line,
                fault: LineFault::RepeatedMunicipality { code: row.code.clone(), line: first },
            });
        } else {
            seen.insert(&row.code, *line);
        }
    }
}

/// Everything that needs more than one unit to tell.
pub(super) fn units(rows: &[At<Unit>], municipalities: &[At<Municipality>], bad: &mut Vec<BadLine>) {
    let codes: BTreeSet<_> = municipalities.iter().map(|at| &at.row.code).collect();
    let mut by_id: BTreeMap<&HsaId, Vec<&At<Unit>>> = BTreeMap::new();
    let mut receptions: BTreeMap<&MunicipalityCode, Vec<&At<Unit>>> = BTreeMap::new();
    for at in rows {
        by_id.entry(&at.row.hsa_id).or_default().push(at);
        if let (UnitKind::MunicipalReception, Some(code)) = (at.row.kind, &at.row.municipality) {
            receptions.entry(code).or_default().push(at);
        }
    }
    let mut report = |line, fault| {
        bad.push(BadLine { table: Table::Units, line, fault });
    };
    for (id, rows) in &by_id {
        for (later, earlier) in overlaps(rows) {
            let (id, line) = ((*id).clone(), earlier.line);
            report(later.line, LineFault::Overlap { id, line });
        }
    }
    for (code, rows) in &receptions {
        for (later, earlier) in overlaps(rows) {
            // Two rows of one unit are an overlap already.
            if later.row.hsa_id != earlier.row.hsa_id {
                let (code, line) = ((*code).clone(), earlier.line);
                report(later.line, LineFault::SecondReception { code, line });
            }
        }
    }
    for At { line, row } in rows {
        if let Some(code) = row.municipality.as_ref()
            && !codes.contains(code)
        {
            report(*line, LineFault::UnknownMunicipality(code.clone()));
        }
        if let Some(fault) = parent_fault(row, &by_id) {
            report(*line, fault);
        }
    }
}

/// Each row that begins while another still holds, with that other.
fn overlaps<'a>(rows: &[&'a At<Unit>]) -> Vec<(&'a At<Unit>, &'a At<Unit>)> {
    let mut rows = rows.to_vec();
    rows.sort_by_key(|at| (at.row.valid_from, at.line));
    let mut found = Vec::new();
    let mut last: Option<&At<Unit>> = None;
    for at in rows {
        if let Some(earlier) = last
            && earlier.row.is_valid(at.row.valid_from)
        {
            found.push((at, earlier));
        }
        // A long row may hide several short ones, so the one that ends last is kept.
        if last.is_none_or(|earlier| earlier.row.end() < at.row.end()) {
            last = Some(at);
        }
    }
    found
}

fn parent_fault(unit: &Unit, by_id: &BTreeMap<&HsaId, Vec<&At<Unit>>>) -> Option<LineFault> {
    // A row that never held lies under nothing.
    let id = unit.parent.as_ref().filter(|_| unit.is_valid(unit.valid_from))?;
    let rows = by_id.get(id).map(Vec::as_slice).unwrap_or_default();
    if unit.kind == UnitKind::Ward {
        (!has_hospital_throughout(unit, rows)).then(|| LineFault::UnknownHospital(id.clone()))
    } else {
        rows.is_empty().then(|| LineFault::UnknownParent(id.clone()))
    }
}

/// A hospital that changes its name or group has several rows, which together must reach from the
/// ward's first day to its last.
fn has_hospital_throughout(ward: &Unit, parents: &[&At<Unit>]) -> bool {
    let mut hospitals: Vec<_> =
        parents.iter().map(|at| &at.row).filter(|unit| unit.kind == UnitKind::Hospital).collect();
    hospitals.sort_by_key(|unit| unit.valid_from);
    let mut uncovered_from = ward.valid_from;
    for hospital in hospitals {
        if !hospital.is_valid(uncovered_from) {
            continue;
        }
        if ward.end() <= hospital.end() {
            return true;
        }
        match hospital.end().tomorrow() {
            Ok(next) => uncovered_from = next,
            Err(_) => return true,
        }
    }
    false
}
