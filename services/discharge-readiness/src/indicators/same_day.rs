//! `same_day`: the share of patients who leave on the day they are ready. The headline figure.

use hemgang_indicator::{Case, Definition, Indicator, Query};
use hemgang_proto::common::Measure;
use hemgang_rpc::{Context, Failure};

use super::case;
use crate::{domain::course::Counting, store};

/// The indicator.
pub struct SameDay;

const DEFINITION: Definition = Definition {
    id: "same_day",
    version: 1,
    title: "Discharged on the day of readiness",
    title_sv: "Utskriven samma dag som utskrivningsklar",
    numerator: "cases discharged on the local day of their valid readiness",
    denominator: "cases discharged with a valid readiness (variant all: every discharged case)",
    exclusions: "stays without an admission notice, deceased, moved to another hospital, voided",
    attributed_to: "the day of discharge, Europe/Stockholm",
    source: "Årsredovisning 2024 Vårdsamverkan Västra Götaland, follow-up 5; valid readiness is the first \
             confirmation after the last withdrawal, by the physician's judgement, else the notice (variant \
             notice: by the notice)",
    measure: Measure::Share,
    variants: &["published", "all", "notice"],
};

#[async_trait::async_trait]
impl Indicator for SameDay {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    async fn cases(&self, cx: &Context, query: &Query) -> Result<Vec<Case>, Failure> {
        let counting = if query.variant == "notice" { Counting::Notice } else { Counting::Judgement };
        let mut cases = Vec::new();
        for course in store::course::list_ended(&cx.db, query.from, query.to).await? {
            let same_day = course.same_day(counting);
            let in_denominator = same_day.is_some() || query.variant == "all";
            if let Some(on) = course.stay.discharged_on.filter(|_| course.counts() && in_denominator) {
                cases.push(case(course.stay, on, i64::from(same_day == Some(true))));
            }
        }
        Ok(cases)
    }
}
