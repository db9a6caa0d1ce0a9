//! `NeedsAssessed`: a physician judged which units may be needed, or that none is.

use hemgang_proto::admission::NeedsAssessed;
use hemgang_rpc::Failure;

use super::told::Told;
use crate::domain::stay::Stay;

pub fn apply(stay: Stay, told: &Told, what: &NeedsAssessed) -> Result<Stay, Failure> {
    let needs = told.required("needs_assessment", what.needs_assessment.as_ref())?;
    let needed = needs.social_services || needs.municipal_health_care || needs.region_outpatient_care;
    let assessed_at = told.instant("assessed_at", needs.assessed_at.as_ref())?;
    Ok(stay.assessed(needed, assessed_at, told.entry))
}
