//! `ApproveSip`: a unit that contributes approves what the plan says.

use hemgang_core::place::HsaId;
use hemgang_proto::planning::{self as pb, NoticeKind, approve_sip_request};
use hemgang_rpc::{Call, Context, Failure, Fields};

use super::{
    arrange,
    key::{Key, named},
    person::acting,
    sip,
};
use crate::{error::Error, store};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ApproveSipRequest,
) -> Result<pb::ApproveSipResponse, Error> {
    let (key, version, by) = parse(cx, call, &req)?;
    let dossier = arrange::open(cx, call, key, &req.etag).await?;
    let (plan, consents) = tokio::try_join!(sip::load(cx, &dossier), async {
        Ok(store::consent::get(&cx.db, dossier.case.about()).await?)
    })?;
    let (plan, events) = plan.approve((&call.caller.unit, &by), version, &consents, call.now)?;
    // One approval of several is no news for an inbox; that the plan is agreed is.
    let notice = (events.len() > 1).then_some(NoticeKind::SipAgreed);
    let (case, change) = sip::change(cx, call, dossier, &plan, (notice, events))?;
    Ok(call.commit(cx, change, pb::ApproveSipResponse { case: Some(case) }).await?)
}

fn parse(cx: &Context, call: &Call, req: &pb::ApproveSipRequest) -> Result<(Key, i32, HsaId), Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, approve_sip_request));
    if req.version < 1 {
        fields.wrong("version", "is required");
    }
    let by = acting(&mut fields, call, "approved_by", &req.approved_by);
    fields.finish(|| Some((key?, req.version, by?)))
}
