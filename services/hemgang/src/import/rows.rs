//! What the imports of CSV files share: a row is read with all its faults, told with its outcome, and kept where it was refused.

pub mod cells;
pub mod columns;
pub mod file;
pub mod kept;
pub mod stop;
pub mod tally;

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use crate::target::Target;

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

/// What every command takes that tells the rows of a file.
#[derive(Debug, ClapArgs)]
pub struct Options {
    /// Read the rows and say what is wrong with them: nothing is sent, nothing is kept, no server and no token are needed.
    #[arg(long)]
    pub dry_run: bool,
    /// File for refused rows; FILE with .refused.csv, or FILE itself when it holds refused rows, when absent.
    #[arg(long, value_name = "FILE")]
    pub kept: Option<PathBuf>,
    /// Form of the counts.
    #[arg(long, value_enum, default_value_t)]
    pub output: Form,
    /// URL of the services.
    #[arg(long, value_name = "URL", default_value = Target::LOCAL)]
    pub target: String,
    /// File with a token of a unit that the rows speak for. Given once for each unit.
    #[arg(long, value_name = "FILE", required_unless_present = "dry_run")]
    pub token: Vec<PathBuf>,
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
