//! Readiness's indicators: one file each, named by its id.

mod ready_cases;
mod ready_days;
mod same_day;

use std::sync::Arc;

use hemgang_indicator::{Case, Indicator};
use jiff::civil::Date;

use crate::domain::stay::Stay;

/// All of them.
pub fn all() -> Vec<Arc<dyn Indicator>> {
    vec![Arc::new(ready_cases::ReadyCases), Arc::new(ready_days::ReadyDays), Arc::new(same_day::SameDay)]
}

/// A stay as a case of a figure.
fn case(stay: Stay, on: Date, numerator: i64) -> Case {
    Case {
        admission_id: stay.admission_id,
        on,
        numerator,
        municipality: stay.liable_municipality,
        hospital: stay.hospital,
        ward: stay.ward,
        specialty: stay.specialty,
    }
}
