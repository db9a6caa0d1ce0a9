//! `AdmissionVoided`: the stay never was, and no figure counts it.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_proto::admission::AdmissionState;
use hemgang_rpc::{Context, Failure};

use crate::domain::stay::Stay;

pub async fn project(cx: &Context, id: AdmissionId) -> Result<Change, Failure> {
    let stay = super::stay(cx, id).await?;
    let stay = Stay { version: stay.version + 1, state: AdmissionState::Voided, ..stay };
    Ok(super::opened_or_closed(cx, &stay).await?.replace(&stay))
}
