//! `ResidenceRecorded`: where the patient belongs is what figures are cut by.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_proto::admission::ResidenceRecorded;
use hemgang_rpc::{Context, Failure};

use super::patient_admitted::municipality;
use crate::{domain::stay::Stay, store};

pub async fn project(cx: &Context, id: AdmissionId, event: &ResidenceRecorded) -> Result<Change, Failure> {
    let stay = super::stay(cx, id).await?;
    let liable = municipality(&event.liable_municipality)?;
    let parties = store::stay::parties(&cx.db, id).await?;
    Ok(Change::new().replace(&Stay {
        version: stay.version + 1,
        liable_told: liable.is_some() && parties.iter().any(|party| party.municipality == liable),
        liable_municipality: liable,
        residence_municipality: municipality(&event.residence_municipality)?,
        ..stay
    }))
}
