//! `ready_cases`: how many were judged ready, whether they have left or not.

use hemgang_indicator::{Case, Definition, Indicator, Query};
use hemgang_proto::common::Measure;
use hemgang_rpc::{Context, Failure};

use super::case;
use crate::store;

/// The indicator.
pub struct ReadyCases;

const DEFINITION: Definition = Definition {
    id: "ready_cases",
    version: 1,
    title: "Cases judged ready for discharge",
    title_sv: "Antal utskrivningsklara",
    numerator: "cases whose valid readiness is of the period, still in hospital or not",
    denominator: "none",
    exclusions: "stays without an admission notice, voided",
    attributed_to: "the day of the valid readiness, Europe/Stockholm",
    source: "Hemgång: the volume beside same_day and ready_days",
    measure: Measure::Count,
    variants: &["published"],
};

#[async_trait::async_trait]
impl Indicator for ReadyCases {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    async fn cases(&self, cx: &Context, query: &Query) -> Result<Vec<Case>, Failure> {
        let ready = store::course::list_ready(&cx.db, query.from, query.to).await?;
        let counted = ready.into_iter().filter(|(_, course)| course.was_ready());
        Ok(counted.map(|(on, course)| case(course.stay, on, 1)).collect())
    }
}
