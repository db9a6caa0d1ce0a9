//! `PatientDetailsBlanked`: who the patient was is kept no more; where the record itself goes, its words go, too.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::{admission::PatientDetailsBlanked, common::BlankingGround};
use hemgang_rpc::{Context, Failure};

use super::words;
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
    let subject = dossier.case.subject();
    words::blank(cx, dossier, |at, audience| Telling::reacting(cx, subject, at, audience)).await
}
