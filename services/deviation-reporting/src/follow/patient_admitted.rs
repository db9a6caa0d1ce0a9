//! `PatientAdmitted`: a stay begins. Nobody is owed anything yet.

use hemgang_feed::recipients::Course;
use hemgang_proto::{
    admission::{AdmissionState, PatientAdmitted},
    common::EntryReason,
};
use hemgang_rpc::{Context, Failure};

use super::told::Told;
use crate::{domain::stay::Stay, store};

pub async fn stay(cx: &Context, told: &Told<'_>, what: &PatientAdmitted) -> Result<Stay, Failure> {
    // The feeds have no order among each other: planning may have told of its recipients, and that it was broken off.
    let course = Course::read(&cx.db, told.admission_id).await?;
    let interruptions = store::stay::interruptions(&cx.db, told.admission_id).await?;
    let known = i64::try_from(course.changes.len() + interruptions.len()).unwrap_or_default();
    let heard = store::sip_call::get(&cx.db, told.admission_id).await?.version;
    let stay = Stay {
        admission_id: told.admission_id,
        version: 1,
        hospital: told.parsed("hospital", &what.hospital)?,
        ward: told.parsed("ward", &what.ward)?,
        liable_municipality: told.optional("liable_municipality", &what.liable_municipality)?,
        state: AdmissionState::Admitted,
        legal_status: what.legal_status(),
        admitted_at: told.instant("admitted_at", what.admitted_at.as_ref())?,
        needed_since: None,
        needed_entry: EntryReason::Unspecified,
        notified_at: None,
        notified_entry: EntryReason::Unspecified,
        discharged_at: None,
        interrupted_at: interruptions.last().and_then(|last| last.interrupted_at),
    };
    Ok(Stay { version: 1 + known + heard, ..stay.weighed(&course) })
}
