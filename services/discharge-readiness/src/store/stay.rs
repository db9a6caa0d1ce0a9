//! Stays and the units notified of them, as projected.

use std::collections::HashMap;

use hemgang_core::{id::AdmissionId, place::HsaId};
use hemgang_db::Db;
use hemgang_proto::{
    admission::AdmissionState,
    common::{AgeGroup, Destination, EntryReason, Sex, Specialty},
    planning::CaseState,
};
use hemgang_rpc::Failure;

use crate::domain::stay::{Barred, Ending, Party, Stay};

hemgang_db::record!(
    Stay,
    "stay",
    versioned,
    key(admission_id),
    columns(
        version, hospital, ward, admitted_at, liable_municipality, residence_municipality, municipality_is_secret,
        participating_municipality, needed_since, notified_at, notified_on, discharge_notice_at, discharged_at,
        discharged_on,
    ),
    names(
        sex: Sex, age_group: AgeGroup, needed_entry: EntryReason, notified_entry: EntryReason, discharged_entry: EntryReason,
        specialty: Specialty, state: AdmissionState, destination: Destination,
    )
);

hemgang_db::record!(
    Party,
    "stay_party",
    key(admission_id, unit),
    columns(municipality, notified_at, is_open)
);

hemgang_db::record!(
    Ending,
    "ending",
    key(admission_id),
    columns(ended_on),
    names(state: CaseState)
);

hemgang_db::record!(Barred, "barred", key(admission_id, unit), columns());

/// One stay.
pub async fn get(db: &Db, id: AdmissionId) -> Result<Option<Stay>, Failure> {
    let sql = "select * from stay where admission_id in (select key from keys)";
    Ok(db.projected(sql, "admission_id", id).await?.pop())
}

/// Stays, by their ids.
pub async fn list(
    db: &Db,
    ids: impl IntoIterator<Item = AdmissionId>,
) -> Result<HashMap<AdmissionId, Stay>, Failure> {
    let sql = "select * from stay where admission_id in (select key from keys)";
    let stays: Vec<Stay> = db.list_of(sql, ids).await?;
    Ok(stays.into_iter().map(|stay| (stay.admission_id, stay)).collect())
}

/// The units that hold a notice of a stay.
pub async fn parties(db: &Db, id: AdmissionId) -> Result<Vec<Party>, Failure> {
    let sql = "select * from stay_party where admission_id in (select key from keys) order by unit";
    Ok(db.projected(sql, "admission_id", id).await?)
}

/// How the case of a stay ended, where it has.
pub async fn ending(db: &Db, id: AdmissionId) -> Result<Option<Ending>, Failure> {
    let sql = "select * from ending where admission_id in (select key from keys)";
    Ok(db.projected(sql, "admission_id", id).await?.pop())
}

/// The units that the case of a stay is kept from.
pub async fn barred(db: &Db, id: AdmissionId) -> Result<Vec<Barred>, Failure> {
    let sql = "select * from barred where admission_id in (select key from keys) order by unit";
    Ok(db.projected(sql, "admission_id", id).await?)
}

/// Whether a unit is among them.
pub fn is_barred(barred: &[Barred], unit: &HsaId) -> bool {
    barred.iter().any(|barred| barred.unit == *unit)
}
