//! An import on its way: one row after the other, each told or kept before the next is read.

use anyhow::{Context as _, Result};
use csv::ByteRecord;
use hemgang_core::clock::Clock;

use super::{
    Args,
    cells::Cells,
    columns::Columns,
    delivery::{Delivery, Outcome},
    file::Rows,
    kept::Kept,
    row,
    tally::Tally,
};
use crate::{import::tokens::Tokens, progress::Progress};

/// An import on its way.
pub struct Import {
    rows: Rows,
    columns: Columns,
    clock: Clock,
    /// None in a dry run.
    delivery: Option<Delivery>,
    /// What is refused.
    pub kept: Kept,
    /// What became of the rows.
    pub tally: Tally,
}

impl Import {
    /// Opens the file, and the one for refused rows.
    pub fn open(args: &Args) -> Result<Self> {
        let rows = Rows::open(&args.file)?;
        let columns =
            Columns::read(&rows.heading).with_context(|| format!("{} is not read", args.file.display()))?;
        let tokens = (!args.dry_run).then(|| Tokens::read(&args.target, &args.token)).transpose()?;
        let kept = Kept::open(args, &rows, &columns)?;
        let (clock, delivery) = (Clock::system(), tokens.map(Delivery::new));
        Ok(Self { rows, columns, clock, delivery, kept, tally: Tally::default() })
    }

    /// How many bytes there are to read.
    pub fn size(&self) -> u64 {
        self.rows.size
    }

    /// Gives every row its outcome, in order.
    ///
    /// # Errors
    /// When the next row would fare no better; what came before it has its outcome.
    pub async fn read_all(&mut self, progress: &mut Progress) -> Result<()> {
        let mut read = 0;
        while let Some((record, line, end)) = self.rows.next().context("the file cannot be read on")? {
            let outcome = self.outcome(&record).await.with_context(|| {
                format!(
                    "stopped at line {line}, after {} rows; what came before it has its outcome, and running this \
                     again has no second effect",
                    self.tally.rows()
                )
            })?;
            if let Outcome::Refused(reasons) = &outcome {
                self.kept.keep(&record, reasons)?;
            }
            self.tally.count(&outcome);
            let rows = self.tally.rows();
            progress.advance(end.saturating_sub(read), || format!("{rows} rows"));
            read = end;
        }
        Ok(())
    }

    async fn outcome(&mut self, record: &ByteRecord) -> Result<Outcome> {
        let now = self.clock.now();
        let episode = match row::read(Cells::new(&self.columns, record, now), now) {
            Ok(episode) => episode,
            Err(faults) => return Ok(Outcome::Refused(faults)),
        };
        match &mut self.delivery {
            Some(delivery) => delivery.deliver(&episode).await,
            None => Ok(Outcome::Accepted),
        }
    }
}
