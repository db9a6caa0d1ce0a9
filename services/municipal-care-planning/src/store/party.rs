//! Units that take part in a case.

use hemgang_db::{Db, params};
use hemgang_rpc::Failure;

use crate::domain::case::{CaseId, Party};

hemgang_db::record!(Party, "party", key(case_id, unit), columns(municipality, since));

/// The parties of a case, the first first.
pub async fn list(db: &Db, case_id: CaseId) -> Result<Vec<Party>, Failure> {
    Ok(db.list("select * from party where case_id = $1 order by since, unit", params![case_id]).await?)
}
