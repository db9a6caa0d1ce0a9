//! What became of the rows, counted by outcome and reason.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::json;

use super::{Form, Outcome};
use crate::output;

/// The counts of an import.
#[derive(Debug, Default)]
pub struct Tally {
    accepted: u64,
    repeated: u64,
    /// Rows that were refused, for however many reasons.
    pub refused: u64,
    /// Rows by reason; one with several is in each.
    reasons: BTreeMap<String, u64>,
}

/// What is said beside the counts.
#[derive(Debug)]
pub struct Closing {
    /// Whether everything was read.
    pub complete: bool,
    /// Whether nothing was sent and nothing kept.
    pub dry_run: bool,
    /// Where rows are kept.
    pub file: String,
    /// How many are kept there now; in a dry run: would be.
    pub kept: usize,
}

impl Tally {
    /// Counts a row.
    pub fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Accepted => self.accepted += 1,
            Outcome::Repeated => self.repeated += 1,
            Outcome::Refused(reasons) => {
                self.refused += 1;
                for reason in reasons {
                    *self.reasons.entry(reason.clone()).or_default() += 1;
                }
            }
        }
    }

    /// How many rows were counted.
    pub fn rows(&self) -> u64 {
        self.accepted + self.repeated + self.refused
    }

    /// Prints the counts.
    pub fn print(&self, form: Form, closing: &Closing) -> Result<()> {
        let Closing { complete, dry_run, file, kept } = closing;
        let outcomes = [("accepted", self.accepted), ("repeated", self.repeated), ("refused", self.refused)];
        if form == Form::Json {
            let reasons = self.reasons.iter().map(|(reason, rows)| json!({ "reason": reason, "rows": rows }));
            let outcomes = outcomes.map(|(name, rows)| (name.to_owned(), rows.into()));
            let whole = json!({
                "complete": complete,
                "dry_run": dry_run,
                "rows": self.rows(),
                "outcomes": serde_json::Map::from_iter(outcomes),
                "reasons": reasons.collect::<Vec<_>>(),
                "kept": { "file": file, "rows": kept },
            });
            output::line(&serde_json::to_string_pretty(&whole)?)?;
            return Ok(());
        }
        let row = |what: &str, rows: u64| vec![what.to_owned(), rows.to_string()];
        let mut rows: Vec<_> = outcomes.iter().map(|(name, count)| row(name, *count)).collect();
        rows.extend(self.reasons.iter().map(|(reason, count)| row(&format!("  {reason}"), *count)));
        rows.push(row("total", self.rows()));
        output::line(&output::table(&["outcome", "rows"], &rows, 1))?;
        if *dry_run {
            output::line(&format!("a dry run: nothing was sent; {kept} rows would be kept in {file}"))?;
        } else if *kept > 0 {
            output::line(&format!("{kept} rows are kept in {file}; mend them there and import that file"))?;
        }
        Ok(())
    }
}
