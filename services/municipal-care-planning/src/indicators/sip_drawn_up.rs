//! `sip_drawn_up`: how many plans were drawn up.

use hemgang_indicator::{Case, Definition, Indicator, Part, Query};
use hemgang_proto::{common::Measure, planning::CaseState};
use hemgang_rpc::{Context, Failure};

use super::known;
use crate::store;

/// The indicator.
pub struct SipDrawnUp;

const DEFINITION: Definition = Definition {
    id: "sip_drawn_up",
    version: 1,
    title: "Individual plans drawn up",
    title_sv: "Upprättade samordnade planer",
    numerator: "cases whose plan every contributing unit has approved, for the first time; with or without an admission, \
                also plans under LPT and LRV",
    denominator: "",
    exclusions: "voided stays; another version of the same plan",
    attributed_to: "the day on which the last unit approved, Europe/Stockholm",
    source: "16 kap. 4 § HSL, 10 kap. 8 § SoL (2025:400), 4 kap. 1-2 §§ lag (2017:612), 7 a § LPT, 12 a § LRV",
    measure: Measure::Count,
    variants: &["published"],
};

#[async_trait::async_trait]
impl Indicator for SipDrawnUp {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    async fn cases(&self, cx: &Context, query: &Query) -> Result<Vec<Case>, Failure> {
        let drawn_up = store::held::drawn_up(&cx.db, query.from, query.to).await?;
        let counted = drawn_up.iter().filter(|(_, of)| of.case.state != CaseState::Voided);
        Ok(counted.map(|(on, of)| known((of, *on), Part::Plan, 1)).collect())
    }
}
