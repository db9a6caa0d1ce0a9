//! `PatientTransferred`: readiness stands, and the receiving ward should confirm or withdraw it.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_proto::admission::PatientTransferred;
use hemgang_rpc::{Context, Failure};

use super::parsed;
use crate::domain::stay::Stay;

pub async fn project(cx: &Context, id: AdmissionId, event: &PatientTransferred) -> Result<Change, Failure> {
    // Told late: the stay is elsewhere by now.
    if event.superseded {
        return Ok(Change::new());
    }
    let stay = super::stay(cx, id).await?;
    Ok(Change::new().replace(&Stay {
        version: stay.version + 1,
        hospital: parsed(&event.hospital)?,
        ward: parsed(&event.to_ward)?,
        specialty: event.specialty(),
        ..stay
    }))
}
