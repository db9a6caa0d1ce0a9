//! `VoidAdmission`: the admission never was. Nothing is deleted; the feed keeps what was told.

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
    let (id, reason) = fields.finish(|| Some((id?, reason?)))?;
    let episode = load(cx, call, id, &req.etag).await?;
    let (episode, event) = episode.void(reason)?;
    let response = pb::VoidAdmissionResponse { admission: Some(view::changed(cx, &episode).await?) };
    Ok(call.commit(cx, change(cx, call, &episode, (call.now, None), event)?, response).await?)
}
