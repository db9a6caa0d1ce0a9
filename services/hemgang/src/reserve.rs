//! `hemgang reserve`: the reserve routine (reservrutin). Paper for when no system is to be had, and the way back into it.

mod blank;
mod forms;
mod paper;
mod register;
mod tell;
#[cfg(test)]
mod tests;
mod words;
mod work_list;

use std::{fs, io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path};

use anyhow::{Context as _, Result};
use clap::Subcommand;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print the blank forms, one PDF for each kind of message.
    Forms(blank::Args),
    /// Print a unit's open cases as a PDF, to work by while nothing else is there.
    WorkList(work_list::Args),
    /// Enter what was noted on forms, with its own times.
    Register(register::Args),
}

/// Runs the command.
pub async fn run(command: Command) -> Result<()> {
    match command {
        Command::Forms(args) => blank::run(&args),
        Command::WorkList(args) => work_list::run(args).await,
        Command::Register(args) => register::run(args).await,
    }
}

/// Writes a document, whole or not at all. It may hold persons, so its owner alone reads it.
fn save(path: &Path, pdf: &[u8]) -> Result<()> {
    let unusable = || format!("{} cannot be written", path.display());
    let partial = path.with_extension("partial");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(&partial).with_context(unusable)?;
    file.write_all(pdf).and_then(|()| file.sync_all()).with_context(unusable)?;
    fs::rename(&partial, path).with_context(unusable)
}
