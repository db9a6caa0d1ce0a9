//! `PatientAdmitted`: a stay began. It reaches nobody.

use hemgang_proto::admission::{AdmissionState, PatientAdmitted};
use hemgang_rpc::{Failure, wire};

use super::unit;
use crate::domain::{heard::broken, stay::Stay};

pub fn project(stay: Stay, said: &PatientAdmitted) -> Result<Stay, Failure> {
    let patient_id = said.patient_id.parse().map_err(|_| broken("an admission of nobody"))?;
    Ok(Stay {
        patient_id: Some(patient_id),
        hospital: Some(unit(&said.hospital)?),
        ward: Some(unit(&said.ward)?),
        state: AdmissionState::Admitted,
        admitted_at: said.admitted_at.as_ref().and_then(wire::instant),
        expected_discharge: said.expected_discharge.as_ref().and_then(wire::expected),
        ..stay
    })
}
