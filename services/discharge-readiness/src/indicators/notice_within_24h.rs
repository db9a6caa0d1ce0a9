//! `notice_within_24h`: admission notices that were sent in time.

use hemgang_indicator::{Case, Definition, Indicator, Query};
use hemgang_proto::common::Measure;
use hemgang_rpc::{Context, Failure};

use super::case;
use crate::store;

/// The indicator.
pub struct NoticeWithin24h;

const DEFINITION: Definition = Definition {
    id: "notice_within_24h",
    version: 1,
    title: "Admission notice within 24 hours",
    title_sv: "Inskrivningsmeddelande inom 24 timmar",
    numerator: "stays whose first admission notice that reached a unit which takes part was sent at most 86 400 elapsed \
                seconds after the judgement that somebody may be needed, or after admission when that is later or no \
                judgement is recorded",
    denominator: "stays that ended, alive or dead, and required a notice: one was sent, or somebody was judged to be \
                  needed and none was",
    exclusions: "notices to units that said that they were misdirected (felsänt) or were removed, stays under 24 hours \
                 without a notice, voided, judgements and notices of the reserve routine (imported ones count by their \
                 stated times)",
    attributed_to: "the day of discharge, Europe/Stockholm",
    source: "2 kap. 1 § lag (2017:612) om samverkan vid utskrivning från sluten hälso- och sjukvård",
    measure: Measure::Share,
    variants: &["published"],
};

#[async_trait::async_trait]
impl Indicator for NoticeWithin24h {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    async fn cases(&self, cx: &Context, query: &Query) -> Result<Vec<Case>, Failure> {
        let mut cases = Vec::new();
        for course in store::course::list_ended(&cx.db, query.from, query.to).await? {
            if let Some((on, in_time)) = course.stay.discharged_on.zip(course.stay.notice_in_time()) {
                cases.push(case(course.stay, on, i64::from(in_time)));
            }
        }
        Ok(cases)
    }
}
