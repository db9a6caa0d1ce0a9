//! Admission's indicators: one file each, named by its id.

mod admissions_per_patient;
mod notified_admissions;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use hemgang_core::{
    day::local_day,
    place::{HsaId, MunicipalityCode},
};
use hemgang_indicator::{Belonging, Case, Indicator, Query, participating};
use hemgang_proto::common::Protection;
use hemgang_rpc::{Context, Failure};
use jiff::{Timestamp, civil::Date};

use crate::{
    domain::episode::Episode,
    store::{self, first_sent::FirstSent},
};

/// All of them.
pub fn all() -> Vec<Arc<dyn Indicator>> {
    vec![
        Arc::new(admissions_per_patient::AdmissionsPerPatient),
        Arc::new(notified_admissions::NotifiedAdmissions),
    ]
}

/// Admissions whose first notice that reached a unit which takes part was sent in the period, on the day of that notice.
async fn notified(cx: &Context, query: &Query) -> Result<Vec<Case>, Failure> {
    let first = store::first_sent::list(&cx.db, query.from, query.to).await?;
    let directory = cx.directory.now();
    let told = |(at, unit): &(Timestamp, HsaId)| {
        Some((*at, directory.municipality_running(unit, local_day(*at))?.clone()))
    };
    let cases = first.into_iter().map(|FirstSent { on, episode, protection, recipients }| {
        let told: Vec<_> = recipients.iter().filter_map(told).collect();
        let belonging = Belonging {
            liable: episode.liable_municipality.as_ref(),
            residence: episode.residence_municipality.as_ref(),
            is_secret: protection == Protection::ProtectedRegistration,
        };
        let municipality = participating(&told, belonging);
        case(episode, on, municipality)
    });
    Ok(cases.collect())
}

/// An episode as a case of a figure that counts admissions.
fn case(episode: Episode, on: Date, municipality: Option<MunicipalityCode>) -> Case {
    let age_group = episode.age_group();
    Case {
        admission_id: Some(episode.admission_id),
        planned: None,
        on,
        numerator: 1,
        patient: Some(episode.patient_id.to_string()),
        municipality,
        liable: episode.liable_municipality,
        residence: episode.residence_municipality,
        sex: episode.sex,
        age_group,
        hospital: Some(episode.hospital),
        ward: Some(episode.ward),
        specialty: episode.specialty,
        destination: episode.destination,
        on_paper: false,
    }
}
