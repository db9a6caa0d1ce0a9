//! `AdmitPatient` of a stay that is there: its sender tells of the admission again. Of where the patient came to, and of
//! each part of who it is, what was recorded last holds, whichever was told first.

use hemgang_feed::Telling;
use hemgang_proto::{
    admission::{self as pb, AdmissionEvent, QualityFlag},
    common::Protection,
};
use hemgang_rpc::{Call, Context, Entry};

use super::{
    admit_patient::Stay,
    change_patient_details::{keep, protected},
    sight, stay,
    transfer_patient::is_same_group,
    view,
};
use crate::{
    domain::{
        course::Moved, description::DetailsRecorded, episode::Episode, movement::Place, quality::TimeFaults,
    },
    error::Error,
    store,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    there: Episode,
    said: Stay,
    (protection, entry): (Protection, Option<Entry>),
) -> Result<pb::AdmitPatientResponse, Error> {
    let id = there.admission_id;
    if !is_same_group(cx, call, &there.hospital, &said.hospital) {
        return Err(Error::OtherHospitalGroup { ward: said.ward });
    }
    let patient = store::patient::of_stay(&cx.db, &there).await?;
    let (recorded, faults) = (said.recorded(call.now), TimeFaults::of(said.quality_flags.iter().copied()));
    let to = Place { hospital: said.hospital, ward: said.ward, specialty: said.specialty };
    let told = store::movement::list(&cx.db, id).await?;
    let Some(moved) = there.clone().admitted_again(to, &recorded, faults, told) else {
        return Err(Error::VisitAlreadyAdmitted { admission_id: Some(id) });
    };
    let Moved { episode: moved, movement, mut events, audience } = moved;

    let protection = Some(protection).filter(|told| told.is_one());
    // What was recorded before the patient came is older, whenever it comes.
    let (change, is) = protected(cx, call, &patient, protection, said.admitted_at, &[id]).await?;
    let mut change = change.and(keep(cx, (&patient, &is), None).await?);
    let (expected, event) = moved.clone().expecting(said.expected, &recorded);
    events.extend(event.map(|event| (recorded.at, event)));
    let mut after = expected.described(&said.said, &DetailsRecorded::at(&recorded));
    if said.quality_flags.contains(&QualityFlag::CharacterSet) {
        after = after.misdeclared(recorded.at);
    }
    if said.quality_flags.contains(&QualityFlag::CheckDigit) {
        after = after.misread(recorded.at);
    }
    let after = Episode { version: there.version + 1, ..after.under(is.protection) };
    change = change.replace(&after).insert(&movement);
    change = change.and(stay::told(cx, call, (&patient, &moved), (&is, &after))?);
    for (at, event) in events {
        let telling = Telling::by(cx, call, id, at, audience.clone()).entered(entry);
        change = change.tell(telling.event::<AdmissionEvent>(event)?);
    }
    let admission = view::changed(cx, &after).await?;
    let telling = Telling::by(cx, call, id, movement.moved_at, audience).entered(entry);
    let shared = sight::change(&telling, &there.audience(), &after, &admission.admission_notices)?;
    let response = pb::AdmitPatientResponse { admission: Some(admission) };
    Ok(call.commit(cx, change.and(shared), response).await?)
}
