//! Readiness: one, or the work list that a caller sees.

use hemgang_core::id::AdmissionId;
use hemgang_db::{Db, Value, params};
use hemgang_proto::readiness::ReadinessState;
use hemgang_rpc::{Failure, Page, Sight};

use crate::domain::{readiness::Readiness, stay::Stay};

hemgang_db::record!(
    Readiness,
    "readiness",
    versioned,
    key(admission_id),
    columns(version, ward, assessed_at, notified_at, ready_since, ready_on, withdrawn_at, judgements, in_hospital),
    names(state: ReadinessState)
);

/// The readiness of a stay; unjudged when nobody has.
pub async fn get(db: &Db, id: AdmissionId) -> Result<Readiness, Failure> {
    let sql = "select * from readiness where admission_id in (select key from keys)";
    let found = db.gathered(sql, "admission_id", id).await?.pop();
    Ok(found.unwrap_or_else(|| Readiness::unjudged(id)))
}

/// Up to how many stays are looked at one by one. Of more, those who wait longest are looked at until a page is full:
/// one way is fast for a ward, the other for a hospital, and neither passes what is closed.
const FEW: i64 = 1500;

/// A page of those who are ready and still in hospital, longest waiting first.
pub async fn list_ready(db: &Db, sight: &Sight, page: &Page) -> Result<Vec<(Readiness, Stay)>, Failure> {
    let of_all = "select r.* from readiness r join stay s on s.admission_id = r.admission_id
        where r.state = 'READINESS_STATE_READY' and r.in_hospital = 1 and s.state = 'ADMISSION_STATE_ADMITTED'
          and ($1 = 1 or s.hospital = $2 or s.ward = $3 or exists (
            select 1 from stay_party p
            where p.admission_id = s.admission_id and p.is_open = 1
              and (p.unit = $4 or p.municipality = $5)
              and not exists (select 1 from barred b where b.admission_id = p.admission_id and b.unit = p.unit)))
          and (r.ready_since, r.admission_id) > ($6, $7)
        order by r.ready_since, r.admission_id limit $8";
    let of_few = "select * from readiness
        where state = 'READINESS_STATE_READY' and in_hospital = 1 and admission_id in (
          select admission_id from stay where hospital = $1 and state = 'ADMISSION_STATE_ADMITTED'
          union all select admission_id from stay where ward = $2 and state = 'ADMISSION_STATE_ADMITTED'
          union all select admission_id from stay_party p where unit = $3 and is_open = 1
            and not exists (select 1 from barred b where b.admission_id = p.admission_id and b.unit = p.unit)
          union all select admission_id from stay_party p where municipality = $4 and is_open = 1
            and not exists (select 1 from barred b where b.admission_id = p.admission_id and b.unit = p.unit))
          and (ready_since, admission_id) > ($5, $6)
        order by ready_since, admission_id limit $7";
    let seen = params![sight.hospital(), sight.ward(), sight.unit(), sight.municipality()];
    let keyset = params![page.above(), page.id(), page.limit()];
    let found: Vec<Readiness> = if !sight.is_all() && sees_few(db, seen.clone()).await? {
        db.page(of_few, [seen, keyset].concat()).await?
    } else {
        db.page(of_all, [params![sight.is_all()], seen, keyset].concat()).await?
    };
    let stays = super::stay::list(db, found.iter().map(|readiness| readiness.admission_id)).await?;
    let both =
        |readiness: Readiness| stays.get(&readiness.admission_id).cloned().map(|stay| (readiness, stay));
    Ok(found.into_iter().filter_map(both).collect())
}

/// Whether so few open stays are seen that each may be looked at.
async fn sees_few(db: &Db, seen: Vec<Value>) -> Result<bool, Failure> {
    let sql = "select count(*) as few from (
          select 1 from stay where hospital = $1 and state = 'ADMISSION_STATE_ADMITTED'
          union all select 1 from stay where ward = $2 and state = 'ADMISSION_STATE_ADMITTED'
          union all select 1 from stay_party where unit = $3 and is_open = 1
          union all select 1 from stay_party where municipality = $4 and is_open = 1
          limit $5) as seen";
    let rows = db.rows(sql, [seen, params![FEW]].concat()).await?;
    Ok(rows.first().map(|row| row.column::<i64>("few")).transpose()?.is_some_and(|few| few < FEW))
}
