//! Planning's indicators: one file each, named by its id.

mod acknowledgement;
mod care_contact_named;
mod expected_date_error;
mod information_same_day;
mod planning_meetings;
mod sip_called_in_time;
mod sip_drawn_up;
mod sip_meetings;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use hemgang_core::place::MunicipalityCode;
use hemgang_indicator::{Case, Indicator, Part, Planned, Query};
use hemgang_proto::{
    common::{AgeGroup, Destination, Sex, Specialty},
    planning::{CaseState, MeetingForm, MeetingKind},
};
use hemgang_rpc::{Context, Failure};
use jiff::civil::Date;

use crate::{
    domain::{self, stay::Stay},
    store::{self, held::Held, known::Known},
};

/// What is counted of the meetings held. A hybrid meeting is neither on distance nor in person, and so among those held
/// only, until its own variant is asked for.
const VARIANTS: &[&str] = &["published", "hybrid", "in_person"];

/// All of them.
pub fn all() -> Vec<Arc<dyn Indicator>> {
    vec![
        Arc::new(acknowledgement::Acknowledgement),
        Arc::new(care_contact_named::CareContactNamed),
        Arc::new(expected_date_error::ExpectedDateError),
        Arc::new(information_same_day::InformationSameDay),
        Arc::new(planning_meetings::PlanningMeetings),
        Arc::new(sip_called_in_time::SipCalledInTime),
        Arc::new(sip_drawn_up::SipDrawnUp),
        Arc::new(sip_meetings::SipMeetings),
    ]
}

/// The meetings of a kind that were held in the period, each as a case of its own. What never was is counted nowhere.
async fn held(cx: &Context, kind: MeetingKind, query: &Query) -> Result<Vec<Case>, Failure> {
    let held = store::held::list(&cx.db, kind, query.from, query.to).await?;
    let of_stays = held.into_iter().filter(|held| held.known.case.state != CaseState::Voided);
    Ok(of_stays.map(|held| counted(&held, query.variant)).collect())
}

fn is_counted(form: MeetingForm, variant: &str) -> bool {
    match variant {
        "hybrid" => form == MeetingForm::Hybrid,
        "in_person" => form == MeetingForm::InPerson,
        _ => matches!(form, MeetingForm::Video | MeetingForm::Telephone),
    }
}

fn counted(held: &Held, variant: &str) -> Case {
    let numerator = i64::from(is_counted(held.meeting.form, variant));
    known((&held.known, held.on), Part::Meeting(held.meeting.meeting_id.to_string()), numerator)
}

/// A case of which a meeting, a notice or the plan is counted.
fn known((known, on): (&Known, Date), part: Part, numerator: i64) -> Case {
    let planned = Planned { case_id: known.case.case_id, part };
    let place = Place { on, municipality: known.municipality(), planned: Some(planned) };
    case(&known.case, known.stay.as_ref(), place, numerator)
}

/// Where a figure counts a case, besides where the patient is and belongs.
struct Place {
    on: Date,
    municipality: Option<MunicipalityCode>,
    /// Of a figure of meetings, notices or plans.
    planned: Option<Planned>,
}

fn case(case: &domain::case::Case, stay: Option<&Stay>, place: Place, numerator: i64) -> Case {
    let Place { on, municipality, planned } = place;
    Case {
        admission_id: case.admission_id,
        planned,
        on,
        numerator,
        patient: None,
        municipality,
        liable: stay.and_then(|stay| stay.liable_municipality.clone()),
        residence: stay.and_then(|stay| stay.residence_municipality.clone()),
        sex: stay.map_or(Sex::Unspecified, |stay| stay.sex),
        age_group: stay.map_or(AgeGroup::Unspecified, |stay| stay.age_group),
        specialty: stay.map_or(Specialty::Unspecified, |stay| stay.specialty),
        destination: stay.map_or(Destination::Unspecified, |stay| stay.destination),
        hospital: case.hospital.clone(),
        ward: case.ward.clone(),
        on_paper: false,
    }
}
