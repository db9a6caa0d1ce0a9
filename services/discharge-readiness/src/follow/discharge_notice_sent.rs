//! `DischargeNoticeSent`: the units were told what was agreed for going home. A departure is no such notice.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_rpc::{Context, Failure};
use jiff::Timestamp;

use crate::domain::stay::Stay;

pub async fn project(cx: &Context, id: AdmissionId, sent_at: Timestamp) -> Result<Change, Failure> {
    let stay = super::stay(cx, id).await?;
    // One that was sent before may be told after it.
    let discharge_notice_at = stay.discharge_notice_at.max(Some(sent_at));
    Ok(Change::new().replace(&Stay { version: stay.version + 1, discharge_notice_at, ..stay }))
}
