//! `PatientDetailsBlanked`: who the patient was is kept no more; where the record itself goes, the words that the hospital
//! handed over and those of the plan go, too, also those that a party reads of a case that is kept from it.

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
    let case_id = dossier.case.case_id;
    let (handed_over, sip) = tokio::try_join!(
        store::discharge_information::get(&cx.db, case_id),
        store::sip::get(&cx.db, case_id)
    )?;
    let change = delivery::change(cx, &dossier.blanked())?;
    let change = match handed_over {
        Some(handed_over) => change.replace(&handed_over.blanked()?),
        None => change,
    };
    Ok(sip.into_iter().fold(change, |change, sip| change.replace(&sip.blanked())))
}
