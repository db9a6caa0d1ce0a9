//! Office hours of some units: a week from each of several days on.

use hemgang_core::directory::{HoursOf, OfficeHours, Opening};
use hemgang_db::{Change, Db, params};
use hemgang_rpc::Failure;
use jiff::civil::Date;

#[derive(Clone, Debug)]
struct Row {
    municipality: String,
    kind: String,
    valid_from: Date,
    week: Vec<Opening>,
    on_holidays: bool,
}

hemgang_db::record!(Row, "office_hours", key(municipality, kind, valid_from), columns(week, on_holidays));

impl Row {
    fn of(of: &HoursOf, hours: &OfficeHours) -> Self {
        let (municipality, kind) = key(of);
        let OfficeHours { week, on_holidays, valid_from } = hours.clone();
        Self { municipality, kind, valid_from, week, on_holidays }
    }
}

/// Keys are never null.
fn key(of: &HoursOf) -> (String, String) {
    let municipality = of.municipality.as_ref().map(ToString::to_string);
    (municipality.unwrap_or_default(), of.kind.map(|kind| kind.to_string()).unwrap_or_default())
}

/// All hours of some units, in order of time.
pub async fn list(db: &Db, of: &HoursOf) -> Result<Vec<OfficeHours>, Failure> {
    let (municipality, kind) = key(of);
    let sql = "select * from office_hours where municipality = $1 and kind = $2";
    let rows = db.list::<Row>(sql, params![municipality, kind]).await?.into_iter();
    let hours = |Row { week, on_holidays, valid_from, .. }| OfficeHours { week, on_holidays, valid_from };
    let mut rows: Vec<_> = rows.map(hours).collect();
    rows.sort_by_key(|hours| hours.valid_from);
    Ok(rows)
}

/// Puts hours in the place of those that stand from the same day on.
pub fn replace(of: &HoursOf, stands: Option<&OfficeHours>, hours: &OfficeHours) -> Change {
    let change = Change::new().insert(&Row::of(of, hours));
    stands.map_or(change.clone(), |stands| change.remove(&Row::of(of, stands)))
}
