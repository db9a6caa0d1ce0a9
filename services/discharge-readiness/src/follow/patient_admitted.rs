//! `PatientAdmitted`: a stay begins.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_proto::{
    admission::{AdmissionState, PatientAdmitted},
    common::Destination,
};
use hemgang_rpc::Failure;
use jiff::Timestamp;

use super::parsed;
use crate::domain::stay::Stay;

pub fn project(
    admission_id: AdmissionId,
    admitted_at: Timestamp,
    event: &PatientAdmitted,
) -> Result<Change, Failure> {
    let liable = Some(event.liable_municipality.as_str()).filter(|code| !code.is_empty());
    Ok(Change::new().insert(&Stay {
        admission_id,
        version: 1,
        hospital: parsed(&event.hospital)?,
        ward: parsed(&event.ward)?,
        specialty: event.specialty(),
        state: AdmissionState::Admitted,
        admitted_at,
        liable_municipality: liable.map(parsed).transpose()?,
        notified_on: None,
        discharged_at: None,
        discharged_on: None,
        destination: Destination::Unspecified,
    }))
}
