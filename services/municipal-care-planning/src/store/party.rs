//! Units that take part in a case.

use std::collections::HashMap;

use hemgang_db::Db;
use hemgang_proto::planning::RemovalReason;
use hemgang_rpc::Failure;

use crate::domain::{
    case::{Case, CaseId},
    party::Party,
};

hemgang_db::record!(
    Party,
    "party",
    versioned,
    key(case_id, unit),
    columns(
        version, municipality, since, opened_at, is_open, is_barred, shown, shown_state, left_at, left_to,
        calls_by,
    ),
    names(left_reason: RemovalReason)
);

/// The parties of these cases, the first first, without those that left.
pub async fn list_of(db: &Db, cases: &[Case]) -> Result<HashMap<CaseId, Vec<Party>>, Failure> {
    let sql = "select * from party where case_id in (select key from keys) and left_at is null order by since, unit";
    let mut parties: HashMap<_, Vec<_>> = HashMap::new();
    let found: Vec<Party> = db.list_of(sql, cases.iter().map(|case| case.case_id)).await?;
    for party in found {
        parties.entry(party.case_id).or_default().push(party);
    }
    Ok(parties)
}

/// The parties of a case, the first first, with those that left.
pub async fn list(db: &Db, case_id: CaseId) -> Result<Vec<Party>, Failure> {
    let sql = "select * from party where case_id in (select key from keys) order by since, unit";
    Ok(db.gathered(sql, "case_id", case_id).await?)
}
