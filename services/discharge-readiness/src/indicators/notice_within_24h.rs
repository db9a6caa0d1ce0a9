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
    numerator: "stays whose first admission notice was sent at most 86 400 elapsed seconds after the judgement \
                that somebody may be needed, or after admission when that is later or no judgement is recorded",
    denominator: "stays that required a notice: sent, or judged and run out, or judged and left without one",
    exclusions: "stays under 24 hours without a notice, voided, duties that have not run out yet, judgements and \
                 notices of the reserve routine (imported ones count by their stated times)",
    attributed_to: "the day on which the 24 hours ran out, met or not, Europe/Stockholm",
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
        let now = cx.clock.now();
        let mut cases = Vec::new();
        for stay in store::stay::list_notice_due(&cx.db, query.from, query.to).await? {
            if let Some((on, in_time)) = stay.notice_due_on.zip(stay.notice_in_time(now)) {
                cases.push(case(stay, on, i64::from(in_time)));
            }
        }
        Ok(cases)
    }
}
