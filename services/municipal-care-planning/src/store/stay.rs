//! Stays as heard of.

use std::collections::HashMap;

use hemgang_core::id::AdmissionId;
use hemgang_db::Db;
use hemgang_proto::{
    admission::{AdmissionState, LegalStatus},
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
        version, hospital, ward, residence_municipality, liable_municipality, admitted_at, expected_discharge, expectations, expected_on,
        agreed_on, agreed_at, discharge_notice_at, discharged_at, ready, ready_since,
    ),
    names(state: AdmissionState, specialty: Specialty, legal_status: LegalStatus, sex: Sex, age_group: AgeGroup, agreed_destination: Destination, destination: Destination, transport: Transport, received_by: Receiver)
);

/// One stay; of one that nobody told of, an empty one.
pub async fn get(db: &Db, id: AdmissionId) -> Result<Stay, Failure> {
    let sql = "select * from stay where admission_id in (select key from keys)";
    let found = db.projected(sql, "admission_id", id).await?.pop();
    Ok(found.unwrap_or_else(|| Stay::unheard(id)))
}

/// The stays of these admissions, as far as they were told of.
pub async fn list_of(
    db: &Db,
    ids: impl IntoIterator<Item = AdmissionId>,
) -> Result<HashMap<AdmissionId, Stay>, Failure> {
    let sql = "select * from stay where admission_id in (select key from keys)";
    let stays: Vec<Stay> = db.list_of(sql, ids).await?;
    Ok(stays.into_iter().map(|stay| (stay.admission_id, stay)).collect())
}
