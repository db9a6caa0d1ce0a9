//! `VoidAdmission`: the admission never was. Nothing is deleted; the feed keeps what was told.

use hemgang_db::Change;
use hemgang_proto::admission as pb;
use hemgang_rpc::{Call, Context, Fields};

use super::{change, load, view};
use crate::error::Error;

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::VoidAdmissionRequest,
) -> Result<pb::VoidAdmissionResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed("admission_id", &req.admission_id);
    let reason = fields.choice("reason", req.reason);
    let registered_at = fields.optional_past("registered_at", req.registered_at.as_ref());
    let (id, reason, registered_at) = fields.finish(|| Some((id?, reason?, registered_at?)))?;
    let before = load(cx, call, id, &req.etag).await?;
    let Some((episode, event)) = before.clone().void(reason, registered_at.unwrap_or(call.now))? else {
        let response = pb::VoidAdmissionResponse { admission: Some(view::changed(cx, &before).await?) };
        return Ok(call.commit(cx, Change::new(), response).await?);
    };
    let response = pb::VoidAdmissionResponse { admission: Some(view::changed(cx, &episode).await?) };
    Ok(call.commit(cx, change(cx, call, &episode, (call.now, None), event)?, response).await?)
}
