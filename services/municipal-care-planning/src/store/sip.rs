//! Plans, one row a case.

use hemgang_core::id::CaseId;
use hemgang_db::Db;
use hemgang_rpc::Failure;

use crate::domain::sip::Sip;

hemgang_db::record!(Sip, "sip", versioned, key(case_id), columns(version, agreed_on, said));

/// The plan of a case, if one was written.
pub async fn get(db: &Db, case_id: CaseId) -> Result<Option<Sip>, Failure> {
    let sql = "select * from sip where case_id in (select key from keys)";
    Ok(db.gathered(sql, "case_id", case_id).await?.pop())
}
