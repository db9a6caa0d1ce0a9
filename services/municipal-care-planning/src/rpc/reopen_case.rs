//! `ReopenCase`: a case that was closed, or broken off, is open again, in the state that it would have had.

use hemgang_core::place::HsaId;
use hemgang_proto::planning::{self as pb, NoticeKind, ReopeningReason, reopen_case_request};
use hemgang_rpc::{Call, Context, Failure, Fields};

use super::{
    ending,
    key::{Key, named},
    person::acting,
};
use crate::{error::Error, follow::homecoming};

/// Reasons that people give; the others follow from what the hospital told.
const SAID: [ReopeningReason; 3] =
    [ReopeningReason::Mistake, ReopeningReason::NeedsAgain, ReopeningReason::Unfinished];

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ReopenCaseRequest,
) -> Result<pb::ReopenCaseResponse, Error> {
    let (key, reason, person) = parse(cx, call, &req)?;
    let dossier = ending::load(cx, call, key, &req.etag).await?;
    let case = dossier.case.clone().reopen(&ending::by(call, person), reason, call.now)?;
    let event = case.reopened();
    let dossier = homecoming::made_good(cx, dossier.with_case(|_| case)).await?;
    let (case, change) = ending::change(cx, call, dossier, (NoticeKind::CaseReopened, event))?;
    Ok(call.commit(cx, change, pb::ReopenCaseResponse { case: Some(case) }).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::ReopenCaseRequest,
) -> Result<(Key, ReopeningReason, HsaId), Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, reopen_case_request));
    let reason = fields.choice::<ReopeningReason>("reason", req.reason);
    if reason.is_some_and(|reason| !SAID.contains(&reason)) {
        fields.wrong("reason", "must be MISTAKE, NEEDS_AGAIN or UNFINISHED");
    }
    let by = acting(&mut fields, call, "reopened_by", &req.reopened_by);
    fields.finish(|| Some((key?, reason?, by?)))
}
