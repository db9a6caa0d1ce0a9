//! `CancelMovement`: the last transfer, or the last start or end of a leave, never was.

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
    req: pb::CancelMovementRequest,
) -> Result<pb::CancelMovementResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed("admission_id", &req.admission_id);
    let kind = fields.choice("kind", req.kind);
    if matches!(kind, Some(MovementKind::Admission | MovementKind::Discharge)) {
        fields.wrong("kind", "has an RPC of its own: VoidAdmission, CancelDischarge");
    }
    let registered_at = fields.optional_past("registered_at", req.registered_at.as_ref());
    let log_entry = movement::log_entry(&mut fields, req.log_entry.as_ref());
    let (id, told) = fields.finish(|| {
        let (what, registered_at, log_entry) = (What::Cancel(kind?), registered_at?, log_entry?);
        Some((id?, Told { what, registered_at, log_entry, entry: None, time_faults: TimeFaults::default() }))
    })?;
    let (admission, change) = movement::register(cx, call, id, &req.etag, told).await?;
    Ok(call.commit(cx, change, pb::CancelMovementResponse { admission: Some(admission) }).await?)
}
