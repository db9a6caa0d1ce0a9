//! `ListAccess`: what units and their people read, for the systematic follow-up of HSLF-FS 2016:40 4 kap. 9 §.

use hemgang_proto::access as pb;
use hemgang_rpc::{Call, Failure, Fields, Page, Shown};

use super::person::{key, period};
use crate::{Log, domain::entry::Kept, store};

pub async fn handle(
    log: &Log,
    call: &Call,
    req: pb::ListAccessRequest,
) -> Result<pb::ListAccessResponse, Failure> {
    let mut fields = Fields::new(log, call);
    let page = Page::read(&mut fields, req.page_size, &req.page_token);
    let period = period(&mut fields, req.from.as_ref(), req.to.as_ref());
    let (unit, caller) = (fields.text("unit", &req.unit), fields.text("caller", &req.caller));
    let (page, period, unit, caller) = fields.finish(|| Some((page?, period?, unit?, caller?)))?;

    log.catch_up().await?;
    // That somebody went through the log is in the log; whose data is named there is not shown by its ids.
    call.record(log, Shown::default()).await?;
    let mut kept = store::entry::by_whom(&log.db, (&unit, &caller), &call.sight, period, &page).await?;
    let next_page_token = page.cut(&mut kept, key);
    let accesses = kept.iter().map(view).collect::<Result<_, _>>()?;
    Ok(pb::ListAccessResponse { accesses, next_page_token })
}

/// An entry as the contract has it.
pub fn view(kept: &Kept) -> Result<pb::Access, Failure> {
    let entry = Some(kept.said()?);
    Ok(pb::Access { chain: kept.chain.clone(), number: kept.number, entry })
}
