//! Stays, a projection of the feeds.

use hemgang_core::id::AdmissionId;
use hemgang_db::Db;
use hemgang_proto::{
    admission::{AdmissionState, LegalStatus},
    common::EntryReason,
};
use hemgang_rpc::Failure;

use crate::domain::stay::{Interruption, Stay};

hemgang_db::record!(
    Stay,
    "stay",
    versioned,
    key(admission_id),
    columns(
        version,
        hospital,
        ward,
        liable_municipality,
        admitted_at,
        needed_since,
        notified_at,
        discharged_at,
        interrupted_at
    ),
    names(state: AdmissionState, legal_status: LegalStatus, needed_entry: EntryReason, notified_entry: EntryReason)
);

hemgang_db::record!(Interruption, "interruption", key(admission_id, number), columns(interrupted_at));

/// What planning told of a stay's being broken off, in order.
pub async fn interruptions(db: &Db, id: AdmissionId) -> Result<Vec<Interruption>, Failure> {
    let sql = "select * from interruption where admission_id in (select key from keys) order by number";
    Ok(db.projected(sql, "admission_id", id).await?)
}

/// One stay. The feed tells of it before anything else that rests on it, so its absence is a fault of ours.
pub async fn get(db: &Db, id: AdmissionId) -> Result<Stay, Failure> {
    find(db, id).await?.ok_or_else(|| Failure::Internal(format!("no stay of admission {id}").into()))
}

/// The same for whoever may hear of a stay before its admission.
pub async fn find(db: &Db, id: AdmissionId) -> Result<Option<Stay>, Failure> {
    let sql = "select * from stay where admission_id in (select key from keys)";
    Ok(db.projected(sql, "admission_id", id).await?.pop())
}
