//! `AdmissionTimeCorrected`: what counts from the admission counts from another time.

use hemgang_proto::admission::AdmissionTimeCorrected;
use hemgang_rpc::Failure;

use super::told::Told;
use crate::domain::stay::Stay;

pub fn apply(stay: Stay, told: &Told, what: &AdmissionTimeCorrected) -> Result<Stay, Failure> {
    Ok(stay.admitted(told.instant("admitted_at", what.admitted_at.as_ref())?))
}
