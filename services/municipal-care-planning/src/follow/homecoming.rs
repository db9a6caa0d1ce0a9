//! When the patient comes home, somebody is to call; no more once the patient is in hospital again.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_proto::{
    admission::{AdmissionState, PatientDischarged},
    common::{Destination, PersonId},
};
use hemgang_rpc::{Context, Failure, wire};
use jiff::Timestamp;

use super::{delivery, known};
use crate::{
    domain::{dossier::Dossier, heard::Heard},
    store,
};

/// Says who is to call the patient who left, by the region's policy: nobody who did not come home, is back in hospital, or was
/// called before this was told; nor of what is told afterwards.
pub async fn departed(
    cx: &Context,
    dossier: Dossier,
    heard: &Heard,
    said: &PatientDischarged,
) -> Result<Dossier, Failure> {
    let dossier = dossier.uncalled();
    let is_home = matches!(known(said.destination)?, Destination::Home | Destination::HomeWithCare);
    let left_at = said.discharged_at.as_ref().and_then(wire::instant).filter(|_| is_home);
    let Some(left_at) = left_at.filter(|_| heard.entry.is_none()) else { return Ok(dossier) };
    let Some((by, from, until)) = cx.own.homecoming.due(left_at) else { return Ok(dossier) };
    let case_id = dossier.case.case_id;
    let contacts = store::contact::list(&cx.db, case_id).await?;
    if contacts.iter().any(|contact| contact.is_after_homecoming(from)) {
        return Ok(dossier);
    }
    if let Some(patient) = store::patient::get(&cx.db, heard.admission_id).await?
        && let Some(identity) = patient.identity()
        && is_back(cx, (heard.admission_id, left_at), &identity).await?
    {
        return Ok(dossier);
    }
    let named = store::care_contact::get(&cx.db, case_id).await?;
    Ok(dossier.to_be_called(by, named.as_ref().map(|named| &named.unit), (from, until)))
}

/// Lets those who were to call the patient off where a stay began since, of which somebody may have been told or not. What
/// follows of one stay may be heard before who its patient is, or after.
pub async fn admitted(
    cx: &Context,
    admission_id: AdmissionId,
    identity: Option<PersonId>,
    admitted_at: Option<Timestamp>,
) -> Result<Change, Failure> {
    let (Some(identity), Some(admitted_at)) = (identity, admitted_at) else { return Ok(Change::new()) };
    let mut change = Change::new();
    for case in store::homecoming::cases_of(&cx.db, &identity).await? {
        let Some(id) = case.admission_id.filter(|id| *id != admission_id) else { continue };
        let left_at = store::stay::get(&cx.db, id).await?.discharged_at;
        if left_at.is_some_and(|left_at| left_at <= admitted_at)
            && let Some(dossier) = store::dossier::get(&cx.db, case.case_id).await?
        {
            change = change.and(delivery::change(cx, &dossier.uncalled())?);
        }
    }
    Ok(change)
}

async fn is_back(
    cx: &Context,
    (admission_id, left_at): (AdmissionId, Timestamp),
    identity: &PersonId,
) -> Result<bool, Failure> {
    let others = store::patient::admissions_of(&cx.db, identity).await?;
    let others = others.into_iter().filter(|id| *id != admission_id);
    let stays = store::stay::list_of(&cx.db, others).await?;
    Ok(stays
        .values()
        .any(|stay| stay.state != AdmissionState::Voided && stay.admitted_at.is_some_and(|at| at >= left_at)))
}
