//! `NeedsAssessed`: from here the 24 hours for an admission notice run, or no longer.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_proto::{admission::NeedsAssessed, common::EntryReason};
use hemgang_rpc::{Context, Failure, wire};

pub async fn project(
    cx: &Context,
    id: AdmissionId,
    told_as: EntryReason,
    event: &NeedsAssessed,
) -> Result<Change, Failure> {
    let absent = || Failure::Internal("a judgement of need without its time".into());
    let needs = event.needs_assessment.as_ref().ok_or_else(absent)?;
    let assessed_at = needs.assessed_at.as_ref().and_then(wire::instant).ok_or_else(absent)?;
    let needed = needs.social_services || needs.municipal_health_care || needs.region_outpatient_care;
    Ok(Change::new().replace(&super::stay(cx, id).await?.assessed(needed, assessed_at, told_as)))
}
