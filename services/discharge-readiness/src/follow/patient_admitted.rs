//! `PatientAdmitted`: a stay begins.

use hemgang_core::{id::AdmissionId, place::MunicipalityCode};
use hemgang_db::Change;
use hemgang_feed::recipients::Course;
use hemgang_proto::{
    admission::{AdmissionState, PatientAdmitted},
    common::{Destination, EntryReason},
};
use hemgang_rpc::{Context, Failure};
use jiff::Timestamp;

use super::parsed;
use crate::domain::stay::Stay;

pub async fn project(
    cx: &Context,
    admission_id: AdmissionId,
    admitted_at: Timestamp,
    event: &PatientAdmitted,
) -> Result<Change, Failure> {
    // The feeds have no order among each other: planning may have told of its recipients.
    let course = Course::read(&cx.db, admission_id).await?;
    let stay = Stay {
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
        discharged_entry: EntryReason::Unspecified,
    };
    let known = i64::try_from(course.changes.len()).unwrap_or_default();
    let parties = stay.parties(&course);
    let stay = Stay { version: 1 + known, ..stay.weighed(&course) }.with(&parties);
    Ok(super::exchanged(Vec::new(), &parties).insert(&stay))
}

/// A code, or nothing when it is unknown or secret.
pub fn municipality(code: &str) -> Result<Option<MunicipalityCode>, Failure> {
    if code.is_empty() { Ok(None) } else { parsed(code).map(Some) }
}
