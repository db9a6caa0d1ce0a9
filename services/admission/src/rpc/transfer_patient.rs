//! `TransferPatient`: the patient moved to another ward. Within a hospital group the stay goes on.

use hemgang_core::{
    directory::{Specialty as WardSpecialty, Unit, UnitKind},
    id::AdmissionId,
};
use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::{
    admission::{self as pb, AdmissionEvent},
    common::Specialty,
};
use hemgang_rpc::{Call, Context, Fields};
use jiff::Timestamp;

use super::{load, view};
use crate::{
    domain::episode::{Episode, WardTo},
    error::Error,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::TransferPatientRequest,
) -> Result<pb::TransferPatientResponse, Error> {
    let (id, ward, at) = parse(cx, call, &req)?;
    let episode = load(cx, call, id, &req.etag).await?;
    let (left, to) = (episode.audience(), ward_to(cx, call, &episode, ward)?);
    let (episode, event) = episode.transfer(to, at)?;
    let response = pb::TransferPatientResponse { admission: Some(view::admission(cx, &episode).await?) };
    // Both wards and hospitals learn of the move.
    let telling = Telling::by(cx, call, id, at, episode.audience().and(left));
    let change = Change::new().replace(&episode).tell(telling.event::<AdmissionEvent>(event)?);
    Ok(call.commit(cx, change, response).await?)
}

fn parse<'a>(
    cx: &'a Context,
    call: &Call,
    req: &pb::TransferPatientRequest,
) -> Result<(AdmissionId, &'a Unit, Timestamp), Error> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed("admission_id", &req.admission_id);
    let ward = fields.unit("ward", &req.ward, &[UnitKind::Ward]);
    let at = fields.past("transferred_at", req.transferred_at.as_ref());
    Ok(fields.finish(|| Some((id?, ward?, at?)))?)
}

/// The ward with what the directory knows of its hospital.
fn ward_to(cx: &Context, call: &Call, episode: &Episode, ward: &Unit) -> Result<WardTo, Error> {
    let today = hemgang_core::day::local_day(call.now);
    let other_group = || Error::OtherHospitalGroup { ward: ward.hsa_id.clone() };
    let to = cx.directory.hospital_of(&ward.hsa_id, today).ok_or_else(other_group)?;
    let from = cx.directory.hospital_of(&episode.hospital, today);
    let specialty = match ward.specialty {
        Some(WardSpecialty::Psychiatric) => Specialty::Psychiatric,
        _ => Specialty::Somatic,
    };
    Ok(WardTo {
        ward: ward.hsa_id.clone(),
        hospital: to.hsa_id.clone(),
        specialty,
        same_group: to.hsa_id == episode.hospital
            || from.is_some_and(|from| {
                from.hospital_group.is_some() && from.hospital_group == to.hospital_group
            }),
    })
}
