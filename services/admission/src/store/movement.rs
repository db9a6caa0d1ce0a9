//! Movements of a stay: parts of it, never changed; those from before its void go when that is told late.

use hemgang_core::id::AdmissionId;
use hemgang_db::Db;
use hemgang_proto::{
    admission::MovementKind,
    common::{Destination, Specialty},
};
use hemgang_rpc::Failure;

use crate::domain::movement::Movement;

hemgang_db::record!(
    Movement,
    "movement",
    key(admission_id, number),
    columns(cancels, moved_at, registered_at, registered_order, sender_number, hospital, ward, time_faults),
    names(kind: MovementKind, specialty: Specialty, destination: Destination)
);

/// The movements of an episode in the order in which they were told.
pub async fn list(db: &Db, id: AdmissionId) -> Result<Vec<Movement>, Failure> {
    let sql = "select * from movement where admission_id in (select key from keys) order by number";
    Ok(db.gathered(sql, "admission_id", id).await?)
}
