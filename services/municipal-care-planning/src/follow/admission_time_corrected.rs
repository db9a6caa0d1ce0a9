//! `AdmissionTimeCorrected`: the case shows when the patient came.

use hemgang_proto::admission::AdmissionTimeCorrected;
use hemgang_rpc::{Failure, wire};

use crate::domain::{heard::broken, stay::Stay};

pub fn project(stay: Stay, said: &AdmissionTimeCorrected) -> Result<Stay, Failure> {
    let admitted_at = said.admitted_at.as_ref().and_then(wire::instant);
    let admitted_at = admitted_at.ok_or_else(|| broken("a correction without its time"))?;
    Ok(Stay { admitted_at: Some(admitted_at), ..stay })
}
