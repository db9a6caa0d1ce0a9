//! `acknowledgement`: how long a unit takes to acknowledge what was delivered to it.

use hemgang_core::day::local_day;
use hemgang_indicator::{Case, Definition, Indicator, Part, Query};
use hemgang_proto::{common::Measure, planning::CaseState};
use hemgang_rpc::{Context, Failure};

use super::known;
use crate::store::received::{self, Received};

/// The indicator.
pub struct Acknowledgement;

const DEFINITION: Definition = Definition {
    id: "acknowledgement",
    version: 1,
    title: "Time to acknowledgement",
    title_sv: "Tid till kvittens",
    numerator: "notices that somebody at the unit acknowledged by their deadline (Notice.acknowledge_by); of the other \
                variants, minutes from delivery to acknowledgement",
    denominator: "notices delivered, also those never acknowledged; of the other variants, those acknowledged; one that was \
                  forwarded is as old as it was at the first unit",
    exclusions: "notices in a ward's inbox, that were not for the unit (misdirected) or whose unit was removed, those not \
                 acknowledged whose time still runs, that were not due yet when planning was broken off (until it goes on), \
                 or when the patient died, what tells of a death, those held for reasons of secrecy, entered from the \
                 reserve routine or imported, voided stays",
    attributed_to: "the day of delivery, Europe/Stockholm; the municipality is that of the unit, none of the region's",
    source: "the county's routine for samverkan vid utskrivning (kvittens); the time is the region's policy receipt_limits",
    measure: Measure::Share,
    variants: &["published", "elapsed_median", "elapsed_p90", "office_median", "office_p90"],
};

#[async_trait::async_trait]
impl Indicator for Acknowledgement {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn measure(&self, variant: &str) -> Measure {
        match variant {
            "elapsed_median" | "office_median" => Measure::Median,
            "elapsed_p90" | "office_p90" => Measure::Percentile90,
            _ => DEFINITION.measure,
        }
    }

    async fn cases(&self, cx: &Context, query: &Query) -> Result<Vec<Case>, Failure> {
        let received = received::list(&cx.db, query.from, query.to).await?;
        let directory = cx.directory.now();
        let now = cx.clock.now();
        let received = received.into_iter().filter(|it| it.known.case.state != CaseState::Voided);
        let counted = received.filter_map(|Received { notice, delivered_at, known: case }| {
            let until = notice.acknowledged_at.unwrap_or(now);
            let office = directory.manned_minutes(&notice.recipient, delivered_at, until);
            let is_owed = notice.acknowledged_at.is_none();
            let numerator = match query.variant {
                // What was due is what the unit was shown: its deadline is kept with the notice.
                "published" if is_owed && notice.acknowledge_by.is_none_or(|due| now <= due) => return None,
                "published" => i64::from(notice.acknowledge_by? >= until),
                _ if is_owed => return None,
                "office_median" | "office_p90" => office,
                _ => delivered_at.duration_until(until).as_secs() / 60,
            };
            let (id, kind) = (notice.notice_id.to_string(), notice.kind);
            let part = Part::Notice { id, kind, recipient: notice.recipient };
            // What another unit of the case received is not shown in a municipality's figures, as it is not in the case.
            let municipality = notice.municipality.filter(|_| !case.is_secret());
            Some(Case { municipality, ..known((&case, local_day(delivered_at)), part, numerator) })
        });
        Ok(counted.collect())
    }
}
