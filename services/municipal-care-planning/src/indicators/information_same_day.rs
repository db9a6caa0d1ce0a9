//! `information_same_day`: whether the hospital handed over in time.

use hemgang_core::day::local_day;
use hemgang_indicator::{Case, Definition, Indicator, Query};
use hemgang_proto::common::Measure;
use hemgang_rpc::{Context, Failure};

use super::{Place, case};
use crate::{domain::discharge_information::day_ends, store};

/// The indicator.
pub struct InformationSameDay;

const DEFINITION: Definition = Definition {
    id: "information_same_day",
    version: 1,
    title: "Information transferred by the day of discharge",
    title_sv: "Information överförd senast utskrivningsdagen",
    numerator: "information for the care afterwards was transferred, here or by another channel, before the day of the \
                discharge was over",
    denominator: "patients discharged alive of whom somebody was sent an admission notice",
    exclusions: "deceased, voided stays, planning that was broken off, notices of an imported history; nothing transferred \
                 and the day not over",
    attributed_to: "the day of discharge, Europe/Stockholm",
    source: "3 kap. 2 § lag (2017:612) om samverkan vid utskrivning från sluten hälso- och sjukvård",
    measure: Measure::Share,
    variants: &["published"],
};

#[async_trait::async_trait]
impl Indicator for InformationSameDay {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    async fn cases(&self, cx: &Context, query: &Query) -> Result<Vec<Case>, Failure> {
        let (ended, handed_over) = tokio::try_join!(
            store::ended::list(&cx.db, query.from, query.to),
            store::ended::handed_over(&cx.db, query.from, query.to),
        )?;
        let now = cx.clock.now();
        let counted = ended.iter().filter(|ended| ended.is_handed_over()).filter_map(|ended| {
            let information = handed_over.get(&ended.case.case_id);
            let in_time = information.is_some_and(|information| information.is_in_time(ended.discharged_at));
            (in_time || day_ends(ended.discharged_at) <= now).then_some(())?;
            let on = local_day(ended.discharged_at);
            let place = Place { on, municipality: ended.municipality(), planned: None };
            Some(case(&ended.case, Some(&ended.stay), place, i64::from(in_time)))
        });
        Ok(counted.collect())
    }
}
