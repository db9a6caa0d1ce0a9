//! `DischargePatient`: the patient has left, or died. It stops the clock; told again, it corrects.

use hemgang_proto::admission as pb;
use hemgang_rpc::{Call, Context, Fields};

use super::movement;
use crate::{
    domain::course::{Told, What},
    error::Error,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::DischargePatientRequest,
) -> Result<pb::DischargePatientResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let entry = fields.entry(req.retrospective_entry.as_ref());
    let id = fields.parsed("admission_id", &req.admission_id);
    let at = fields.past("discharged_at", req.discharged_at.as_ref());
    let destination = fields.choice("destination", req.destination);
    let registered_at = fields.registered_at(req.registered_at.as_ref(), entry.flatten());
    let log_entry = movement::log_entry(&mut fields, req.log_entry.as_ref());
    let time_faults = movement::time_faults(&mut fields, &req.quality_flags);
    let (id, told) = fields.finish(|| {
        let what = What::Discharge { at: at?, destination: destination? };
        let (registered_at, log_entry, entry) = (registered_at?, log_entry?, entry?);
        Some((id?, Told { what, registered_at, log_entry, entry, time_faults: time_faults? }))
    })?;
    let (admission, change) = movement::register(cx, call, id, &req.etag, told).await?;
    Ok(call.commit(cx, change, pb::DischargePatientResponse { admission: Some(admission) }).await?)
}
