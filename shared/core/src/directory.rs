//! The units and municipalities of the county, as they were on any day: read once from two CSV
//! texts, checked as a whole, and then immutable (share it by `Arc`).

mod check;
mod fault;
mod read;
#[cfg(test)]
mod tests;
mod unit;

use std::collections::BTreeMap;
use std::io::Read;

use jiff::civil::Date;

use crate::place::{HsaId, MunicipalityCode};

pub use fault::{BadLine, DirectoryFault, LineFault, Table};
pub use unit::{Law, Municipality, Specialty, Unit, UnitKind, UnknownWord};

/// What units there are and which hospital, municipality and law they belong to.
///
/// Rows are dated, so most questions name a local day: an episode of 2023 is judged by the
/// organisation of 2023.
#[derive(Debug, Clone)]
pub struct Directory {
    /// The rows of one id are in order of time and do not overlap.
    units: BTreeMap<HsaId, Vec<Unit>>,
    municipalities: BTreeMap<MunicipalityCode, Municipality>,
}

impl Directory {
    /// Reads both tables, or tells everything that is wrong with them.
    ///
    /// Either text may begin with a byte order mark; the columns may stand in any order. A table
    /// whose heading is wrong yields that fault alone, since its rows cannot be judged.
    pub fn read(units: impl Read, municipalities: impl Read) -> Result<Self, DirectoryFault> {
        let mut bad = Vec::new();
        let municipalities = read::municipalities(municipalities, &mut bad);
        let units = read::units(units, &mut bad);
        if let (Some(municipalities), Some(units)) = (&municipalities, &units) {
            check::municipalities(municipalities, &mut bad);
            check::units(units, municipalities, &mut bad);
        }
        bad.sort_by_key(|line| (line.table, line.line));
        match (units, municipalities) {
            (Some(units), Some(municipalities)) if bad.is_empty() => Ok(Self::new(units, municipalities)),
            _ => Err(DirectoryFault { lines: bad }),
        }
    }

    fn new(units: Vec<read::At<Unit>>, municipalities: Vec<read::At<Municipality>>) -> Self {
        let mut by_id: BTreeMap<HsaId, Vec<Unit>> = BTreeMap::new();
        for unit in units {
            let rows = by_id.entry(unit.row.hsa_id.clone()).or_default();
            rows.push(unit.row);
        }
        for rows in by_id.values_mut() {
            rows.sort_by_key(|unit| unit.valid_from);
        }
        Self {
            units: by_id,
            municipalities: municipalities
                .into_iter()
                .map(|read::At { row, .. }| (row.code.clone(), row))
                .collect(),
        }
    }

    /// The municipality that runs a unit; none for the region's units, which only lie in one: notifying a vårdcentral
    /// tells its municipality nothing.
    pub fn municipality_running(&self, id: &HsaId, on: Date) -> Option<&MunicipalityCode> {
        self.unit(id, on).filter(|unit| unit.kind.is_municipal())?.municipality.as_ref()
    }

    /// The unit as it was on that day; none if it did not exist then.
    pub fn unit(&self, id: &HsaId, on: Date) -> Option<&Unit> {
        self.units.get(id)?.iter().find(|unit| unit.is_valid(on))
    }

    /// The hospital of a ward, or the hospital itself; none for any other kind of unit.
    pub fn hospital_of(&self, id: &HsaId, on: Date) -> Option<&Unit> {
        let unit = self.unit(id, on)?;
        match unit.kind {
            UnitKind::Hospital => Some(unit),
            UnitKind::Ward => self.unit(unit.parent.as_ref()?, on),
            UnitKind::Outpatient | UnitKind::MunicipalUnit | UnitKind::MunicipalReception => None,
        }
    }

    /// The units which the municipality runs, its reception among them.
    ///
    /// Hospitals and vårdcentraler that merely lie there are left out: they belong to the region,
    /// and whoever acts for the municipality does not act for them.
    pub fn units_of_municipality(&self, code: &MunicipalityCode, on: Date) -> impl Iterator<Item = &Unit> {
        self.units(on)
            .filter(move |unit| unit.kind.is_municipal() && unit.municipality.as_ref() == Some(code))
    }

    /// The unit that receives what is addressed to the municipality as a whole.
    pub fn reception_of(&self, code: &MunicipalityCode, on: Date) -> Option<&Unit> {
        self.units_of_municipality(code, on).find(|unit| unit.kind == UnitKind::MunicipalReception)
    }

    /// All units of that day, by id.
    pub fn units(&self, on: Date) -> impl Iterator<Item = &Unit> {
        self.units.values().flatten().filter(move |unit| unit.is_valid(on))
    }

    /// The municipality with that code.
    pub fn municipality(&self, code: &MunicipalityCode) -> Option<&Municipality> {
        self.municipalities.get(code)
    }

    /// All municipalities, by code.
    pub fn municipalities(&self) -> impl Iterator<Item = &Municipality> {
        self.municipalities.values()
    }
}
