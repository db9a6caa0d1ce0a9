//! What became of the pieces, counted by outcome, event and reason.

use std::{collections::BTreeMap, fmt};

use anyhow::Result;
use hemgang_proto::admission::QualityFlag;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::output::{self, Output};

/// What became of a piece: each gets exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// It had its effect; in a dry run: it maps.
    Accepted,
    /// The same content had its effect before.
    Repeated,
    /// It says nothing that is not known.
    Unchanged,
    /// It is nothing to us.
    Ignored,
    /// It is ours and waits, kept, for the mapping or for an earlier message of its visit.
    Parked,
    /// It is no message, or the services refuse it; kept.
    Refused,
}

const CLASSES: [Class; 6] =
    [Class::Accepted, Class::Repeated, Class::Unchanged, Class::Ignored, Class::Parked, Class::Refused];

impl Class {
    /// Whether the piece is kept, to be replayed.
    pub fn is_kept(self) -> bool {
        matches!(self, Self::Parked | Self::Refused)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accepted => "accepted",
            Self::Repeated => "repeated",
            Self::Unchanged => "unchanged",
            Self::Ignored => "ignored",
            Self::Parked => "parked",
            Self::Refused => "refused",
        })
    }
}

/// What became of one piece. Nothing in it is taken from the message but the event's name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    /// The outcome.
    pub class: Class,
    /// The event, as `A01`; `none` for what is no message.
    pub event: String,
    /// Why, where an outcome has several reasons.
    pub reason: String,
    /// Whether later messages of the visit wait until it has its effect.
    pub holds_visit: bool,
    /// What is at fault in it, whatever became of it.
    pub faults: Vec<&'static str>,
}

/// What may be at fault, and what is said of it.
const FAULTS: [(QualityFlag, &str, &str); 3] = [
    (QualityFlag::CheckDigit, "check_digit", "bear an identity whose check digit fails"),
    (QualityFlag::AmbiguousTime, "ambiguous_time", "tell a local time that exists twice, or never"),
    (QualityFlag::ImplausibleTime, "implausible_time", "tell a time that cannot be"),
];

impl Told {
    /// An outcome and its reason, of an event yet to be named.
    #[expect(clippy::needless_pass_by_value, reason = "reasons are words and small enums")]
    pub fn new(class: Class, reason: impl ToString) -> Self {
        Self {
            class,
            event: String::new(),
            reason: reason.to_string(),
            holds_visit: false,
            faults: Vec::new(),
        }
    }

    /// With what is at fault in the piece.
    pub fn with(self, flags: &[QualityFlag]) -> Self {
        let faults = FAULTS.iter().filter(|(flag, ..)| flags.contains(flag)).map(|(_, name, _)| *name);
        Self { faults: faults.collect(), ..self }
    }

    /// Parked so that later messages of the visit wait, too.
    pub fn holding(reason: impl ToString) -> Self {
        Self { holds_visit: true, ..Self::new(Class::Parked, reason) }
    }
}

/// The counts of an import.
#[derive(Debug, Default)]
pub struct Tally {
    counts: BTreeMap<Told, u64>,
    /// Files read to their end.
    pub files: u64,
    /// Pieces whose MSH-3, MSH-4 and MSH-10 another piece had with other content.
    pub conflicts: u64,
}

/// What is said beside the counts.
#[derive(Debug)]
pub struct Closing {
    /// Whether everything was read.
    pub complete: bool,
    /// Whether nothing was sent and nothing kept.
    pub dry_run: bool,
    /// Where pieces are kept.
    pub folder: String,
    /// How many are kept there now; in a dry run: would be.
    pub kept: usize,
}

impl Tally {
    /// Counts a piece.
    pub fn count(&mut self, told: Told) {
        *self.counts.entry(told).or_default() += 1;
    }

    /// Counts a piece that was counted before for what has become of it since.
    pub fn recount(&mut self, before: &Told, now: Told) {
        if let Some(count) = self.counts.get_mut(before) {
            *count -= 1;
        }
        self.counts.retain(|_, count| *count > 0);
        self.count(now);
    }

    /// How many pieces were counted.
    pub fn pieces(&self) -> u64 {
        self.counts.values().sum()
    }

    /// How many pieces had an outcome.
    pub fn of(&self, class: Class) -> u64 {
        self.counts.iter().filter(|(told, _)| told.class == class).map(|(_, count)| count).sum()
    }

    /// How many pieces have a fault.
    fn at_fault(&self, name: &str) -> u64 {
        self.counts.iter().filter(|(told, _)| told.faults.contains(&name)).map(|(_, count)| count).sum()
    }

    /// The counts by outcome, event and reason alone.
    fn rows(&self) -> BTreeMap<(Class, &str, &str), u64> {
        let mut rows = BTreeMap::new();
        for (told, count) in &self.counts {
            *rows.entry((told.class, told.event.as_str(), told.reason.as_str())).or_default() += count;
        }
        rows
    }

    /// Prints the counts and their total.
    pub fn print(&self, form: Output, closing: &Closing) -> Result<()> {
        if form == Output::Json {
            output::line(&serde_json::to_string_pretty(&self.json(closing))?)?;
            return Ok(());
        }
        let row = |((class, event, reason), count): ((Class, &str, &str), u64)| {
            vec![class.to_string(), event.to_owned(), reason.to_owned(), count.to_string()]
        };
        let mut rows: Vec<_> = self.rows().into_iter().map(row).collect();
        if form == Output::Table {
            rows.push(vec!["total".to_owned(), String::new(), String::new(), self.pieces().to_string()]);
        }
        output::rows(form, &["outcome", "event", "reason", "pieces"], &rows, 3)?;
        if form == Output::Table {
            self.lines(closing).iter().try_for_each(|line| output::line(line))?;
        }
        Ok(())
    }

    fn json(&self, closing: &Closing) -> serde_json::Value {
        let row = |((class, event, reason), count): ((Class, &str, &str), u64)| json!({ "outcome": class, "event": event, "reason": reason, "pieces": count });
        let faults: serde_json::Map<_, _> =
            FAULTS.iter().map(|(_, name, _)| ((*name).to_owned(), self.at_fault(name).into())).collect();
        let outcomes: serde_json::Map<_, _> =
            CLASSES.iter().map(|class| (class.to_string(), self.of(*class).into())).collect();
        json!({
            "complete": closing.complete,
            "dry_run": closing.dry_run,
            "files": self.files,
            "pieces": self.pieces(),
            "outcomes": outcomes,
            "rows": self.rows().into_iter().map(row).collect::<Vec<_>>(),
            "quality_flags": faults,
            "conflicts": self.conflicts,
            "kept": { "folder": closing.folder, "pieces": closing.kept },
        })
    }

    fn lines(&self, closing: &Closing) -> Vec<String> {
        let mut lines = vec![format!("{} pieces of {} files", self.pieces(), self.files)];
        for (_, name, said) in FAULTS {
            let pieces = self.at_fault(name);
            if pieces > 0 {
                lines.push(format!("{pieces} pieces {said}"));
            }
        }
        if self.conflicts > 0 {
            let conflicts = self.conflicts;
            lines.push(format!("{conflicts} pieces bear the control id of another message of their sender"));
        }
        let Closing { kept, folder, .. } = closing;
        if closing.dry_run {
            lines.push(format!("a dry run: nothing was sent; {kept} pieces would be kept in {folder}"));
        } else if *kept > 0 {
            lines.push(format!("{kept} pieces are kept in {folder}; name that folder to replay them"));
        }
        lines
    }
}
