//! What planning told of the call to a plan, one row a stay.

use hemgang_core::id::AdmissionId;
use hemgang_db::Db;
use hemgang_rpc::Failure;

use crate::domain::sip_call::SipCall;

hemgang_db::record!(
    SipCall,
    "sip_call",
    versioned,
    key(admission_id),
    columns(version, notices, noticed_at, withdrawn_at, needed_by, is_refused, by_another_at, called_at)
);

/// What was told of a stay.
pub async fn get(db: &Db, id: AdmissionId) -> Result<SipCall, Failure> {
    let sql = "select * from sip_call where admission_id in (select key from keys)";
    let found = db.projected(sql, "admission_id", id).await?.pop();
    Ok(found.unwrap_or_else(|| SipCall::untold(id)))
}
