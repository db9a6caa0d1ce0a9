//! `EndLeave`: the patient came back from leave.

use hemgang_proto::admission as pb;
use hemgang_rpc::{Call, Context};

use super::movement::{self, Beside};
use crate::{domain::course::What, error::Error};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::EndLeaveRequest,
) -> Result<pb::EndLeaveResponse, Error> {
    let at = ("ended_at", req.ended_at.as_ref());
    let said = Beside {
        registered_at: req.registered_at.as_ref(),
        log_entry: req.log_entry.as_ref(),
        entry: None,
        flags: &req.quality_flags,
    };
    let (id, told) = movement::parse(cx, call, &req.admission_id, at, said, What::LeaveEnd)?;
    let (admission, change) = movement::register(cx, call, id, &req.etag, told).await?;
    Ok(call.commit(cx, change, pb::EndLeaveResponse { admission: Some(admission) }).await?)
}
