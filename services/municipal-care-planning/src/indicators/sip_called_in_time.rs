//! `sip_called_in_time`: whether the fast vårdkontakt called to a SIP in time.

use hemgang_core::day::local_day;
use hemgang_indicator::{Case, Definition, Indicator, Query};
use hemgang_proto::common::Measure;
use hemgang_rpc::{Context, Failure};

use super::{Place, case};
use crate::store;

/// The indicator.
pub struct SipCalledInTime;

const DEFINITION: Definition = Definition {
    id: "sip_called_in_time",
    version: 1,
    title: "SIP called within three days",
    title_sv: "SIP-kallelse inom tre dagar",
    numerator: "the named care contact called to a SIP before the end of the third day after the last notice of \
                readiness, or before that notice",
    denominator: "patients discharged of whom the region and a municipality have recorded that a plan is needed",
    exclusions: "patients who refused a plan, stays under LPT or LRV, a readiness withdrawn before that day ended and not \
                 confirmed again, nobody called and that day is not over, deceased, moved to another hospital, voided stays, \
                 planning that was broken off",
    attributed_to: "the day of discharge, Europe/Stockholm",
    source: "4 kap. 1-3 §§ lag (2017:612) om samverkan vid utskrivning från sluten hälso- och sjukvård",
    measure: Measure::Share,
    variants: &["published"],
};

#[async_trait::async_trait]
impl Indicator for SipCalledInTime {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    async fn cases(&self, cx: &Context, query: &Query) -> Result<Vec<Case>, Failure> {
        let (ended, duties) = tokio::try_join!(
            store::ended::list(&cx.db, query.from, query.to),
            store::ended::sip_duties(&cx.db, query.from, query.to),
        )?;
        let counted = ended.iter().filter(|ended| ended.is_planned_for()).filter_map(|ended| {
            let is_met = duties.get(&ended.case.case_id)?.is_met(ended.stay.legal_status, cx.clock.now())?;
            let on = local_day(ended.discharged_at);
            let place = Place { on, municipality: ended.municipality(), planned: None };
            Some(case(&ended.case, Some(&ended.stay), place, i64::from(is_met)))
        });
        Ok(counted.collect())
    }
}
