//! `PatientAdmitted`: a stay began. It reaches nobody.

use hemgang_proto::admission::{AdmissionState, PatientAdmitted};
use hemgang_rpc::{Failure, wire};

use super::unit;
use crate::domain::stay::Stay;

pub fn project(mut stay: Stay, said: &PatientAdmitted) -> Result<Stay, Failure> {
    stay.hospital = Some(unit(&said.hospital)?);
    stay.ward = Some(unit(&said.ward)?);
    stay.state = AdmissionState::Admitted;
    stay.admitted_at = said.admitted_at.as_ref().and_then(wire::instant);
    stay.expected_discharge = said.expected_discharge.as_ref().and_then(wire::expected);
    Ok(stay)
}
