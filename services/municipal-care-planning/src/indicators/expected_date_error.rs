//! `expected_date_error`: by how many days patients leave another day than the one that was expected.

use hemgang_core::day::{day_begins, local_day};
use hemgang_indicator::{Case, Definition, Indicator, Query};
use hemgang_proto::common::Measure;
use hemgang_rpc::{Context, Failure};
use jiff::{ToSpan as _, civil::Date};

use super::{Place, case};
use crate::{
    domain::expected::expected_day,
    store::{self, ended::Ended},
};

/// The indicator.
pub struct ExpectedDateError;

const DEFINITION: Definition = Definition {
    id: "expected_date_error",
    version: 1,
    title: "Accuracy of the expected discharge",
    title_sv: "Träffsäkerhet i beräknad utskrivning",
    numerator: "sum of days from the expected day, as it stood when the day that lies 3 days before the discharge ended, to \
                the day of discharge, without sign; variants absolute_0, _1, _2, _7: so many days before; signed_: with their \
                sign, more than 0 when the patient left later; unknown_: cases in which nothing was known",
    denominator: "cases discharged that had been admitted by then and of which a day was expected; of unknown_, also those \
                  whose discharge was said to be unknown, or of which nothing was said",
    exclusions: "stays without an admission notice, deceased, moved to another hospital, voided",
    attributed_to: "the day of discharge, Europe/Stockholm",
    source: "2 kap. 3 and 4 §§ lag (2017:612) om samverkan vid utskrivning från sluten hälso- och sjukvård",
    measure: Measure::Mean,
    variants: &[
        "published",
        "absolute_0",
        "absolute_1",
        "absolute_2",
        "absolute_7",
        "signed_0",
        "signed_1",
        "signed_2",
        "signed_3",
        "signed_7",
        "unknown_0",
        "unknown_1",
        "unknown_2",
        "unknown_3",
        "unknown_7",
    ],
};

#[async_trait::async_trait]
impl Indicator for ExpectedDateError {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn measure(&self, variant: &str) -> Measure {
        if variant.starts_with("unknown") { Measure::Share } else { DEFINITION.measure }
    }

    async fn cases(&self, cx: &Context, query: &Query) -> Result<Vec<Case>, Failure> {
        let (what, days_before) = match query.variant.split_once('_') {
            Some((what, days)) => (what, days.parse().unwrap_or_default()),
            None => ("absolute", 3),
        };
        let ended = store::ended::list(&cx.db, query.from, query.to).await?;
        let counted = ended.iter().filter(|ended| ended.is_followed_up() && ended.is_notified());
        let counted = counted.filter_map(|ended| {
            let left_on = local_day(ended.discharged_at);
            let error = match stood(ended, left_on, days_before)? {
                Stood::Unknown => None,
                Stood::Expected(on) => Some(i64::from((left_on - on).get_days())),
            };
            let numerator = match what {
                "unknown" => i64::from(error.is_none()),
                "signed" => error?,
                _ => error?.abs(),
            };
            let place = Place { on: left_on, municipality: ended.municipality(), planned: None };
            Some(case(&ended.case, Some(&ended.stay), place, numerator))
        });
        Ok(counted.collect())
    }
}

/// What stood when the day ended that lies so many days before the discharge; none where the patient had not been admitted.
fn stood(ended: &Ended, left_on: Date, days_before: i32) -> Option<Stood> {
    let end = day_begins(left_on.saturating_sub((days_before - 1).days()));
    let is_admitted = ended.stay.admitted_at.is_some_and(|at| at < end);
    let expected = || ended.stay.expected_before(end).and_then(expected_day);
    is_admitted.then(|| expected().map_or(Stood::Unknown, Stood::Expected))
}

/// What was known of when a patient would leave.
enum Stood {
    /// Said to be unknown, or not said at all.
    Unknown,
    Expected(Date),
}
