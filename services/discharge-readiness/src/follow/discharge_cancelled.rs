//! `DischargeCancelled`: the patient has not left. The stay has no outcome until the next discharge.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_proto::{
    admission::AdmissionState,
    common::{Destination, EntryReason},
};
use hemgang_rpc::{Context, Failure};

use crate::domain::stay::Stay;

pub async fn project(cx: &Context, id: AdmissionId) -> Result<Change, Failure> {
    let stay = super::stay(cx, id).await?;
    let stay = Stay {
        version: stay.version + 1,
        state: AdmissionState::Admitted,
        discharged_at: None,
        discharged_on: None,
        destination: Destination::Unspecified,
        discharged_entry: EntryReason::Unspecified,
        ..stay
    };
    Ok(super::opened_or_closed(cx, &stay).await?.replace(&stay))
}
