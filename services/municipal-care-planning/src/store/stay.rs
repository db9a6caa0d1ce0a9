//! Stays as heard of.

use hemgang_core::id::AdmissionId;
use hemgang_db::{Db, params};
use hemgang_proto::{
    admission::AdmissionState,
    common::{AgeGroup, Destination, Receiver, Sex, Specialty, Transport},
};
use hemgang_rpc::Failure;

use crate::domain::stay::Stay;

hemgang_db::record!(
    Stay,
    "stay",
    versioned,
    key(admission_id),
    columns(
        version, hospital, ward, residence_municipality, liable_municipality, admitted_at, expected_discharge, agreed_at,
        discharge_notice_at, discharged_at, ready, ready_since,
    ),
    names(state: AdmissionState, specialty: Specialty, sex: Sex, age_group: AgeGroup, agreed_destination: Destination, destination: Destination, transport: Transport, received_by: Receiver)
);

/// One stay; of one that nobody told of, an empty one.
pub async fn get(db: &Db, id: AdmissionId) -> Result<Stay, Failure> {
    let found = db.optional("select * from stay where admission_id = $1", params![id]).await?;
    Ok(found.unwrap_or_else(|| Stay::unheard(id)))
}
