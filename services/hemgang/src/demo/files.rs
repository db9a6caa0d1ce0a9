//! ADT files replayed, with simulated people who act on what they tell.

mod act;
mod plan;
mod script;

use std::path::PathBuf;

use anyhow::{Result, bail};
use hemgang_core::directory::Directory;
use hemgang_gateway::adt::SiteMapping;
use jiff::SignedDuration;

use self::act::Actors;
pub use self::script::Script;
use super::{Stage, tally};
use crate::{import::hl7::Source, output};

/// Reads files and folders of messages, up to so many days.
pub fn read(
    paths: &[PathBuf],
    site: &SiteMapping,
    directory: &Directory,
    days: Option<i64>,
) -> Result<Script> {
    let mut script = Script::read(&read_files(paths)?, site, directory);
    if let Some((days, first)) = days.zip(script.first_sent()) {
        script.end_at(first + SignedDuration::from_hours(24 * days));
    }
    Ok(script)
}

/// Replays the messages, lets people act, and says what happened.
pub async fn show(stage: &Stage<'_>, script: &Script, seed: u64) -> Result<()> {
    let (messages, visits) = (script.messages.len(), script.visits.len());
    output::line(&format!("{messages} ADT messages of {visits} visits, seed {seed}"))?;
    for (reason, count) in &script.refused {
        output::line(&format!("{count:>6}  pieces refused: {reason}"))?;
    }
    let mut actors = Actors::new(stage.people, stage.clock.clone());
    for step in plan::steps(script, stage.directory, seed) {
        stage.clock.advance_to(step.at);
        stage.process.drain().await?;
        actors.act(script, &step.act).await?;
    }
    tally(actors.counts().iter())
}

/// What the paths hold, found as `import hl7` finds it; here a thing that is no file ends the reading.
fn read_files(paths: &[PathBuf]) -> Result<Vec<Vec<u8>>> {
    let read = |source: Source| match source {
        Source::NoFile(path) => bail!("{} cannot be read", path.display()),
        source => source.read(),
    };
    Source::list(paths)?.into_iter().map(read).collect()
}
