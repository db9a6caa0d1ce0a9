//! `CancelDischarge`: the patient has not left after all. The stay goes on as if nobody had said so.

use hemgang_proto::admission::{self as pb, MovementKind};
use hemgang_rpc::{Call, Context, Fields};

use super::movement;
use crate::{
    domain::{
        course::{Told, What},
        quality::TimeFaults,
    },
    error::Error,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::CancelDischargeRequest,
) -> Result<pb::CancelDischargeResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed("admission_id", &req.admission_id);
    let registered_at = fields.optional_past("registered_at", req.registered_at.as_ref());
    let what = What::Cancel(MovementKind::Discharge);
    let log_entry = movement::log_entry(&mut fields, req.log_entry.as_ref());
    let (id, told) = fields.finish(|| {
        let (registered_at, log_entry) = (registered_at?, log_entry?);
        Some((id?, Told { what, registered_at, log_entry, entry: None, time_faults: TimeFaults::default() }))
    })?;
    let (admission, change) = movement::register(cx, call, id, &req.etag, told).await?;
    Ok(call.commit(cx, change, pb::CancelDischargeResponse { admission: Some(admission) }).await?)
}
