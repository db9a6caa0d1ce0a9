//! Units, each with the rows of all its days.

use std::collections::BTreeMap;

use hemgang_core::{
    directory::{Law, Specialty, Unit, UnitKind},
    place::{HsaId, MunicipalityCode},
};
use hemgang_db::{Change, Db, params};
use hemgang_rpc::Failure;
use jiff::civil::Date;

#[derive(Clone, Debug)]
struct Row {
    hsa_id: HsaId,
    valid_from: Date,
    valid_to: Option<Date>,
    version: i64,
    name: String,
    kind: UnitKind,
    parent: Option<HsaId>,
    municipality: Option<MunicipalityCode>,
    law: Option<Law>,
    specialty: Option<Specialty>,
    hospital_group: Option<String>,
}

hemgang_db::record!(
    Row,
    "unit",
    key(hsa_id, valid_from),
    columns(valid_to, version, name, kind, parent, municipality, law, specialty, hospital_group,)
);

impl From<&Unit> for Row {
    fn from(unit: &Unit) -> Self {
        let Unit {
            hsa_id,
            name,
            kind,
            parent,
            municipality,
            law,
            specialty,
            hospital_group,
            valid_from,
            valid_to,
            version,
        } = unit.clone();
        Self {
            hsa_id,
            valid_from,
            valid_to,
            version,
            name,
            kind,
            parent,
            municipality,
            law,
            specialty,
            hospital_group,
        }
    }
}

impl From<Row> for Unit {
    fn from(row: Row) -> Self {
        let Row { hsa_id, valid_from, valid_to, version, name, kind, .. } = row;
        let Row { parent, municipality, law, specialty, hospital_group, .. } = row;
        Self {
            hsa_id,
            name,
            kind,
            parent,
            municipality,
            law,
            specialty,
            hospital_group,
            valid_from,
            valid_to,
            version,
        }
    }
}

/// All of them, the rows of each in order of time.
pub async fn list(db: &Db) -> Result<BTreeMap<HsaId, Vec<Unit>>, Failure> {
    let rows = db.list::<Row>("select * from unit", params![]).await?;
    let mut units: BTreeMap<HsaId, Vec<Unit>> = BTreeMap::new();
    for row in rows {
        units.entry(row.hsa_id.clone()).or_default().push(row.into());
    }
    for rows in units.values_mut() {
        rows.sort_by_key(|row| row.valid_from);
    }
    Ok(units)
}

/// Puts a unit's rows in the place of those that stand.
pub fn replace(stand: &[Unit], rows: &[Unit]) -> Change {
    let change = stand.iter().map(Row::from).fold(Change::new(), |change, row| change.remove(&row));
    rows.iter().map(Row::from).fold(change, |change, row| change.insert(&row))
}
