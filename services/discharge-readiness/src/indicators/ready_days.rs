//! `ready_days`: days from valid readiness to discharge.

use hemgang_indicator::{Case, Definition, Indicator, Query};
use hemgang_proto::common::Measure;
use hemgang_rpc::{Context, Failure};

use super::case;
use crate::store;

/// The indicator.
pub struct ReadyDays;

const DEFINITION: Definition = Definition {
    id: "ready_days",
    version: 1,
    title: "Days as ready for discharge",
    title_sv: "Vårdtid som utskrivningsklar",
    numerator: "sum of calendar days from valid readiness to discharge",
    denominator: "cases discharged with a valid readiness (variant skr: of one day or more only)",
    exclusions: "stays without an admission notice, deceased, moved to another hospital, voided",
    attributed_to: "the day of discharge, Europe/Stockholm",
    source: "Årsredovisning 2024 Vårdsamverkan Västra Götaland, follow-up 3; variant skr: SKR, Väntetider i vården",
    measure: Measure::Mean,
    variants: &["published", "skr"],
};

#[async_trait::async_trait]
impl Indicator for ReadyDays {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    async fn cases(&self, cx: &Context, query: &Query) -> Result<Vec<Case>, Failure> {
        let least = i64::from(query.variant == "skr");
        let mut cases = Vec::new();
        for course in store::course::list_ended(&cx.db, query.from, query.to).await? {
            let days = course.ready_days().filter(|days| course.counts() && *days >= least);
            if let Some((days, on)) = days.zip(course.stay.discharged_on) {
                cases.push(case(course.stay, on, days));
            }
        }
        Ok(cases)
    }
}
