//! Cases whose patients came home and are to be called.

use hemgang_db::{Db, newest, params};
use hemgang_proto::common::PersonId;
use hemgang_rpc::{Failure, Page, Sight};
use jiff::Timestamp;

use crate::domain::case::Case;

/// A page of those that a caller sees, a unit's those that it is to call, latest opened first; none that should have been
/// called before an instant.
pub async fn list(db: &Db, sight: &Sight, since: Timestamp, page: &Page) -> Result<Vec<Case>, Failure> {
    let sql = newest!(
        "opened_at", "case_id",
        "care_case b where $4 = 1 and contact_by > $9" by "opened_at", "case_id";
        "care_case b where hospital = $5 and contact_by > $9" by "opened_at", "case_id";
        "care_case b where ward = $6 and contact_by > $9" by "opened_at", "case_id";
        "party p join care_case b on b.case_id = p.case_id where p.unit = $7 and p.calls_by > $9
          and p.shown_state is null" by "p.opened_at", "p.case_id";
        // A case that several units of a municipality are to call is listed by the first of them.
        "party p join care_case b on b.case_id = p.case_id where p.municipality = $8 and p.calls_by > $9
          and p.shown_state is null
          and not exists (select 1 from party e
            where e.case_id = p.case_id and e.municipality || '' = $8 and e.calls_by is not null
              and e.shown_state is null and e.unit < p.unit)" by "p.opened_at", "p.case_id"
    );
    let mut params = params![page.below(), page.id(), page.limit(), sight.is_all()];
    params.extend(params![sight.hospital(), sight.ward(), sight.unit(), sight.municipality(), since]);
    Ok(db.page(sql, params).await?)
}

/// Those of one person.
pub async fn cases_of(db: &Db, id: &PersonId) -> Result<Vec<Case>, Failure> {
    let sql = "select c.* from patient p join care_case c on c.admission_id = p.admission_id
        where p.oid = $1 and p.value = $2 and c.contact_by is not null";
    Ok(db.list(sql, params![id.oid.as_str(), id.value.as_str()]).await?)
}
