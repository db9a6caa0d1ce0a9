//! How an episode looks from outside.

use hemgang_proto::{admission as pb, common::Person};
use hemgang_rpc::{Context, Failure, Sight, wire};

use crate::{
    domain::episode::{Episode, text},
    store::{self, notice::Notice},
};

/// One episode with its patient and notices, for whoever reads it.
pub async fn admission(cx: &Context, sight: &Sight, episode: &Episode) -> Result<pb::Admission, Failure> {
    let notices = store::notice::list(&cx.db, episode.admission_id).await?;
    let admission = about(cx, episode, |person| sight.person(person)).await?;
    Ok(pb::Admission { admission_notices: notices.iter().map(notice).collect(), ..admission })
}

/// One episode as a list shows it: who a protected person is, no list says.
pub async fn listed(cx: &Context, episode: &Episode) -> Result<pb::Admission, Failure> {
    about(cx, episode, Person::masked).await
}

/// One episode and of its person what is `shown`: as this stay's sender told of them, which is all that its hospital may
/// know, and protection as it stands.
async fn about(
    cx: &Context,
    episode: &Episode,
    shown: impl FnOnce(Person) -> Person,
) -> Result<pb::Admission, Failure> {
    let patient = store::patient::of_stay(&cx.db, episode).await?;
    let person = shown(patient.of_stay(episode));
    // A birth date says who it is; of one who was blanked it is coarse besides.
    let birth_date = episode.birth_date.filter(|_| person.person_id.is_some()).map(wire::date);
    Ok(pb::Admission { patient: Some(person), birth_date, sex: episode.sex.into(), ..of(episode) })
}

/// One episode after a change, for the answer to it: of the person it says nothing, because answers are kept for
/// replays, and protection that comes between must hold for them too.
pub async fn changed(cx: &Context, episode: &Episode) -> Result<pb::Admission, Failure> {
    let notices = store::notice::list(&cx.db, episode.admission_id).await?;
    Ok(pb::Admission { admission_notices: notices.iter().map(notice).collect(), ..of(episode) })
}

/// A notice.
pub fn notice(notice: &Notice) -> pb::AdmissionNotice {
    pb::AdmissionNotice {
        sent_at: Some(wire::timestamp(notice.sent_at)),
        recipients: notice.recipients.iter().map(ToString::to_string).collect(),
    }
}

/// An episode without the person.
pub fn of(episode: &Episode) -> pb::Admission {
    let visit =
        pb::VisitNumber { authority: episode.visit_authority.clone(), value: episode.visit_value.clone() };
    pb::Admission {
        admission_id: episode.admission_id.to_string(),
        etag: episode.version.to_string(),
        state: episode.state.into(),
        patient: None,
        visit_number: (!visit.value.is_empty()).then_some(visit),
        hospital: episode.hospital.to_string(),
        ward: episode.ward.to_string(),
        specialty: episode.specialty.into(),
        admission_type: episode.admission_type.into(),
        legal_status: episode.legal_status.into(),
        admitted_at: Some(wire::timestamp(episode.admitted_at)),
        residence_municipality: text(episode.residence_municipality.as_ref()),
        liable_municipality: text(episode.liable_municipality.as_ref()),
        municipality_source: episode.municipality_source.into(),
        listed_unit: text(episode.listed_unit.as_ref()),
        expected_discharge: episode.expected_discharge.map(wire::expected_discharge),
        needs_assessment: episode.needs(),
        admission_notices: Vec::new(),
        discharge_notice: episode.discharge_notice(),
        discharged_at: episode.discharged_at.map(wire::timestamp),
        destination: episode.destination.into(),
        birth_date: None,
        sex: 0,
        quality_flags: episode.quality_flags.iter().map(pb::RaisedFlag::from).collect(),
        on_leave_since: episode.on_leave_since.map(wire::timestamp),
        voided_at: episode.void_registered_at.map(wire::timestamp),
    }
}
