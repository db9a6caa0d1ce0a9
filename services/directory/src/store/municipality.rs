//! Municipalities.

use hemgang_core::{directory::Municipality, place::MunicipalityCode};
use hemgang_db::{Change, Db, params};
use hemgang_rpc::Failure;

#[derive(Clone, Debug)]
struct Row {
    code: MunicipalityCode,
    name: String,
    area: Option<String>,
    area_is_verified: bool,
}

hemgang_db::record!(Row, "municipality", key(code), columns(name, area, area_is_verified));

impl From<&Municipality> for Row {
    fn from(row: &Municipality) -> Self {
        let Municipality { code, name, area, area_is_verified } = row.clone();
        Self { code, name, area, area_is_verified }
    }
}

/// All of them.
pub async fn list(db: &Db) -> Result<Vec<Municipality>, Failure> {
    let rows = db.list::<Row>("select * from municipality order by code", params![]).await?;
    let municipality =
        |Row { code, name, area, area_is_verified }| Municipality { code, name, area, area_is_verified };
    Ok(rows.into_iter().map(municipality).collect())
}

/// Puts one in the place of what stands.
pub fn replace(stands: Option<&Municipality>, row: &Municipality) -> Change {
    let change = Change::new().insert(&Row::from(row));
    stands.map_or(change.clone(), |stands| change.remove(&Row::from(stands)))
}
