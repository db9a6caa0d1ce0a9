//! `AdmissionTimeCorrected`: days in hospital and the 24 hours of the notice count from another time.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_proto::admission::AdmissionTimeCorrected;
use hemgang_rpc::{Context, Failure, wire};

use crate::domain::stay::Stay;

pub async fn project(
    cx: &Context,
    id: AdmissionId,
    event: &AdmissionTimeCorrected,
) -> Result<Change, Failure> {
    let stay = super::stay(cx, id).await?;
    let admitted_at = event.admitted_at.as_ref().and_then(wire::instant);
    let admitted_at = admitted_at.ok_or_else(|| Failure::Internal("a correction without its time".into()))?;
    Ok(Change::new().replace(&Stay { version: stay.version + 1, admitted_at, ..stay }))
}
