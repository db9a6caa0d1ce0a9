//! `ListAccess`: what units and their people read, for the systematic follow-up of HSLF-FS 2016:40 4 kap. 9 §.

use hemgang_proto::access as pb;
use hemgang_rpc::{Call, Failure, Fields, Page, Shown};

use super::person::{Found, PATIENCE, found, key, period};
use crate::{Log, index, store};

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

    log.catch_up_within(PATIENCE).await?;
    // That somebody went through the log is in the log; whose data is named there is not shown by its ids.
    call.record(log, Shown::default()).await?;
    index::all(&log.db).await?;
    let whose = (unit.as_str(), caller.as_str(), req.protected_persons_only);
    let mut listed = store::listed::by_whom(&log.db, whose, &call.sight, period, &page).await?;
    let next_page_token = page.cut(&mut listed, key);
    Ok(pb::ListAccessResponse { accesses: views(log, found(log, listed).await?).await?, next_page_token })
}

/// Entries as the contract has them, those about protected persons marked.
pub async fn views(log: &Log, found: Vec<Found>) -> Result<Vec<pb::Access>, Failure> {
    let subjects =
        |found: &Found| found.entry.admission_ids.iter().chain(&found.entry.case_ids).cloned().collect();
    let all = found.iter().flat_map(|found| -> Vec<String> { subjects(found) }).collect();
    let marked = store::protected::among(&log.db, &all).await?;
    let view = |found: Found| pb::Access {
        protected_person: subjects(&found).iter().any(|id| marked.contains(id)),
        chain: found.listed.chain,
        number: found.listed.number,
        entry: Some(found.entry),
    };
    Ok(found.into_iter().map(view).collect())
}
