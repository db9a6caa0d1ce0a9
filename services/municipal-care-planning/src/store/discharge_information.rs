//! What hospitals handed over, one row a case.

use hemgang_core::id::CaseId;
use hemgang_db::Db;
use hemgang_rpc::Failure;

use crate::domain::discharge_information::DischargeInformation;

hemgang_db::record!(
    DischargeInformation,
    "discharge_information",
    versioned,
    key(case_id),
    columns(version, unit, transferred_at, transferred_by, items)
);

/// What was handed over about a case, if anything was.
pub async fn get(db: &Db, case_id: CaseId) -> Result<Option<DischargeInformation>, Failure> {
    let sql = "select * from discharge_information where case_id in (select key from keys)";
    Ok(db.gathered(sql, "case_id", case_id).await?.pop())
}
