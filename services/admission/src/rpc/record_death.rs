//! `RecordDeath`: the patient died during the stay. It ends the stay, and stops every clock.

use hemgang_proto::admission as pb;
use hemgang_rpc::{Call, Context};

use super::movement::{self, Beside};
use crate::{domain::course::What, error::Error};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::RecordDeathRequest,
) -> Result<pb::RecordDeathResponse, Error> {
    let at = ("died_at", req.died_at.as_ref());
    let said = Beside {
        registered_at: req.registered_at.as_ref(),
        log_entry: req.log_entry.as_ref(),
        entry: req.retrospective_entry.as_ref(),
        flags: &req.quality_flags,
    };
    let (id, told) = movement::parse(cx, call, &req.admission_id, at, said, What::Death)?;
    let (admission, change) = movement::register(cx, call, id, &req.etag, told).await?;
    Ok(call.commit(cx, change, pb::RecordDeathResponse { admission: Some(admission) }).await?)
}
