//! `PatientAdmitted`: a stay begins. Nobody is owed anything yet.

use hemgang_proto::{
    admission::{AdmissionState, PatientAdmitted},
    common::EntryReason,
};
use hemgang_rpc::Failure;

use super::told::Told;
use crate::domain::stay::Stay;

pub fn stay(told: &Told, what: &PatientAdmitted) -> Result<Stay, Failure> {
    Ok(Stay {
        admission_id: told.admission_id,
        version: 1,
        hospital: told.parsed("hospital", &what.hospital)?,
        ward: told.parsed("ward", &what.ward)?,
        liable_municipality: told.optional("liable_municipality", &what.liable_municipality)?,
        state: AdmissionState::Admitted,
        admitted_at: told.instant("admitted_at", what.admitted_at.as_ref())?,
        needed_since: None,
        needed_entry: EntryReason::Unspecified,
        notified_at: None,
        notified_entry: EntryReason::Unspecified,
        discharged_at: None,
    })
}
