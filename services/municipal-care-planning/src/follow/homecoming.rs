//! When the patient comes home, somebody is to call; no more who knows that the patient is in hospital again.

use hemgang_core::{id::AdmissionId, place::HsaId};
use hemgang_db::Change;
use hemgang_proto::{
    admission::PatientDischarged,
    common::{Destination, PersonId},
    planning::CaseState,
};
use hemgang_rpc::{Context, Failure, wire};
use jiff::Timestamp;

use super::{delivery, known};
use crate::{
    domain::{contact::Contact, dossier::Dossier, heard::Heard, stay::Stay},
    store,
};

/// Says who is to call the patient who left, by the region's policy: nobody, of one who did not come home, or was called before
/// this was told; nor of what is told afterwards.
pub async fn departed(
    cx: &Context,
    dossier: Dossier,
    heard: &Heard,
    said: &PatientDischarged,
) -> Result<Dossier, Failure> {
    let dossier = dossier.uncalled();
    let left_at = said.discharged_at.as_ref().and_then(wire::instant).filter(|_| heard.entry.is_none());
    let is_home = is_home(known(said.destination)?);
    match left_at.filter(|_| is_home) {
        Some(left_at) => calling(cx, dossier, heard.admission_id, left_at).await,
        None => Ok(dossier),
    }
}

/// As [`departed`], of a case for which nobody calls by now, as long as there is time: planning was broken off when the patient
/// left, and goes on; or whoever was to call left the case, or reads it no more.
pub async fn made_good(cx: &Context, dossier: Dossier) -> Result<Dossier, Failure> {
    let is_due = dossier.case.course == CaseState::Discharged && !dossier.has_caller();
    let Some(id) = dossier.case.admission_id.filter(|_| is_due) else { return Ok(dossier) };
    let stay = store::stay::get(&cx.db, id).await?;
    let is_live = |left_at: &Timestamp| {
        let due = cx.own.homecoming.due(*left_at);
        due.is_some_and(|(_, _, until)| until > cx.clock.now()) && dossier.heard_of_departure()
    };
    match stay.discharged_at.filter(|_| is_home(stay.destination)).filter(is_live) {
        Some(left_at) => calling(cx, dossier, id, left_at).await,
        None => Ok(dossier),
    }
}

fn is_home(destination: Destination) -> bool {
    matches!(destination, Destination::Home | Destination::HomeWithCare)
}

async fn calling(
    cx: &Context,
    dossier: Dossier,
    admission_id: AdmissionId,
    left_at: Timestamp,
) -> Result<Dossier, Failure> {
    let due = cx.own.homecoming.due(left_at).filter(|_| dossier.case.state != CaseState::Interrupted);
    let Some((by, from, until)) = due else { return Ok(dossier) };
    let case_id = dossier.case.case_id;
    let told_of_return = match store::patient::get(&cx.db, admission_id).await?.and_then(|it| it.identity()) {
        Some(identity) => told_of_return(cx, (admission_id, left_at), &identity).await?,
        None => Vec::new(),
    };
    let named = store::care_contact::get(&cx.db, case_id).await?;
    let named = named.as_ref().map(|named| &named.unit);
    let dossier = dossier.calling(by, named, (from, until), &told_of_return);
    let contacts = store::contact::list(&cx.db, case_id).await?;
    let is_made = |it: &Contact| it.is_after_homecoming(from) && dossier.was_to_call(&it.unit, by);
    Ok(if contacts.iter().any(is_made) { dossier.uncalled() } else { dossier })
}

/// Units that are told of a stay call nobody whom they would find there: an earlier case of the same person is theirs to call no
/// more. Who was not told goes on, and learns nothing of the stay, not even by an etag. A case whose patient has yet to leave, as far
/// as we know, is replaced: a departure that is told at this moment loses, and is decided again with the stay known.
pub async fn notified(cx: &Context, stay: &Stay, units: &[HsaId]) -> Result<Change, Failure> {
    let patient = store::patient::get(&cx.db, stay.admission_id).await?;
    let identity = patient.and_then(|patient| patient.identity());
    let (Some(identity), Some(admitted_at)) = (identity, stay.admitted_at) else { return Ok(Change::new()) };
    let mut change = Change::new();
    for case in store::homecoming::cases_of(&cx.db, &identity).await? {
        let Some(id) = case.admission_id.filter(|id| *id != stay.admission_id) else { continue };
        let earlier = store::stay::get(&cx.db, id).await?;
        if earlier.admitted_at.is_some_and(|at| at > admitted_at) {
            continue;
        }
        let Some(dossier) = store::dossier::get(&cx.db, case.case_id).await? else { continue };
        change = match earlier.discharged_at {
            None => change.replace(&dossier.next()),
            Some(left_at) if left_at <= admitted_at => {
                change.and(delivery::change(cx, &dossier.uncalled_by(units))?)
            }
            Some(_) => change,
        };
    }
    Ok(change)
}

/// As [`notified`], of who is let into the case of a stay.
pub async fn let_in(cx: &Context, dossier: &Dossier, unit: &HsaId) -> Result<Change, Failure> {
    let Some(id) = dossier.case.admission_id else { return Ok(Change::new()) };
    notified(cx, &store::stay::get(&cx.db, id).await?, std::slice::from_ref(unit)).await
}

/// The units that were told of a stay which began after the patient left.
async fn told_of_return(
    cx: &Context,
    (admission_id, left_at): (AdmissionId, Timestamp),
    identity: &PersonId,
) -> Result<Vec<HsaId>, Failure> {
    let others = store::patient::admissions_of(&cx.db, identity).await?;
    let others = others.into_iter().filter(|id| *id != admission_id);
    let stays = store::stay::list_of(&cx.db, others).await?;
    let mut units = Vec::new();
    for stay in stays.values().filter(|stay| stay.admitted_at.is_some_and(|at| at >= left_at)) {
        if let Some(dossier) = store::dossier::find(&cx.db, stay.admission_id).await?
            && !dossier.is_over()
        {
            units.extend(dossier.parties.into_iter().map(|party| party.unit));
        }
    }
    Ok(units)
}
