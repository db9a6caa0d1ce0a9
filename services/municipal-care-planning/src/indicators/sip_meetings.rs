//! `sip_meetings`: how many were held, and the share of them on distance.

use hemgang_indicator::{Case, Definition, Indicator, Query};
use hemgang_proto::{common::Measure, planning::MeetingKind};
use hemgang_rpc::{Context, Failure};

use super::{VARIANTS, held};

/// The indicator.
pub struct SipMeetings;

const DEFINITION: Definition = Definition {
    id: "sip_meetings",
    version: 1,
    title: "SIP meetings held, and their share on distance",
    title_sv: "SIP-möten, andel på distans",
    numerator: "held by video or telephone (variant hybrid: partly on distance; variant in_person: in one room)",
    denominator: "SIP meetings held, about stays and about people at home; a hybrid one is neither on distance nor in person",
    exclusions: "booked and not held, cancelled, voided stays",
    attributed_to: "the day of the meeting, Europe/Stockholm",
    source: "Årsredovisning 2024 Vårdsamverkan Västra Götaland: meetings, never mixed with each other or with plans",
    measure: Measure::Share,
    variants: VARIANTS,
};

#[async_trait::async_trait]
impl Indicator for SipMeetings {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    async fn cases(&self, cx: &Context, query: &Query) -> Result<Vec<Case>, Failure> {
        held(cx, MeetingKind::Sip, query).await
    }
}
