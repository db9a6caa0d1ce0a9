//! `GetPatientExtract`: which units had access to a patient's data and when, PDL 8 kap. 5 §. It names no staff.

use hemgang_proto::access as pb;
use hemgang_rpc::{Call, Failure, wire};

use super::person::accesses;
use crate::{Log, domain::entry::Kept};

pub async fn handle(
    log: &Log,
    call: &Call,
    req: pb::GetPatientExtractRequest,
) -> Result<pb::GetPatientExtractResponse, Failure> {
    let (period, page) = ((req.from.as_ref(), req.to.as_ref()), (req.page_size, req.page_token.as_str()));
    let (kept, _, next_page_token) = accesses(log, call, req.person_id.as_ref(), period, page).await?;
    let line = |kept: &Kept| {
        let changed = kept.said()?.changed;
        Ok(pb::ExtractLine { at: Some(wire::timestamp(kept.at)), unit: kept.unit.clone(), changed })
    };
    let lines = kept.iter().map(line).collect::<Result<_, Failure>>()?;
    Ok(pb::GetPatientExtractResponse { lines, next_page_token })
}
