//! `DischargePatient`: the patient has left, or died. It stops the clock.

use hemgang_proto::admission as pb;
use hemgang_rpc::{Call, Context, Fields};

use super::{change, load, view};
use crate::error::Error;

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::DischargePatientRequest,
) -> Result<pb::DischargePatientResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed("admission_id", &req.admission_id);
    let at = fields.past("discharged_at", req.discharged_at.as_ref());
    let destination = fields.choice("destination", req.destination);
    let (id, at, destination) = fields.finish(|| Some((id?, at?, destination?)))?;
    let episode = load(cx, call, id, &req.etag).await?;
    let (episode, event) = episode.discharge(at, destination)?;
    let response = pb::DischargePatientResponse { admission: Some(view::admission(cx, &episode).await?) };
    Ok(call.commit(cx, change(cx, call, &episode, at, event)?, response).await?)
}
