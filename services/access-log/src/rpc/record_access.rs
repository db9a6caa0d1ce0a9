//! `RecordAccess`: what is about to be shown is written down. It carries no request id: an entry that is written twice
//! says once too often what was shown, and one too few would be worse.

use hemgang_proto::access as pb;
use hemgang_rpc::{AT_ONCE, Call, Failure, Fields};

use crate::{Log, domain::link::NewEntry};

pub async fn handle(
    log: &Log,
    call: &Call,
    req: pb::RecordAccessRequest,
) -> Result<pb::RecordAccessResponse, Failure> {
    let mut fields = Fields::new(log, call);
    if req.entries.is_empty() || req.entries.len() > AT_ONCE {
        fields.wrong("entries", format!("must be from 1 to {AT_ONCE}"));
    }
    fields.each("entries", &req.entries, |fields, path, entry| {
        fields.instant(&format!("{path}.at"), entry.at.as_ref())
    });
    fields.finish(|| Some(()))?;
    let new: Result<_, _> = req.entries.iter().map(|entry| NewEntry::of(None, entry)).collect();
    log.chain.append(new?).await?;
    Ok(pb::RecordAccessResponse {})
}
