//! `notified_admissions`: how many stays became cases.

use hemgang_indicator::{Case, Definition, Indicator, Query};
use hemgang_proto::common::Measure;
use hemgang_rpc::{Context, Failure};

use super::notified;

/// The indicator.
pub struct NotifiedAdmissions;

const DEFINITION: Definition = Definition {
    id: "notified_admissions",
    version: 1,
    title: "Admissions notified",
    title_sv: "Antal inskrivna",
    numerator: "admissions whose first admission notice that reached a unit which takes part was sent in the period",
    denominator: "none",
    exclusions: "voided, notices to units that said that they were misdirected (felsänt) or were removed",
    attributed_to: "the day of the first notice, Europe/Stockholm",
    source: "Årsredovisning 2024 Vårdsamverkan Västra Götaland, follow-up 1",
    measure: Measure::Count,
    variants: &["published"],
};

#[async_trait::async_trait]
impl Indicator for NotifiedAdmissions {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    async fn cases(&self, cx: &Context, query: &Query) -> Result<Vec<Case>, Failure> {
        notified(cx, query).await
    }
}
