//! `PatientDischarged`: the patient left or died; stays that end before the duty runs out are out.

use hemgang_proto::{admission::PatientDischarged, common::Destination};
use hemgang_rpc::Failure;

use super::told::Told;
use crate::domain::stay::Stay;

pub fn apply(stay: Stay, told: &Told, what: &PatientDischarged) -> Result<Stay, Failure> {
    let at = told.instant("discharged_at", what.discharged_at.as_ref())?;
    Ok(stay.discharged(at, what.destination() == Destination::Deceased))
}
