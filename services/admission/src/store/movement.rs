//! Movements of a stay: parts of it, never changed.

use hemgang_core::id::AdmissionId;
use hemgang_db::{Db, params};
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
    columns(cancels, moved_at, registered_at, hospital, ward, is_ambiguous),
    names(kind: MovementKind, specialty: Specialty, destination: Destination)
);

/// The movements of an episode in the order in which they were told.
pub async fn list(db: &Db, id: AdmissionId) -> Result<Vec<Movement>, Failure> {
    Ok(db.list("select * from movement where admission_id = $1 order by number", params![id]).await?)
}
