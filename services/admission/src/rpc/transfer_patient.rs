//! `TransferPatient`: the patient moved to another ward. Within a hospital group the stay goes on.

use hemgang_core::{
    directory::{Specialty as WardSpecialty, Unit, UnitKind},
    id::AdmissionId,
    place::HsaId,
};
use hemgang_proto::{admission as pb, common::Specialty};
use hemgang_rpc::{Call, Context, Fields};
use jiff::Timestamp;

use super::{load, movement};
use crate::{
    domain::{
        course::{Told, WardTo, What},
        episode::Episode,
        quality::TimeFaults,
        recorded::LogEntry,
    },
    error::Error,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::TransferPatientRequest,
) -> Result<pb::TransferPatientResponse, Error> {
    let Input { id, ward, at, registered_at, log_entry, time_faults } = Input::parse(cx, call, &req)?;
    let episode = load(cx, call, id, &req.etag).await?;
    let what = What::Transfer { to: ward_to(cx, call, &episode, ward)?, at };
    let told = Told { what, registered_at, log_entry, entry: None, time_faults };
    let (admission, change) = movement::add(cx, call, episode, told).await?;
    Ok(call.commit(cx, change, pb::TransferPatientResponse { admission: Some(admission) }).await?)
}

struct Input<'a> {
    id: AdmissionId,
    ward: &'a Unit,
    at: Timestamp,
    registered_at: Option<Timestamp>,
    log_entry: LogEntry,
    time_faults: TimeFaults,
}

impl<'a> Input<'a> {
    fn parse(cx: &Context, call: &'a Call, req: &pb::TransferPatientRequest) -> Result<Self, Error> {
        let mut fields = Fields::new(cx, call);
        let id = fields.parsed("admission_id", &req.admission_id);
        let ward = fields.unit("ward", &req.ward, &[UnitKind::Ward]);
        let at = fields.past("transferred_at", req.transferred_at.as_ref());
        let registered_at = fields.optional_past("registered_at", req.registered_at.as_ref());
        let log_entry = movement::log_entry(&mut fields, req.log_entry.as_ref());
        let time_faults = movement::time_faults(&mut fields, &req.quality_flags);
        Ok(fields.finish(|| {
            let (registered_at, log_entry, time_faults) = (registered_at?, log_entry?, time_faults?);
            Some(Self { id: id?, ward: ward?, at: at?, registered_at, log_entry, time_faults })
        })?)
    }
}

/// The ward with what the directory knows of its hospital.
fn ward_to(cx: &Context, call: &Call, episode: &Episode, ward: &Unit) -> Result<WardTo, Error> {
    let today = hemgang_core::day::local_day(call.now);
    let other_group = || Error::OtherHospitalGroup { ward: ward.hsa_id.clone() };
    let to = call.directory(cx).hospital_of(&ward.hsa_id, today).ok_or_else(other_group)?;
    let specialty = match ward.specialty {
        Some(WardSpecialty::Psychiatric) => Specialty::Psychiatric,
        _ => Specialty::Somatic,
    };
    Ok(WardTo {
        ward: ward.hsa_id.clone(),
        hospital: to.hsa_id.clone(),
        specialty,
        same_group: is_same_group(cx, call, &episode.hospital, &to.hsa_id),
    })
}

/// Whether a stay goes on between two hospitals.
pub(super) fn is_same_group(cx: &Context, call: &Call, one: &HsaId, other: &HsaId) -> bool {
    let today = hemgang_core::day::local_day(call.now);
    let group =
        |id| call.directory(cx).hospital_of(id, today).and_then(|hospital| hospital.hospital_group.as_ref());
    one == other || group(one).is_some_and(|is| group(other) == Some(is))
}
