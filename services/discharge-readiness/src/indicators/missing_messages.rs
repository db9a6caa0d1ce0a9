//! `missing_messages`: cases that closed without what the units should have been told.

use hemgang_indicator::{Case, Definition, Indicator, Query};
use hemgang_proto::common::Measure;
use hemgang_rpc::{Context, Failure};

use super::case;
use crate::store;

/// The indicator.
pub struct MissingMessages;

const DEFINITION: Definition = Definition {
    id: "missing_messages",
    version: 1,
    title: "Closed without readiness or discharge notice",
    title_sv: "Avslutat utan utskrivningsklar eller utskrivningsmeddelande",
    numerator: "closed cases for which at least one of the two was never sent (variant both: neither was); \
                readiness that was withdrawn and not confirmed again was not, a late one was",
    denominator: "closed cases; a case that nobody closed closes with the discharge",
    exclusions: "stays without an admission notice, deceased, moved to another hospital, voided; cases whose planning was \
                 broken off",
    attributed_to: "the day of closing, Europe/Stockholm",
    source: "Årsredovisning 2024 Vårdsamverkan Västra Götaland, follow-up 2, whose \"or\" is read as either",
    measure: Measure::Share,
    variants: &["published", "both"],
};

#[async_trait::async_trait]
impl Indicator for MissingMessages {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    async fn cases(&self, cx: &Context, query: &Query) -> Result<Vec<Case>, Failure> {
        let least = if query.variant == "both" { 2 } else { 1 };
        let mut cases = Vec::new();
        for (on, course) in store::course::list_closed(&cx.db, query.from, query.to).await? {
            if course.is_closed_case() {
                let missing = i64::from(course.missing_messages() >= least);
                cases.push(case(course.stay, on, missing));
            }
        }
        Ok(cases)
    }
}
