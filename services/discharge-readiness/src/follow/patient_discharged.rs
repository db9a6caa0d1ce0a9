//! `PatientDischarged`: the clock stops. The local day is computed here, once, and stored beside the instant.

use hemgang_core::{day::local_day, id::AdmissionId};
use hemgang_db::Change;
use hemgang_proto::{
    admission::{AdmissionState, PatientDischarged},
    common::{Destination, EntryReason},
};
use hemgang_rpc::{Context, Failure};
use jiff::Timestamp;

use crate::domain::stay::Stay;

pub async fn project(
    cx: &Context,
    id: AdmissionId,
    (at, told_as): (Timestamp, EntryReason),
    event: &PatientDischarged,
) -> Result<Change, Failure> {
    let stay = super::stay(cx, id).await?;
    let died = event.destination() == Destination::Deceased;
    let stay = Stay {
        version: stay.version + 1,
        state: if died { AdmissionState::Deceased } else { AdmissionState::Discharged },
        discharged_at: Some(at),
        discharged_on: Some(local_day(at)),
        destination: event.destination(),
        discharged_entry: told_as,
        ..stay
    };
    Ok(super::opened_or_closed(cx, &stay).await?.replace(&stay))
}
