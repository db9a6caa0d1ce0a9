//! Admission's indicators: one file each, named by its id.

mod admissions_per_patient;
mod notified_admissions;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use hemgang_core::place::HsaId;
use hemgang_indicator::{Case, Indicator, Query};
use hemgang_rpc::{Context, Failure};
use jiff::civil::Date;

use crate::{
    domain::episode::Episode,
    store::{self, notice::FirstSent},
};

/// All of them.
pub fn all() -> Vec<Arc<dyn Indicator>> {
    vec![
        Arc::new(admissions_per_patient::AdmissionsPerPatient),
        Arc::new(notified_admissions::NotifiedAdmissions),
    ]
}

/// Admissions whose first notice was sent in the period, on the day of that notice.
async fn notified(cx: &Context, query: &Query) -> Result<Vec<Case>, Failure> {
    let first = store::notice::list_first_sent(&cx.db, query.from, query.to).await?;
    let told = |recipients: &[(Date, HsaId)], episode: &Episode| {
        let runs = |(on, id): &(Date, HsaId)| cx.directory.municipality_running(id, *on);
        recipients.iter().filter_map(runs).any(|code| Some(code) == episode.liable_municipality.as_ref())
    };
    let cases = first.into_iter().map(|FirstSent { on, episode, recipients }| {
        let municipality_told = told(&recipients, &episode);
        Case { municipality_told, ..case(episode, on) }
    });
    Ok(cases.collect())
}

/// An episode as a case of a figure that counts admissions.
fn case(episode: Episode, on: Date) -> Case {
    let age_group = episode.age_group();
    Case {
        admission_id: episode.admission_id,
        on,
        numerator: 1,
        patient: Some(episode.patient_id.to_string()),
        municipality_told: false,
        municipality: episode.liable_municipality,
        residence: episode.residence_municipality,
        sex: episode.sex,
        age_group,
        hospital: episode.hospital,
        ward: episode.ward,
        specialty: episode.specialty,
        destination: episode.destination,
    }
}
