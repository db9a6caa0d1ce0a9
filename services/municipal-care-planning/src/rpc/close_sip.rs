//! `CloseSip`: the unit with the overall responsibility (huvudansvar) closes the plan.

use hemgang_proto::planning::{self as pb, NoticeKind, SipCloseReason, close_sip_request};
use hemgang_rpc::{Call, Context, Failure, Fields};

use super::{
    arrange,
    key::{Key, named},
    sip,
};
use crate::error::Error;

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::CloseSipRequest,
) -> Result<pb::CloseSipResponse, Error> {
    let (key, reason) = parse(cx, call, &req)?;
    // Also of somebody who has died: what has ended is closed.
    let dossier = key.dossier(cx, call).await?;
    call.expect_etag(&req.etag, dossier.case.version)?;
    arrange::is_told(&dossier, call)?;
    let (plan, event) = sip::load(cx, &dossier).await?.close(&call.caller.unit, reason, call.now)?;
    let told = (Some(NoticeKind::SipClosed), vec![event]);
    let (case, change) = sip::change(cx, call, dossier, &plan, told)?;
    Ok(call.commit(cx, change, pb::CloseSipResponse { case: Some(case) }).await?)
}

fn parse(cx: &Context, call: &Call, req: &pb::CloseSipRequest) -> Result<(Key, SipCloseReason), Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, close_sip_request));
    let reason = fields.choice::<SipCloseReason>("reason", req.reason);
    fields.finish(|| Some((key?, reason?)))
}
