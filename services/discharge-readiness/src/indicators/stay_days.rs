//! `stay_days`: days from admission to discharge.

use hemgang_indicator::{Case, Definition, Indicator, Query};
use hemgang_proto::common::Measure;
use hemgang_rpc::{Context, Failure};

use super::case;
use crate::store;

/// The indicator.
pub struct StayDays;

const DEFINITION: Definition = Definition {
    id: "stay_days",
    version: 1,
    title: "Days in hospital",
    title_sv: "Total vårdtid",
    numerator: "sum of calendar days from admission to discharge",
    denominator: "cases that ended (variant all: every stay that ended, with or without an admission notice)",
    exclusions: "stays without an admission notice (published), stays that go on at another hospital of the \
                 group, voided; those who died or went to another hospital group are counted",
    attributed_to: "the day of discharge, Europe/Stockholm",
    source: "Årsredovisning 2024 Vårdsamverkan Västra Götaland, follow-up 4",
    measure: Measure::Mean,
    variants: &["published", "all"],
};

#[async_trait::async_trait]
impl Indicator for StayDays {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    async fn cases(&self, cx: &Context, query: &Query) -> Result<Vec<Case>, Failure> {
        let mut cases = Vec::new();
        for course in store::course::list_ended(&cx.db, query.from, query.to).await? {
            let counted = course.ended() && (course.stay.notified_on.is_some() || query.variant == "all");
            let days = course.stay_days().filter(|_| counted);
            if let Some((days, on)) = days.zip(course.stay.discharged_on) {
                cases.push(case(course.stay, on, days));
            }
        }
        Ok(cases)
    }
}
