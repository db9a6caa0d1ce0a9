//! Readiness: one, or the work list that a caller sees.

use hemgang_core::id::AdmissionId;
use hemgang_db::{Db, Record as _, params};
use hemgang_proto::readiness::ReadinessState;
use hemgang_rpc::{Failure, Page, Sight};

use crate::domain::{readiness::Readiness, stay::Stay};

hemgang_db::record!(
    Readiness,
    "readiness",
    versioned,
    key(admission_id),
    columns(version, ward, assessed_at, notified_at, ready_since, ready_on, withdrawn_at, judgements),
    names(state: ReadinessState)
);

/// The readiness of a stay; unjudged when nobody has.
pub async fn get(db: &Db, id: AdmissionId) -> Result<Readiness, Failure> {
    let found = db.optional("select * from readiness where admission_id = $1", params![id]).await?;
    Ok(found.unwrap_or_else(|| Readiness::unjudged(id)))
}

/// A page of those who are ready and still in hospital, longest waiting first.
pub async fn list_ready(db: &Db, sight: &Sight, page: &Page) -> Result<Vec<(Readiness, Stay)>, Failure> {
    let sql = "select r.* from readiness r join stay s on s.admission_id = r.admission_id
        where r.state = 'READINESS_STATE_READY' and s.state = 'ADMISSION_STATE_ADMITTED'
          and ($1 = 1 or s.hospital = $2 or s.ward = $3 or exists (
            select 1 from stay_party p
            where p.admission_id = s.admission_id and (p.unit = $4 or p.municipality = $5)))
          and (r.ready_since > $6 or (r.ready_since = $6 and r.admission_id > $7))
        order by r.ready_since, r.admission_id limit $8";
    let (all, hospital, ward) = (sight.is_all(), sight.hospital(), sight.ward());
    let (unit, municipality) = (sight.unit(), sight.municipality());
    let params = params![all, hospital, ward, unit, municipality, page.above(), page.id(), page.limit()];
    let mut found = Vec::new();
    for row in db.rows(sql, params).await? {
        let readiness = Readiness::from_row(&row)?;
        if let Some(stay) = super::stay::get(db, readiness.admission_id).await? {
            found.push((readiness, stay));
        }
    }
    Ok(found)
}
