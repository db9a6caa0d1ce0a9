//! Cases of a patient's earlier stays. Planning keeps a patient a stay, so they are found by the identity that each goes on
//! under by now: two that were merged are one person's.

use hemgang_db::{Db, params};
use hemgang_rpc::Failure;
use jiff::Timestamp;

use crate::domain::{case::Case, patient::Patient};

/// Those of stays that began before an instant, the latest first; none of a patient whose identity was blanked.
pub async fn list(db: &Db, patient: &Patient, before: Timestamp) -> Result<Vec<Case>, Failure> {
    if patient.is_blanked() {
        return Ok(Vec::new());
    }
    let sql = "select c.* from patient p join stay s on s.admission_id = p.admission_id
        join care_case c on c.admission_id = p.admission_id
        where p.oid = $1 and p.value = $2 and s.admitted_at < $3 and c.course <> 'CASE_STATE_VOIDED'
        order by s.admitted_at desc, c.case_id";
    Ok(db.list(sql, params![patient.oid.clone(), patient.value.clone(), before]).await?)
}
