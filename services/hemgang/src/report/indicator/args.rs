//! Arguments of `hemgang report indicator`, and the days that they name.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Args as ClapArgs, ValueEnum};
use hemgang_proto::common::Cut;
use jiff::civil::Date;

use crate::target::Target;

/// Arguments of `hemgang report indicator`.
#[derive(Debug, ClapArgs)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Indicator id, for example `same_day`. Without one the catalogue of indicators is printed.
    #[arg(requires_all = ["from", "to"])]
    pub(super) id: Option<String>,
    /// First month or day: 2026-09 or 2026-09-14.
    #[arg(long, value_name = "MONTH|DAY", value_parser = first, requires = "id")]
    pub(super) from: Option<Date>,
    /// Last month or day, included.
    #[arg(long, value_name = "MONTH|DAY", value_parser = last, requires = "id")]
    pub(super) to: Option<Date>,
    /// Dimension to cut by. May be given several times.
    #[arg(long, value_enum, requires = "id")]
    pub(super) by: Vec<By>,
    /// Variant of the definition; the first that the catalogue names when absent.
    #[arg(long, requires = "id")]
    pub(super) variant: Option<String>,
    /// Form of the figures.
    #[arg(long, value_enum, default_value_t)]
    pub(super) output: Form,
    /// Where the workbook of --output xlsx is written.
    #[arg(long, value_name = "OUT.xlsx", required_if_eq("output", "xlsx"), requires = "id")]
    pub(super) file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) target: Target,
}

const EXAMPLES: &str = "Examples:
  hemgang report indicator --token quality.token
  hemgang report indicator same_day --from 2026-09 --to 2026-09 --by municipality --token quality.token
  hemgang report indicator same_day --from 2026-01 --to 2026-12 --by month --output xlsx --file year.xlsx \\
    --token quality.token";

/// How figures are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// For people.
    #[default]
    Table,
    /// For programs: everything, numbers as numbers.
    Json,
    /// Rows, in full precision.
    Csv,
    /// For spreadsheets: a sheet with the definition, a sheet with the figures.
    Xlsx,
}

/// A dimension to cut by.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum By {
    Municipality,
    Liable,
    Residence,
    Area,
    Hospital,
    Ward,
    Specialty,
    Destination,
    Month,
    Weekday,
    Sex,
    // As the catalogue and the columns write it, too.
    #[value(alias = "age_group")]
    AgeGroup,
    #[value(alias = "notice_kind")]
    NoticeKind,
    Party,
}

impl By {
    /// The dimension in the contract.
    pub(super) fn cut(self) -> Cut {
        match self {
            Self::Municipality => Cut::Municipality,
            Self::Liable => Cut::Liable,
            Self::Residence => Cut::Residence,
            Self::Area => Cut::Area,
            Self::Hospital => Cut::Hospital,
            Self::Ward => Cut::Ward,
            Self::Specialty => Cut::Specialty,
            Self::Destination => Cut::Destination,
            Self::Month => Cut::Month,
            Self::Weekday => Cut::Weekday,
            Self::Sex => Cut::Sex,
            Self::AgeGroup => Cut::AgeGroup,
            Self::NoticeKind => Cut::NoticeKind,
            Self::Party => Cut::Party,
        }
    }
}

/// The dimensions in the order asked; asked for twice it is still one.
pub(super) fn cuts(by: &[By]) -> Vec<Cut> {
    let mut cuts = Vec::new();
    for cut in by.iter().map(|by| by.cut()) {
        if !cuts.contains(&cut) {
            cuts.push(cut);
        }
    }
    cuts
}

/// The first day of a month or day.
pub(super) fn first(text: &str) -> Result<Date> {
    let day = if text.len() == 7 { format!("{text}-01") } else { text.to_owned() };
    day.parse().context("neither a month (2026-09) nor a day (2026-09-14)")
}

/// The last day of a month or day.
pub(super) fn last(text: &str) -> Result<Date> {
    let day = first(text)?;
    Ok(if text.len() == 7 { day.last_of_month() } else { day })
}
