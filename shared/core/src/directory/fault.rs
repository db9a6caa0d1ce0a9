//! What can be wrong with the two CSV texts, by line, so that one attempt shows it all.

use std::fmt;

use jiff::civil::Date;

use super::UnknownWord;
use crate::place::{HsaId, MunicipalityCode, PlaceFault};

/// Everything that is wrong with the directory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct DirectoryFault {
    /// The bad lines by table and line; a line with several faults stands here once for each.
    pub lines: Vec<BadLine>,
}

impl fmt::Display for DirectoryFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the directory cannot be read")?;
        self.lines.iter().try_for_each(|line| write!(out, "\n  {line}"))
    }
}

/// One fault of one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{table} line {line}: {fault}")]
pub struct BadLine {
    /// The table with the fault.
    pub table: Table,
    /// The line, the heading being 1; 0 where what is wrong stands in no file.
    pub line: u64,
    /// What is wrong.
    pub fault: LineFault,
}

/// Which of the two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// `municipalities.csv`
    Municipalities,
    /// `units.csv`
    Units,
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Municipalities => "municipalities",
            Self::Units => "units",
        })
    }
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// The heading has a column that nobody reads.
    #[error("unknown column {0:?}")]
    UnknownColumn(String),
    /// The heading lacks a column, or the whole table is empty.
    #[error("no column {0}")]
    MissingColumn(&'static str),
    /// The heading has a column twice.
    #[error("column {0} stands twice")]
    RepeatedColumn(&'static str),
    /// The line is not CSV of the heading's width in UTF-8.
    #[error("{0}")]
    Unreadable(String),
    /// The value must be there.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// The value is not an identifier.
    #[error("{column}: {fault}")]
    Place {
        /// The column.
        column: &'static str,
        /// What is wrong with it.
        fault: PlaceFault,
    },
    /// The value is none of the words of its column.
    #[error("{column}: {fault}")]
    Word {
        /// The column.
        column: &'static str,
        /// Which words there are.
        fault: UnknownWord,
    },
    /// The value is not a day.
    #[error("{0} is not a day written as 2018-01-31")]
    Day(&'static str),
    /// The row ends before it begins.
    #[error("valid_to {to} is before valid_from {from}")]
    EndsBeforeStart {
        /// The first day.
        from: Date,
        /// The last day.
        to: Date,
    },
    /// The municipality already stands above.
    #[error("municipality {code} stands on line {line} already")]
    RepeatedMunicipality {
        /// The code.
        code: MunicipalityCode,
        /// The line that has it.
        line: u64,
    },
    /// Two rows of one unit hold on the same day.
    #[error("{id} is valid on line {line} on some of the same days")]
    Overlap {
        /// The unit.
        id: HsaId,
        /// The row that begins earlier.
        line: u64,
    },
    /// A ward lacks its hospital on some day of its own validity.
    #[error("no hospital {0} during all of the ward's validity")]
    UnknownHospital(HsaId),
    /// The unit above is no row of the table.
    #[error("no unit {0} to be the parent")]
    UnknownParent(HsaId),
    /// The municipality is not in the other table.
    #[error("no municipality {0}")]
    UnknownMunicipality(MunicipalityCode),
    /// Two units would receive what is addressed to the municipality.
    #[error("municipality {code} has its reception on line {line} on some of the same days")]
    SecondReception {
        /// The municipality.
        code: MunicipalityCode,
        /// The row that begins earlier.
        line: u64,
    },
    /// A unit that the file does not name receives what is addressed to the municipality.
    #[error("municipality {0} has another reception on some of the same days")]
    OtherReception(MunicipalityCode),
    /// Units that the file does not name would lack the one above them.
    #[error("units that are not named here lie under {0} and would lack it")]
    LeavesParts(HsaId),
    /// Whoever imports does not administer it.
    #[error("{0} is of another organisation")]
    NotYours(String),
    /// What held before today would read otherwise.
    #[error("{0} would read otherwise on days before today")]
    ChangesPast(HsaId),
    /// A unit of another kind, or of another municipality, is another unit.
    #[error("{0} would become a unit of another kind or municipality")]
    ChangesKind(HsaId),
}
