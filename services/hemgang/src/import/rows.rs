//! What the imports of CSV files share: a row is read with all its faults, told with its outcome, and kept where it was refused.

pub mod cells;
pub mod columns;
pub mod file;
pub mod kept;
pub mod stop;
pub mod tally;

use std::path::PathBuf;

use clap::ValueEnum;

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has its effect now.
    Accepted,
    /// It had it before.
    Repeated,
    /// It has not, or not all of it; why. Nothing in it is taken from the row.
    Refused(Vec<String>),
}

/// Where rows come from, and where those go that are refused.
#[derive(Clone, Copy, Debug)]
pub struct Paths<'a> {
    /// The file that is imported.
    pub file: &'a PathBuf,
    /// The file for refused rows, where one was named.
    pub kept: Option<&'a PathBuf>,
    /// Whether nothing is sent and nothing kept.
    pub dry_run: bool,
}

/// How the counts are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
}
