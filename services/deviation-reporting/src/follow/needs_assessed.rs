//! `NeedsAssessed`: a physician judged which units may be needed, or that none is.

use hemgang_feed::recipients::{Course, JudgedNeed};
use hemgang_proto::admission::NeedsAssessed;
use hemgang_rpc::Failure;

use super::told::Told;
use crate::domain::stay::Stay;

/// The judgement, after what was told before.
pub fn judged(
    stay: &Stay,
    course: &Course,
    told: &Told,
    what: &NeedsAssessed,
) -> Result<JudgedNeed, Failure> {
    let needs = told.required("needs_assessment", what.needs_assessment.as_ref())?;
    Ok(JudgedNeed {
        admission_id: told.admission_id,
        number: course.next_number(),
        needed: needs.social_services || needs.municipal_health_care || needs.region_outpatient_care,
        assessed_at: told.instant("assessed_at", needs.assessed_at.as_ref())?,
        admitted_at: stay.admitted_at,
        told_at: told.recorded_at,
        entry: told.entry,
    })
}
