//! Which cases rest on something that was entered from the papers of the reserve routine (reservrutin): a figure says how many,
//! since what was noted in a hurry and entered days later is less sure than the rest.

use std::collections::HashSet;

use hemgang_db::Db;
use hemgang_rpc::Failure;

use crate::definition::Case;

/// Marks the cases of which the service that owns the figure was told on paper. Its own feed says so.
pub async fn mark(db: &Db, cases: &mut [Case]) -> Result<(), Failure> {
    let sql = "select distinct admission_id, case_id from feed_event
        where entry_reason = 'ENTRY_REASON_DOWNTIME_ROUTINE'";
    let mut told = HashSet::new();
    for row in db.rows(sql, Vec::new()).await? {
        told.insert(row.column::<String>("admission_id")?);
        told.insert(row.column::<String>("case_id")?);
    }
    if told.is_empty() {
        return Ok(());
    }
    for case in cases {
        let admission_id = case.admission_id.as_ref().map(ToString::to_string);
        let case_id = case.planned.as_ref().map(|planned| planned.case_id.to_string());
        case.on_paper |= [admission_id, case_id].iter().flatten().any(|id| told.contains(id));
    }
    Ok(())
}
