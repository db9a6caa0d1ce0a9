//! `ListAccess`: what units and their people read, for the systematic follow-up of HSLF-FS 2016:40 4 kap. 9 §.

use hemgang_proto::{access as pb, common::AccessEntry};
use hemgang_rpc::{Call, Failure, Fields, Page, Shown};

use super::person::{PATIENCE, key, period};
use crate::{Log, domain::entry::Kept, index, store};

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
    if req.protected_persons_only {
        index::all(&log.db).await?;
    }
    let whose = (unit.as_str(), caller.as_str(), req.protected_persons_only);
    let mut kept = store::entry::by_whom(&log.db, whose, &call.sight, period, &page).await?;
    let next_page_token = page.cut(&mut kept, key);
    Ok(pb::ListAccessResponse { accesses: views(log, &kept).await?, next_page_token })
}

/// Entries as the contract has them, those about protected persons marked.
pub async fn views(log: &Log, kept: &[Kept]) -> Result<Vec<pb::Access>, Failure> {
    let said = kept.iter().map(Kept::said).collect::<Result<Vec<_>, _>>()?;
    let subjects = |entry: &AccessEntry| entry.admission_ids.iter().chain(&entry.case_ids).cloned().collect();
    let all = said.iter().flat_map(|entry| -> Vec<String> { subjects(entry) }).collect();
    let marked = store::protected::among(&log.db, &all).await?;
    let view = |(kept, entry): (&Kept, AccessEntry)| pb::Access {
        chain: kept.chain.clone(),
        number: kept.number,
        protected_person: subjects(&entry).iter().any(|id| marked.contains(id)),
        entry: Some(entry),
    };
    Ok(kept.iter().zip(said).map(view).collect())
}
