//! What units state about cases, one row a case, unit and topic.

use hemgang_core::id::CaseId;
use hemgang_db::Db;
use hemgang_rpc::Failure;

use crate::domain::statement::Statement;

hemgang_db::record!(
    Statement,
    "statement",
    versioned,
    key(case_id, unit, topic),
    columns(version, stated_at, said)
);

/// What is stated about a case, the first first.
pub async fn list(db: &Db, case_id: CaseId) -> Result<Vec<Statement>, Failure> {
    let sql =
        "select * from statement where case_id in (select key from keys) order by stated_at, unit, topic";
    Ok(db.gathered(sql, "case_id", case_id).await?)
}
