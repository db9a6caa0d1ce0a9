//! A month of a simulated region: six hospitals on four systems that speak HL7, and the municipalities around them.

use std::collections::BTreeSet;

use anyhow::Result;
use hemgang_core::place::HsaId;
use hemgang_gateway::adt::SiteMapping;
use jiff::civil::{Date, date};

use super::{Stage, hospitals::Systems, tally};
use crate::{
    output,
    simulate::{Actors, Here, Size, draw, drive},
};

/// The first day: a Tuesday, so that five weekends are in 30 days.
const FROM: Date = date(2026, 9, 1);

const DAYS: i64 = 30;

/// Small enough to wait for, and large enough for every special case.
const ADMISSIONS_PER_DAY: u32 = 40;

/// The region's days, and the hospitals whose systems the mapping knows.
pub fn month(site: &SiteMapping, days: Option<i64>, seed: u64) -> Result<Size> {
    let of = |(_, _, sender): (&str, &str, &hemgang_gateway::adt::Sender)| {
        let hospitals: Vec<HsaId> = sender.facilities.values().chain([&sender.hospital]).cloned().collect();
        hospitals
    };
    let hospitals: BTreeSet<_> = site.senders().flat_map(of).collect();
    let all = Size::new(FROM, days.unwrap_or(DAYS), ADMISSIONS_PER_DAY, seed)?;
    Ok(Size { hospitals: hospitals.into_iter().collect(), ..all })
}

/// Lets the region act, and says what happened.
pub async fn show(stage: &Stage<'_>, month: &Size, site: SiteMapping) -> Result<()> {
    output::line(&format!(
        "{} days from {}: {} hospitals, {ADMISSIONS_PER_DAY} admissions a day, seed {}",
        month.days,
        month.from,
        month.hospitals.len(),
        month.seed
    ))?;
    let plan = draw(stage.directory, month)?;
    let mut actors = Actors::new(stage.people, &plan, Systems::new(stage.people, &plan, site));
    drive("demo", &plan, &mut actors, Some(Here { process: stage.process, clock: stage.clock }), month.days)
        .await?;
    let told = actors.hospitals().counts();
    output::line(&format!("{:>6}  ADT messages sent", told.values().sum::<usize>()))?;
    tally(told.iter())?;
    tally(actors.counts().iter())
}
