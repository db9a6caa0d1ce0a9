//! Named care contacts, one a case.

use hemgang_core::id::CaseId;
use hemgang_db::Db;
use hemgang_rpc::Failure;

use crate::domain::care_contact::CareContact;

hemgang_db::record!(
    CareContact,
    "care_contact",
    versioned,
    key(case_id),
    columns(version, unit, person, function, deputies, appointed_at, first_at)
);

/// The contact of a case, if one was appointed.
pub async fn get(db: &Db, case_id: CaseId) -> Result<Option<CareContact>, Failure> {
    let sql = "select * from care_contact where case_id in (select key from keys)";
    Ok(db.gathered(sql, "case_id", case_id).await?.pop())
}
