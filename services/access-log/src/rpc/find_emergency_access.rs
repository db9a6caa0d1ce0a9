//! `FindEmergencyAccess`: until when a unit reads what is kept from it. Planning asks at every such read.

use hemgang_core::place::HsaId;
use hemgang_proto::access as pb;
use hemgang_rpc::{Call, Failure, Fields, wire};

use crate::{Log, store};

pub async fn handle(
    log: &Log,
    call: &Call,
    req: pb::FindEmergencyAccessRequest,
) -> Result<pb::FindEmergencyAccessResponse, Failure> {
    let mut fields = Fields::new(log, call);
    let unit = fields.parsed::<HsaId>("unit", &req.unit);
    let unit = fields.finish(|| unit)?;
    let opened = store::emergency::of_unit(&log.db, unit.as_str(), &req.subjects).await?;
    let until = opened.into_iter().map(|emergency| emergency.until).max().filter(|until| call.now < *until);
    let until = until.map(wire::timestamp);
    Ok(pb::FindEmergencyAccessResponse { until })
}
