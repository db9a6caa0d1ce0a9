//! Cases of a patient's earlier stays. Planning keeps a patient a stay, so they are found by the identity that each goes on
//! under by now: two that were merged are one person's.

use hemgang_core::redacted::Redacted;
use hemgang_db::{Db, params};
use hemgang_proto::common::PersonId;
use hemgang_rpc::Failure;
use jiff::Timestamp;

use crate::domain::case::Case;

/// Those of stays of one identity that began before an instant, the latest first.
pub async fn list(db: &Db, of: &PersonId, before: Timestamp) -> Result<Vec<Case>, Failure> {
    let sql = "select c.* from patient p join stay s on s.admission_id = p.admission_id
        join care_case c on c.admission_id = p.admission_id
        where p.oid = $1 and p.value = $2 and s.admitted_at < $3 and c.course <> 'CASE_STATE_VOIDED'
        order by s.admitted_at desc, c.case_id";
    Ok(db.list(sql, params![of.oid.clone(), Redacted::new(of.value.clone()), before]).await?)
}
