//! What principals judge of the need of an individual plan, one row a case and principal.

use hemgang_core::id::CaseId;
use hemgang_db::Db;
use hemgang_proto::planning::SipNeedDecision;
use hemgang_rpc::{Failure, Organisation};

use crate::domain::sip_need::SipNeed;

hemgang_db::record!(
    SipNeed,
    "sip_need",
    versioned,
    key(case_id, principal),
    columns(version, unit, decided_by, decided_at),
    names(decision: SipNeedDecision)
);

/// What is judged of a case, the region first.
pub async fn list(db: &Db, case_id: CaseId) -> Result<Vec<SipNeed>, Failure> {
    let sql = "select * from sip_need where case_id in (select key from keys)";
    let mut needs: Vec<SipNeed> = db.gathered(sql, "case_id", case_id).await?;
    needs.sort_by_key(|need| (need.principal != Organisation::Region, need.principal.to_string()));
    Ok(needs)
}
