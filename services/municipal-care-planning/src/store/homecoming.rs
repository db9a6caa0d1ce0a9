//! Cases whose patients came home and are to be called.

use hemgang_db::{Db, newest, params};
use hemgang_proto::common::PersonId;
use hemgang_rpc::{Failure, Page, Sight};
use jiff::Timestamp;

use crate::domain::case::Case;

/// A page of those whose patients a caller's units are to call, latest opened first; none that should have been called before
/// an instant.
pub async fn list(db: &Db, sight: &Sight, since: Timestamp, page: &Page) -> Result<Vec<Case>, Failure> {
    let sql = newest!(
        "opened_at", "case_id",
        "party p join care_case b on b.case_id = p.case_id where p.unit = $4 and p.calls_by > $6
          and p.shown_state is null" by "p.opened_at", "p.case_id";
        // A case that several units of a municipality are to call is listed by the first of them.
        "party p join care_case b on b.case_id = p.case_id where p.municipality = $5 and p.calls_by > $6
          and p.shown_state is null
          and not exists (select 1 from party e
            where e.case_id = p.case_id and e.municipality || '' = $5 and e.calls_by is not null
              and e.shown_state is null and e.unit < p.unit)" by "p.opened_at", "p.case_id"
    );
    let (unit, municipality) = (sight.unit(), sight.municipality());
    let params = params![page.below(), page.id(), page.limit(), unit, municipality, since];
    Ok(db.page(sql, params).await?)
}

/// Those of one person whom somebody is to call, or may yet be: who has not died, and whose case has not ended.
pub async fn cases_of(db: &Db, id: &PersonId) -> Result<Vec<Case>, Failure> {
    let sql = "select c.* from patient p join care_case c on c.admission_id = p.admission_id
        where p.oid = $1 and p.value = $2";
    let cases: Vec<Case> = db.list(sql, params![id.oid.as_str(), id.value.as_str()]).await?;
    let may_be_called = |case: &Case| case.contact_by.is_some() || case.ended().is_none() && !case.is_over();
    Ok(cases.into_iter().filter(may_be_called).collect())
}
