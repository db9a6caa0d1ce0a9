//! `InterruptCase` (avbrott i processen): planning is broken off before the patient leaves.

use hemgang_core::place::HsaId;
use hemgang_proto::planning::{self as pb, InterruptionReason, NoticeKind, interrupt_case_request};
use hemgang_rpc::{Call, Context, Failure, Fields};

use super::{
    ending,
    key::{Key, named},
    person::acting,
};
use crate::error::Error;

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::InterruptCaseRequest,
) -> Result<pb::InterruptCaseResponse, Error> {
    let (key, reason, person) = parse(cx, call, &req)?;
    let dossier = ending::load(cx, call, key, &req.etag).await?;
    let (case, event) = dossier.case.clone().interrupt(&ending::by(call, person), reason, call.now)?;
    let dossier = dossier.with_case(|_| case);
    let (case, change) = ending::change(cx, call, dossier, (NoticeKind::CaseInterrupted, event))?;
    Ok(call.commit(cx, change, pb::InterruptCaseResponse { case: Some(case) }).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::InterruptCaseRequest,
) -> Result<(Key, InterruptionReason, HsaId), Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, interrupt_case_request));
    let reason = fields.choice::<InterruptionReason>("reason", req.reason);
    let by = acting(&mut fields, call, "interrupted_by", &req.interrupted_by);
    fields.finish(|| Some((key?, reason?, by?)))
}
