//! `PatientAdmitted`: a stay began. It reaches nobody.

use hemgang_proto::admission::{AdmissionState, PatientAdmitted};
use hemgang_rpc::{Failure, wire};

use super::{municipality, unit};
use crate::domain::{heard::Heard, stay::Stay};

pub fn project(mut stay: Stay, heard: &Heard, said: &PatientAdmitted) -> Result<Stay, Failure> {
    stay.hospital = Some(unit(&said.hospital)?);
    stay.ward = Some(unit(&said.ward)?);
    stay.state = AdmissionState::Admitted;
    stay.specialty = said.specialty();
    stay.legal_status = said.legal_status();
    stay.residence_municipality = municipality(&said.residence_municipality)?;
    stay.liable_municipality = municipality(&said.liable_municipality)?;
    stay.sex = said.sex();
    stay.age_group = said.age_group();
    stay.admitted_at = said.admitted_at.as_ref().and_then(wire::instant);
    Ok(stay.expect(said.expected_discharge, heard.recorded_at))
}
