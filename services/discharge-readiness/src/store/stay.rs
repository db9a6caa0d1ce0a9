//! Stays and the units notified of them, as projected.

use hemgang_core::id::AdmissionId;
use hemgang_db::{Db, params};
use hemgang_proto::{
    admission::AdmissionState,
    common::{AgeGroup, Destination, EntryReason, Sex, Specialty},
};
use hemgang_rpc::Failure;
use jiff::civil::Date;

use crate::domain::stay::{Party, Stay};

hemgang_db::record!(
    Stay,
    "stay",
    versioned,
    key(admission_id),
    columns(
        version, liable_told, hospital, ward, admitted_at, liable_municipality, residence_municipality, needed_since,
        notified_at, notified_on, notice_due_on, discharge_notice_at, discharged_at, discharged_on,
    ),
    names(
        sex: Sex, age_group: AgeGroup, needed_entry: EntryReason, notified_entry: EntryReason,
        specialty: Specialty, state: AdmissionState, destination: Destination,
    )
);

hemgang_db::record!(Party, "stay_party", key(admission_id, unit), columns(municipality));

/// One stay.
pub async fn get(db: &Db, id: AdmissionId) -> Result<Option<Stay>, Failure> {
    Ok(db.optional("select * from stay where admission_id = $1", params![id]).await?)
}

/// The stays whose admission notice was due in a period, both days included.
pub async fn list_notice_due(db: &Db, from: Date, to: Date) -> Result<Vec<Stay>, Failure> {
    let sql = "select * from stay where notice_due_on >= $1 and notice_due_on <= $2";
    Ok(db.list(sql, params![from, to]).await?)
}

/// The units that hold a notice of a stay.
pub async fn parties(db: &Db, id: AdmissionId) -> Result<Vec<Party>, Failure> {
    Ok(db.list("select * from stay_party where admission_id = $1 order by unit", params![id]).await?)
}
