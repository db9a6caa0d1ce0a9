//! `admissions_per_patient`: how often the patients who became cases were admitted.

use hemgang_indicator::{Case, Definition, Indicator, Query};
use hemgang_proto::common::Measure;
use hemgang_rpc::{Context, Failure};

use super::notified;

/// The indicator.
pub struct AdmissionsPerPatient;

const DEFINITION: Definition = Definition {
    id: "admissions_per_patient",
    version: 1,
    title: "Admissions per patient",
    title_sv: "Inskrivningar per unik patient",
    numerator: "admissions whose first admission notice that reached a unit which takes part was sent in the period",
    denominator: "distinct patients among them, in each cell; merged identities are one patient",
    exclusions: "voided, notices to units that said that they were misdirected (felsänt) or were removed",
    attributed_to: "the day of the first notice, Europe/Stockholm",
    source: "Årsredovisning 2024 Vårdsamverkan Västra Götaland, follow-up 7",
    measure: Measure::PerPatient,
    variants: &["published"],
};

#[async_trait::async_trait]
impl Indicator for AdmissionsPerPatient {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    async fn cases(&self, cx: &Context, query: &Query) -> Result<Vec<Case>, Failure> {
        notified(cx, query).await
    }
}
