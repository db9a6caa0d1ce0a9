//! `PatientAdmitted`: a stay begins.

use hemgang_core::{id::AdmissionId, place::MunicipalityCode};
use hemgang_db::Change;
use hemgang_proto::{
    admission::{AdmissionState, PatientAdmitted},
    common::{Destination, EntryReason},
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
    Ok(Change::new().insert(&Stay {
        admission_id,
        version: 1,
        hospital: parsed(&event.hospital)?,
        ward: parsed(&event.ward)?,
        specialty: event.specialty(),
        state: AdmissionState::Admitted,
        admitted_at,
        liable_municipality: municipality(&event.liable_municipality)?,
        residence_municipality: municipality(&event.residence_municipality)?,
        municipality_is_secret: false,
        participating_municipality: None,
        sex: event.sex(),
        age_group: event.age_group(),
        needed_since: None,
        needed_entry: EntryReason::Unspecified,
        notified_at: None,
        notified_on: None,
        notified_entry: EntryReason::Unspecified,
        discharge_notice_at: None,
        discharged_at: None,
        discharged_on: None,
        destination: Destination::Unspecified,
    }))
}

/// A code, or nothing when it is unknown or secret.
pub fn municipality(code: &str) -> Result<Option<MunicipalityCode>, Failure> {
    if code.is_empty() { Ok(None) } else { parsed(code).map(Some) }
}
