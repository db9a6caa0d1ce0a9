//! Who is around patients, one row a case.

use hemgang_core::id::CaseId;
use hemgang_db::Db;
use hemgang_rpc::Failure;

use crate::domain::related_persons::RelatedPersons;

hemgang_db::record!(
    RelatedPersons,
    "related_persons",
    versioned,
    key(case_id),
    columns(version, unit, recorded_by, recorded_at, persons)
);

/// Those of a case, if anybody said who they are.
pub async fn get(db: &Db, case_id: CaseId) -> Result<Option<RelatedPersons>, Failure> {
    let sql = "select * from related_persons where case_id in (select key from keys)";
    Ok(db.gathered(sql, "case_id", case_id).await?.pop())
}
