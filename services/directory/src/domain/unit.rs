//! A unit from a day on: what becomes of the rows that stand, held against every other unit.

#[cfg(test)]
mod tests;

use hemgang_core::{
    directory::{Directory, LineFault, Unit},
    place::HsaId,
};
use hemgang_rpc::Failure;
use jiff::civil::Date;

use super::before;
use crate::error::{Error, violation};

/// The unit's rows with one more, which comes after them all.
pub fn added(directory: &Directory, unit: Unit) -> Result<Vec<Unit>, Error> {
    let stand = directory.rows(&unit.hsa_id);
    if stand.iter().any(|row| held(row) && unit.valid_from <= row.end()) {
        return Err(Error::UnitExists { unit: unit.hsa_id });
    }
    stays_what_it_is(stand, &unit)?;
    let id = unit.hsa_id.clone();
    // A row that never held has nothing to say any more.
    let stand = stand.iter().filter(|row| held(row)).cloned();
    fitting(directory, &id, stand.chain([unit]).collect())
}

/// The unit's rows where one holds from its day on, until what is planned for a later day.
pub fn changed(directory: &Directory, unit: Unit) -> Result<Vec<Unit>, Error> {
    let (id, from) = (unit.hsa_id.clone(), unit.valid_from);
    let stand = known(directory, &id)?;
    stays_what_it_is(stand, &unit)?;
    let holds = directory.unit(&id, from).ok_or_else(|| Error::UnitClosed { unit: id.clone() })?;
    let mut rows: Vec<_> = stand.iter().filter(|row| row.valid_from != holds.valid_from).cloned().collect();
    if holds.valid_from < from {
        rows.push(Unit { valid_to: before(from), ..holds.clone() });
    }
    rows.push(Unit { valid_to: holds.valid_to, ..unit });
    fitting(directory, &id, rows)
}

/// The unit's rows where none holds from a day on. What never held a day stays, because notices may name it.
pub fn closed(directory: &Directory, id: &HsaId, on: Date) -> Result<Vec<Unit>, Error> {
    let stand = known(directory, id)?;
    if !stand.iter().any(|row| held(row) && on <= row.end()) {
        return Err(Error::UnitClosed { unit: id.clone() });
    }
    let first = stand.first().map(|row| row.valid_from);
    let stay = stand.iter().filter(|row| row.valid_from < on || Some(row.valid_from) == first);
    let end = |row: &Unit| {
        let last = if row.valid_from < on { before(on) } else { before(row.valid_from) };
        Unit { valid_to: last.min(Some(row.end())), ..row.clone() }
    };
    fitting(directory, id, stay.map(end).collect())
}

/// Whether a row holds on any day.
fn held(row: &Unit) -> bool {
    row.is_valid(row.valid_from)
}

fn known<'a>(directory: &'a Directory, id: &HsaId) -> Result<&'a [Unit], Error> {
    let absent = || Failure::NotFound { resource: "unit", name: id.to_string() };
    Some(directory.rows(id)).filter(|rows| !rows.is_empty()).ok_or_else(|| absent().into())
}

/// A unit of another kind, or of another municipality, is another unit: what was sent to it must stay whose it was.
fn stays_what_it_is(stand: &[Unit], unit: &Unit) -> Result<(), Error> {
    let Some(last) = stand.last() else { return Ok(()) };
    if last.kind != unit.kind {
        return Err(Error::field("unit.kind", "stays what it is"));
    }
    if last.run_by() != unit.run_by() {
        return Err(Error::field("unit.municipality", "stays the one that runs the unit"));
    }
    Ok(())
}

/// The rows in order and at their next version, where the whole directory can stand with them.
fn fitting(directory: &Directory, id: &HsaId, mut rows: Vec<Unit>) -> Result<Vec<Unit>, Error> {
    let version = directory.rows(id).last().map_or(0, |row| row.version) + 1;
    rows.sort_by_key(|row| row.valid_from);
    for row in &mut rows {
        row.version = version;
    }
    let mut next = directory.clone();
    next.record_unit(id.clone(), rows.clone());
    let (mut wrong, mut refusal) = (Vec::new(), None);
    for (unit, fault) in next.misfits() {
        match fault {
            LineFault::SecondReception { code, .. } => {
                refusal.get_or_insert(Error::ReceptionExists { municipality: code });
            }
            _ if unit != *id => {
                refusal.get_or_insert(Error::PartsLeft { unit });
            }
            LineFault::UnknownMunicipality(_) => wrong.push(violation("unit.municipality", &fault)),
            LineFault::UnknownHospital(_) | LineFault::UnknownParent(_) => {
                wrong.push(violation("unit.parent", &fault));
            }
            fault => return Err(Failure::Internal(Box::new(fault)).into()),
        }
    }
    if !wrong.is_empty() {
        return Err(Failure::Invalid(wrong).into());
    }
    refusal.map_or(Ok(rows), Err)
}
