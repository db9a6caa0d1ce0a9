//! `ChangeExpectedDischarge`: the expected time moved, or is said to be unknown (2 kap. 4 §).

use hemgang_proto::admission as pb;
use hemgang_rpc::{Call, Context, Fields};

use super::{change, load, view};
use crate::error::Error;

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ChangeExpectedDischargeRequest,
) -> Result<pb::ChangeExpectedDischargeResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed("admission_id", &req.admission_id);
    let expected = fields.expected("expected_discharge", req.expected_discharge.as_ref());
    if expected == Some(None) {
        fields.wrong("expected_discharge", "is required");
    }
    let (id, expected) = fields.finish(|| Some((id?, expected??)))?;
    let episode = load(cx, call, id, &req.etag).await?;
    let (episode, event) = episode.change_expected(expected)?;
    let response =
        pb::ChangeExpectedDischargeResponse { admission: Some(view::admission(cx, &episode).await?) };
    Ok(call.commit(cx, change(cx, call, &episode, call.now, event)?, response).await?)
}
