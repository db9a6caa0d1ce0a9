//! `ResidenceRecorded`: where the patient belongs is what figures are cut by.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_proto::admission::ResidenceRecorded;
use hemgang_rpc::{Context, Failure};

use super::patient_admitted::municipality;
use crate::{domain::stay::Stay, store};

pub async fn project(cx: &Context, id: AdmissionId, event: &ResidenceRecorded) -> Result<Change, Failure> {
    let stay = super::stay(cx, id).await?;
    let parties = store::stay::parties(&cx.db, id).await?;
    let stay = Stay {
        version: stay.version + 1,
        liable_municipality: municipality(&event.liable_municipality)?,
        residence_municipality: municipality(&event.residence_municipality)?,
        ..stay
    };
    Ok(Change::new().replace(&stay.with(&parties)))
}
