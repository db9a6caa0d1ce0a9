//! `SexAndAgeRecorded`: what is known of the person for figures, and no more.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_proto::admission::SexAndAgeRecorded;
use hemgang_rpc::{Context, Failure};

use crate::domain::stay::Stay;

pub async fn project(cx: &Context, id: AdmissionId, event: &SexAndAgeRecorded) -> Result<Change, Failure> {
    let stay = super::stay(cx, id).await?;
    let (sex, age_group) = (event.sex(), event.age_group());
    Ok(Change::new().replace(&Stay { version: stay.version + 1, sex, age_group, ..stay }))
}
