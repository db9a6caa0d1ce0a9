//! `NeedsAssessed`: from here the 24 hours for an admission notice run, or no longer.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_feed::recipients::{Course, JudgedNeed};
use hemgang_proto::{admission::NeedsAssessed, common::EntryReason};
use hemgang_rpc::{Context, Failure, wire};
use jiff::Timestamp;

pub async fn project(
    cx: &Context,
    id: AdmissionId,
    (told_at, entry): (Timestamp, EntryReason),
    event: &NeedsAssessed,
) -> Result<Change, Failure> {
    let absent = || Failure::Internal("a judgement of need without its time".into());
    let needs = event.needs_assessment.as_ref().ok_or_else(absent)?;
    let assessed_at = needs.assessed_at.as_ref().and_then(wire::instant).ok_or_else(absent)?;
    let needed = needs.social_services || needs.municipal_health_care || needs.region_outpatient_care;
    let (stay, mut course) = tokio::try_join!(super::stay(cx, id), Course::read(&cx.db, id))?;
    let judged = JudgedNeed {
        admission_id: id,
        number: course.next_number(),
        needed,
        assessed_at,
        admitted_at: stay.admitted_at,
        told_at,
        entry,
    };
    let change = Change::new().insert(&judged);
    course.judged.push(judged);
    Ok(change.and(super::weighed(cx, stay, &course).await?))
}
