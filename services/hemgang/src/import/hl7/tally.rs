//! What became of the pieces, counted by outcome, event and reason.

use std::{collections::BTreeMap, fmt};

use anyhow::Result;
use hemgang_gateway::{
    adt::{AdtEvent, Doubt},
    hl7::Charset,
    intake::{Outcome, quality_flags},
};
use hemgang_proto::admission::QualityFlag;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::kept::At;
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
    /// The character set that it was read in, where it maps.
    pub charset: Option<&'static str>,
    /// The field that a discharge took its time from.
    pub left_at: Option<&'static str>,
    /// What is at fault in it, whatever became of it.
    pub faults: Vec<&'static str>,
    /// What of it could not be read and was left out.
    pub left_out: Vec<&'static str>,
}

/// What may be at fault, and what is said of it.
const FAULTS: [(QualityFlag, &str, &str); 5] = [
    (QualityFlag::CheckDigit, "check_digit", "bear an identity whose check digit fails"),
    (QualityFlag::AmbiguousTime, "ambiguous_time", "tell a local time that exists twice, or never"),
    (QualityFlag::ImplausibleTime, "implausible_time", "tell a time that cannot be"),
    (QualityFlag::CharacterSet, "character_set", "are in another character set than they say"),
    (QualityFlag::StandInTime, "stand_in_time", "tell a day or nothing readable where a time should be"),
];

/// What may be left out of a message that goes without it, and what is said of that.
const LEFT_OUT: [(Doubt, &str, &str); 4] = [
    (Doubt::UnreadIdentity, "identity", "bear an identity that was left out: its system is not known"),
    (Doubt::UnknownWard, "ward", "name a ward that was left out: it is not in the site mapping"),
    (Doubt::Municipality, "municipality", "name a municipality that was left out: it is no code"),
    (Doubt::ListedUnit, "listed_unit", "name a listed unit that was left out: it is no hsa-id"),
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
            charset: None,
            left_at: None,
            faults: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// With how the piece was read, what is at fault in it, and what of it was left out.
    pub fn with(self, charset: Charset, event: &AdtEvent, outcome: &Outcome) -> Self {
        let flags = quality_flags(event, outcome);
        let faults = FAULTS.iter().filter(|(flag, ..)| flags.contains(flag)).map(|(_, name, _)| *name);
        let left_out = LEFT_OUT.iter().filter(|(doubt, ..)| event.doubts.contains(doubt));
        let left_out = left_out.map(|(_, name, _)| *name);
        let left_at = event.discharged_at.map(|timed| timed.source.name());
        let (faults, left_out) = (faults.collect(), left_out.collect());
        Self { charset: Some(charset.name()), left_at, faults, left_out, ..self }
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
    /// Pieces whose MSH-3, MSH-4 and MSH-10 another message had with other content.
    pub conflicts: Vec<Conflicting>,
}

/// A piece under the control id of another message.
#[derive(Debug)]
pub struct Conflicting {
    /// The piece.
    pub at: At,
    /// The one that came first; none where an earlier import took it.
    pub of: Option<At>,
}

impl Conflicting {
    fn json(&self) -> serde_json::Value {
        let at = |(source, position): &At| json!({ "source": source, "position": position });
        let mut row = at(&self.at);
        row["of"] = self.of.as_ref().map(at).unwrap_or_default();
        row
    }

    fn line(&self) -> String {
        let at = |(source, position): &At| format!("piece {position} of {source}");
        let of = self.of.as_ref().map_or_else(|| "a message of an earlier import".to_owned(), at);
        format!("  {} bears that of {of}", at(&self.at))
    }
}

/// How many of them a table names.
const NAMED: usize = 20;

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
        self.number_of(|told| told.class == class)
    }

    /// How many pieces are such.
    fn number_of(&self, are: impl Fn(&Told) -> bool) -> u64 {
        self.counts.iter().filter(|(told, _)| are(told)).map(|(_, count)| count).sum()
    }

    /// What was found in pieces: its name, what is said of it, and of how many.
    fn found(&self) -> [Vec<(&'static str, &'static str, u64)>; 2] {
        let faults =
            FAULTS.map(|(_, name, said)| (name, said, self.number_of(|told| told.faults.contains(&name))));
        let left_out = LEFT_OUT
            .map(|(_, name, said)| (name, said, self.number_of(|told| told.left_out.contains(&name))));
        [faults.into(), left_out.into()]
    }

    /// How many pieces were read each way.
    fn ways(&self, way: impl Fn(&Told) -> Option<&'static str>) -> BTreeMap<&'static str, u64> {
        let mut ways = BTreeMap::new();
        for (told, count) in &self.counts {
            if let Some(way) = way(told) {
                *ways.entry(way).or_default() += count;
            }
        }
        ways
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
        let [faults, left_out] = self.found().map(|found| {
            found
                .into_iter()
                .map(|(name, _, count)| (name.to_owned(), count.into()))
                .collect::<serde_json::Map<_, _>>()
        });
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
            "left_out": left_out,
            "character_sets": self.ways(|told| told.charset),
            "discharge_times": self.ways(|told| told.left_at),
            "conflicts": self.conflicts.iter().map(Conflicting::json).collect::<Vec<_>>(),
            "kept": { "folder": closing.folder, "pieces": closing.kept },
        })
    }

    fn lines(&self, closing: &Closing) -> Vec<String> {
        let mut lines = vec![format!("{} pieces of {} files", self.pieces(), self.files)];
        for (_, said, pieces) in self.found().into_iter().flatten() {
            if pieces > 0 {
                lines.push(format!("{pieces} pieces {said}"));
            }
        }
        if !self.conflicts.is_empty() {
            let conflicts = self.conflicts.len();
            lines.push(format!("{conflicts} pieces bear the control id of another message of their sender"));
            lines.extend(self.conflicts.iter().take(NAMED).map(Conflicting::line));
            if conflicts > NAMED {
                lines.push(format!("  and {} more; --output json names all", conflicts - NAMED));
            }
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
