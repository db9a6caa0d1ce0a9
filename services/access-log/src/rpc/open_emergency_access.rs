//! `OpenEmergencyAccess` (nödöppning): a unit reads for a day what is kept from it. That it did so, and why, is durable
//! before it can; whether there is anything to read, planning says.

use std::time::Duration;

use hemgang_core::id::{AdmissionId, CaseId};
use hemgang_db::Change;
use hemgang_proto::access::{self as pb, open_emergency_access_request::Key};
use hemgang_rpc::{Call, Failure, Fields, wire};

use crate::{Log, store, store::emergency::Emergency};

/// How long a case is open.
const OPEN: Duration = Duration::from_hours(24);

pub async fn handle(
    log: &Log,
    call: &Call,
    req: pb::OpenEmergencyAccessRequest,
) -> Result<pb::OpenEmergencyAccessResponse, Failure> {
    let (case_id, admission_id, reason) = parse(log, call, &req)?;
    call.because(reason);
    let until = call.now + OPEN;
    // One of the two is empty.
    let subject = format!("{case_id}{admission_id}");
    let unit = call.caller.unit.to_string();
    let before = store::emergency::of_unit(&log.db, &unit, std::slice::from_ref(&subject)).await?.pop();
    let version = before.map_or(0, |emergency| emergency.version) + 1;
    let emergency = Emergency { subject, unit, version, until };
    let until = Some(wire::timestamp(until));
    let response = pb::OpenEmergencyAccessResponse { case_id, admission_id, until };
    call.commit(log, Change::new().put(&emergency), response).await
}

fn parse(
    log: &Log,
    call: &Call,
    req: &pb::OpenEmergencyAccessRequest,
) -> Result<(String, String, String), Failure> {
    let mut fields = Fields::new(log, call);
    let key = match &req.key {
        Some(Key::CaseId(id)) => {
            fields.parsed::<CaseId>("case_id", id).map(|id| (id.to_string(), String::new()))
        }
        Some(Key::AdmissionId(id)) => {
            fields.parsed::<AdmissionId>("admission_id", id).map(|id| (String::new(), id.to_string()))
        }
        None => {
            fields.wrong("key", "is required");
            None
        }
    };
    let reason = fields.required_text("reason", &req.reason);
    fields.finish(|| {
        let (case_id, admission_id) = key?;
        Some((case_id, admission_id, reason?))
    })
}
