//! `BlankPatientDetails`: who the patient of a stay is goes, by law, and what happened stays.

use hemgang_core::{id::AdmissionId, place::HsaId};
use hemgang_db::Change;
use hemgang_feed::{Telling, blanked};
use hemgang_proto::{
    admission::{self as pb, AdmissionEvent, AdmissionState, PatientDetailsBlanked, admission_event::Event},
    common::BlankingGround,
};
use hemgang_rpc::{Audience, Call, Context, Failure, Fields};

use super::{transfer_patient::is_same_group, view};
use crate::{
    domain::{
        episode::Episode,
        patient::{Patient, tombstone},
    },
    due,
    error::Error,
    store,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::BlankPatientDetailsRequest,
) -> Result<pb::BlankPatientDetailsResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed("admission_id", &req.admission_id);
    let ground = fields.choice("ground", req.ground);
    let decision = fields.required_text("decision", &req.decision);
    let (id, ground, decision): (AdmissionId, BlankingGround, _) =
        fields.finish(|| Some((id?, ground?, decision?)))?;
    let absent = || Failure::NotFound { resource: "admission", name: id.to_string() };
    let before = store::episode::get(&cx.db, id).await?.ok_or_else(absent)?;
    // The region keeps the records of its hospitals.
    call.see(&Audience::administrators(None), "admission", id)?;
    let patient = store::patient::of_stay(&cx.db, &before).await?;
    if patient.is_blanked() {
        return Err(Error::DetailsBlanked);
    }
    call.because(decision);
    let is_correction = ground == BlankingGround::Correction;
    if !is_correction && before.state == AdmissionState::Admitted {
        return Err(Error::StillAdmitted);
    }
    let (rows, episode) = if is_correction {
        // Replaced as it is: who the patient is told to be at this moment loses the row and decides again.
        let episode = Episode { version: before.version + 1, ..before };
        (Change::new().replace(&episode), episode)
    } else {
        of_nobody(cx, call, &patient, before).await?
    };
    let nobody = (!is_correction).then_some(episode.patient_id);
    let telling = Telling::by(cx, call, id, call.now, episode.audience());
    let event = Event::PatientDetailsBlanked(PatientDetailsBlanked { ground: ground.into() });
    let mut change = blanked(&cx.db, telling.subject, |said| tombstone(said, nobody)).await?.and(rows);
    change = change.tell(telling.event::<AdmissionEvent>(event)?);
    if is_correction {
        let private = Telling { audience: Audience::default(), ..telling };
        let stands = Event::PatientDetailsRecorded(patient.details_recorded(&episode));
        change = change.tell(private.event::<AdmissionEvent>(stands)?);
    }
    let response = pb::BlankPatientDetailsResponse { admission: Some(view::changed(cx, &episode).await?) };
    Ok(call.commit(cx, change, response).await?)
}

/// The stay as nobody's, and its patient gone where nothing else is kept of them. The patient is written in any case: of
/// this and an admission or a merge at one moment the later one loses the row and decides again.
async fn of_nobody(
    cx: &Context,
    call: &Call,
    patient: &Patient,
    before: Episode,
) -> Result<(Change, Episode), Failure> {
    let id = patient.patient_id;
    let mut others = store::episode::list_of(&cx.db, id).await?;
    others.retain(|stay| stay.admission_id != before.admission_id);
    let (mut gone, mut kept) = (Vec::new(), store::person_statement::of_patient(&cx.db, id).await?);
    // What this hospital group said of the person waits for no stay of theirs any more.
    let is_own = |hospital: &HsaId| is_same_group(cx, call, hospital, &before.hospital);
    if !others.iter().any(|stay| is_own(&stay.hospital)) {
        (gone, kept) = kept.into_iter().partition(|said| is_own(&said.hospital));
    }
    let mut change = gone.iter().fold(Change::new(), Change::remove);
    let nobody = if others.is_empty() && kept.is_empty() {
        change = store::merge::list(&cx.db, id).await?.iter().fold(change, Change::remove);
        change = store::patient::list_absorbed(&cx.db, id).await?.iter().fold(change, Change::remove);
        patient.clone().blanked()
    } else {
        if others.is_empty() {
            change = change.and(due::forget_person::begun(cx, id, call.now).await?);
        }
        change = change.replace(&Patient { version: patient.version + 1, ..patient.clone() });
        patient.nobody(call.now)
    };
    let episode = before.of_nobody(nobody.patient_id);
    Ok((change.put(&nobody).replace(&episode), episode))
}
