//! Planning's indicators: one file each, named by its id.

mod planning_meetings;
mod sip_meetings;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use hemgang_indicator::{Case, Indicator, Meeting, Query};
use hemgang_proto::{
    common::{AgeGroup, Destination, Sex, Specialty},
    planning::{CaseState, MeetingForm, MeetingKind},
};
use hemgang_rpc::{Context, Failure};

use crate::{
    domain::stay::Stay,
    store::{self, held::Held},
};

/// What is counted of the meetings held. A hybrid meeting is neither on distance nor in person, and so among those held
/// only, until its own variant is asked for.
const VARIANTS: &[&str] = &["published", "hybrid", "in_person"];

/// All of them.
pub fn all() -> Vec<Arc<dyn Indicator>> {
    vec![Arc::new(planning_meetings::PlanningMeetings), Arc::new(sip_meetings::SipMeetings)]
}

/// The meetings of a kind that were held in the period, each as a case of its own. What never was is counted nowhere.
async fn held(cx: &Context, kind: MeetingKind, query: &Query) -> Result<Vec<Case>, Failure> {
    let held = store::held::list(&cx.db, kind, query.from, query.to).await?;
    let counted = held.into_iter().filter(|held| held.case.state != CaseState::Voided);
    Ok(counted.map(|held| case(held, query.variant)).collect())
}

fn is_counted(form: MeetingForm, variant: &str) -> bool {
    match variant {
        "hybrid" => form == MeetingForm::Hybrid,
        "in_person" => form == MeetingForm::InPerson,
        _ => matches!(form, MeetingForm::Video | MeetingForm::Telephone),
    }
}

fn case(held: Held, variant: &str) -> Case {
    let municipality = held.municipality();
    let numerator = i64::from(is_counted(held.meeting.form, variant));
    let meeting = Meeting { meeting_id: held.meeting.meeting_id.to_string(), case_id: held.case.case_id };
    let stay = held.stay.as_ref();
    Case {
        admission_id: held.case.admission_id,
        meeting: Some(meeting),
        on: held.on,
        numerator,
        patient: None,
        municipality,
        liable: stay.and_then(|stay| stay.liable_municipality.clone()),
        residence: stay.and_then(|stay| stay.residence_municipality.clone()),
        sex: stay.map_or(Sex::Unspecified, |stay| stay.sex),
        age_group: stay.map_or(AgeGroup::Unspecified, |stay| stay.age_group),
        specialty: stay.map_or(Specialty::Unspecified, |stay| stay.specialty),
        destination: stay.map_or(Destination::Unspecified, |stay: &Stay| stay.destination),
        hospital: held.case.hospital,
        ward: held.case.ward,
    }
}
