//! `late_ready_notice`: readiness that was told only after the patient had left.

use hemgang_indicator::{Case, Definition, Indicator, Query};
use hemgang_proto::common::Measure;
use hemgang_rpc::{Context, Failure};

use super::case;
use crate::store;

/// The indicator.
pub struct LateReadyNotice;

const DEFINITION: Definition = Definition {
    id: "late_ready_notice",
    version: 1,
    title: "Readiness told after going home",
    title_sv: "Utskrivningsklar meddelad efter hemgång",
    numerator: "cases whose valid readiness was told after the instant of discharge",
    denominator: "every discharged case, as variant all of same_day",
    exclusions: "stays without an admission notice, deceased, moved to another hospital, voided",
    attributed_to: "the day of discharge, Europe/Stockholm",
    source: "Årsredovisning 2024 Vårdsamverkan Västra Götaland, follow-up 6",
    measure: Measure::Share,
    variants: &["published"],
};

#[async_trait::async_trait]
impl Indicator for LateReadyNotice {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    async fn cases(&self, cx: &Context, query: &Query) -> Result<Vec<Case>, Failure> {
        let mut cases = Vec::new();
        for course in store::course::list_ended(&cx.db, query.from, query.to).await? {
            if let Some(on) = course.stay.discharged_on.filter(|_| course.counts()) {
                let late = i64::from(course.told_late());
                cases.push(case(course.stay, on, late));
            }
        }
        Ok(cases)
    }
}
