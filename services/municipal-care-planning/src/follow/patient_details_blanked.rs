//! `PatientDetailsBlanked`: who the patient was is kept no more; where the record itself goes, the words that the hospital
//! handed over go, too, also those that a party reads of a case that is kept from it.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_proto::{admission::PatientDetailsBlanked, common::BlankingGround};
use hemgang_rpc::{Context, Failure};

use super::delivery;
use crate::{domain::dossier::Dossier, store};

pub async fn project(cx: &Context, admission_id: AdmissionId) -> Result<Change, Failure> {
    let patient = store::patient::get(&cx.db, admission_id).await?;
    Ok(patient.map_or_else(Change::new, |patient| Change::new().replace(&patient.blanked())))
}

pub async fn react(cx: &Context, dossier: Dossier, said: PatientDetailsBlanked) -> Result<Change, Failure> {
    // A correction concerns whose the stay is.
    if said.ground() == BlankingGround::Correction {
        return Ok(Change::new());
    }
    let handed_over = store::discharge_information::get(&cx.db, dossier.case.case_id).await?;
    let Some(handed_over) = handed_over else { return Ok(Change::new()) };
    let change = delivery::change(cx, &dossier.blanked())?;
    Ok(change.replace(&handed_over.blanked()?))
}
