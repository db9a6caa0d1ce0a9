//! `GetPatientExtract`: which units had access to a patient's data and when, PDL 8 kap. 5 §. It names no staff.

use hemgang_proto::access as pb;
use hemgang_rpc::{Call, Failure, wire};

use super::person::{Found, accesses};
use crate::Log;

pub async fn handle(
    log: &Log,
    call: &Call,
    req: pb::GetPatientExtractRequest,
) -> Result<pb::GetPatientExtractResponse, Failure> {
    let (period, page) = ((req.from.as_ref(), req.to.as_ref()), (req.page_size, req.page_token.as_str()));
    let (found, _, next_page_token) = accesses(log, call, req.person_id.as_ref(), period, page).await?;
    let line = |Found { listed, entry }| pb::ExtractLine {
        at: Some(wire::timestamp(listed.at)),
        unit: listed.unit,
        changed: entry.changed,
    };
    let lines = found.into_iter().map(line).collect();
    Ok(pb::GetPatientExtractResponse { lines, next_page_token })
}
