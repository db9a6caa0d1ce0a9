//! Doing what was planned, hour by hour or at the pace of a server elsewhere.

use anyhow::Result;
use hemgang_core::{clock::Clock, day::local_day};
use hemgang_runtime::Process;
use jiff::Timestamp;

use super::{
    act::{Actors, Hospitals},
    plan::{Plan, hour},
};
use crate::progress::Progress;

/// The services of this process and the clock that they read.
pub struct Here<'a> {
    pub process: &'a Process,
    pub clock: &'a Clock,
}

/// Does every step, hour by hour: within one, what concerns a person in order, and different persons at once.
///
/// Here, the clock stands at the end of an hour while what happened in that hour is told, and then every feed is
/// drained. So each fact is recorded at one time, whoever was faster, and the feeds are drained 24 times a day instead
/// of once a step. A case is opened before anything else is done about it in an hour: it holds what came before, neither
/// more nor less. When something happened is told to the minute; when it was recorded is true to the hour.
pub async fn drive<H: Hospitals>(
    what: &'static str,
    plan: &Plan,
    actors: &mut Actors<'_, H>,
    here: Option<Here<'_>>,
    days: i64,
) -> Result<()> {
    let mut progress = Progress::new(what, u64::try_from(days).unwrap_or_default());
    let mut day = plan.steps.first().map(|step| local_day(step.at));
    for steps in plan.steps.chunk_by(|one, next| hour(one.at) == hour(next.at)) {
        let Some(first) = steps.first() else { continue };
        if let Some(here) = &here {
            here.clock.advance_to(end_of_hour(first.at));
        }
        actors.act(steps).await?;
        if let Some(here) = &here {
            here.process.drain().await?;
        }
        let today = local_day(first.at);
        let passed = day.replace(today).map_or(0, |day| hemgang_core::day::days_between(day, today));
        progress.advance(u64::try_from(passed).unwrap_or_default(), || today.to_string());
    }
    progress.end();
    Ok(())
}

fn end_of_hour(at: Timestamp) -> Timestamp {
    Timestamp::from_second((hour(at) + 1) * 3600).unwrap_or(at)
}
