//! `PatientDetailsRecorded`: whether the municipality is secret. Who the patient is, figures do not need to know.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_proto::{admission::PatientDetailsRecorded, common::Protection};
use hemgang_rpc::{Context, Failure};

use crate::{domain::stay::Stay, store};

pub async fn project(
    cx: &Context,
    id: AdmissionId,
    event: &PatientDetailsRecorded,
) -> Result<Change, Failure> {
    // Also of one that was blanked by law this is left.
    let Some(person) = &event.person else { return Ok(Change::new()) };
    let municipality_is_secret = person.protection() == Protection::ProtectedRegistration;
    let stay = super::stay(cx, id).await?;
    if stay.municipality_is_secret == municipality_is_secret {
        return Ok(Change::new());
    }
    let parties = store::stay::parties(&cx.db, id).await?;
    let stay = Stay { version: stay.version + 1, municipality_is_secret, ..stay };
    Ok(Change::new().replace(&stay.with(&parties)))
}
