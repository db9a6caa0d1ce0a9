//! Readiness's indicators: one file each, named by its id.

mod late_ready_notice;
mod missing_messages;
mod notice_within_24h;
mod ready_cases;
mod ready_days;
mod same_day;
mod stay_days;

use std::sync::Arc;

use hemgang_indicator::{Case, Indicator};
use jiff::civil::Date;

use crate::domain::stay::Stay;

/// All of them.
pub fn all() -> Vec<Arc<dyn Indicator>> {
    vec![
        Arc::new(late_ready_notice::LateReadyNotice),
        Arc::new(missing_messages::MissingMessages),
        Arc::new(notice_within_24h::NoticeWithin24h),
        Arc::new(ready_cases::ReadyCases),
        Arc::new(ready_days::ReadyDays),
        Arc::new(same_day::SameDay),
        Arc::new(stay_days::StayDays),
    ]
}

/// A stay as a case of a figure.
fn case(stay: Stay, on: Date, numerator: i64) -> Case {
    let on_paper = stay.is_on_paper();
    Case {
        admission_id: Some(stay.admission_id),
        planned: None,
        on,
        numerator,
        patient: None,
        municipality: stay.participating_municipality,
        liable: stay.liable_municipality,
        residence: stay.residence_municipality,
        sex: stay.sex,
        age_group: stay.age_group,
        hospital: Some(stay.hospital),
        ward: Some(stay.ward),
        specialty: stay.specialty,
        destination: stay.destination,
        on_paper,
    }
}
