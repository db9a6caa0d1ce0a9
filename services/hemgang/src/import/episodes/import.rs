//! An import on its way: a few rows at a time, each told or kept in the order of the file.

use std::collections::VecDeque;

use anyhow::{Context as _, Result};
use csv::ByteRecord;
use futures::{StreamExt as _, future::BoxFuture, stream::FuturesOrdered};
use hemgang_core::clock::Clock;
use hemgang_proto::{admission::VisitNumber, common::PersonId};

use super::{
    Args,
    columns::COLUMNS,
    delivery::{Delivery, deliver},
    row,
};
use crate::{
    import::{
        rows::{Outcome, cells::Cells, columns::Columns, file::Rows, kept::Kept, tally::Tally},
        tokens::Tokens,
    },
    progress::Progress,
};

/// How many rows are told at the same time: enough that no row waits for another's journey, and no more than a server
/// that serves wards takes unnoticed.
const AT_ONCE: usize = 8;

/// A row on its way, with its place in the file.
struct Row {
    record: ByteRecord,
    line: u64,
    /// The byte that it ends before.
    end: u64,
    /// None where it could not be read.
    about: Option<About>,
}

/// The case and the person.
type About = (VisitNumber, PersonId);

impl Row {
    fn shares(&self, other: &Self) -> bool {
        let both = self.about.as_ref().zip(other.about.as_ref());
        both.is_some_and(|((case, person), (other, whom))| case == other || person == whom)
    }
}

/// What becomes of a row.
type Telling = BoxFuture<'static, Result<Outcome>>;

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
    /// The line read last.
    line: u64,
    /// Bytes whose rows have their outcome.
    read: u64,
}

impl Import {
    /// Opens the file, and the one for refused rows.
    pub fn open(args: &Args) -> Result<Self> {
        let rows = Rows::open(&args.file)?;
        let columns = Columns::read(&rows.heading, COLUMNS)
            .with_context(|| format!("{} is not read", args.file.display()))?;
        let options = &args.options;
        let tokens = (!options.dry_run).then(|| Tokens::read(&options.target, &options.token)).transpose()?;
        let kept = Kept::open(&args.file, options, &rows, &columns)?;
        let (clock, delivery) = (Clock::system(), tokens.map(Delivery::new));
        Ok(Self { rows, columns, clock, delivery, kept, tally: Tally::default(), line: 1, read: 0 })
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
        let (mut rows, mut telling) = (VecDeque::new(), FuturesOrdered::new());
        loop {
            let (row, outcome) = match self.next().await {
                Ok(Some(next)) => next,
                // What is on its way has its outcome before anybody hears that the rest has none.
                ended => {
                    self.settle(&mut rows, &mut telling, progress, 0).await?;
                    return ended.map(drop).with_context(|| self.stopped(self.line));
                }
            };
            // What is told of one case, or of one person, is told in the order of its rows.
            let is_alone = rows.iter().all(|other: &Row| !other.shares(&row));
            let most = if is_alone { AT_ONCE - 1 } else { 0 };
            self.settle(&mut rows, &mut telling, progress, most).await?;
            rows.push_back(row);
            telling.push_back(outcome);
        }
    }

    /// The next row, and what is to become of it; none at the end.
    async fn next(&mut self) -> Result<Option<(Row, Telling)>> {
        let Some((record, line, end)) = self.rows.next().context("the file cannot be read on")? else {
            return Ok(None);
        };
        self.line = line;
        let (about, outcome) = self.outcome(&record).await?;
        Ok(Some((Row { record, line, end, about }, outcome)))
    }

    /// Counts the first rows of those on their way, and keeps what is refused of them, until no more than `most` are.
    async fn settle(
        &mut self,
        rows: &mut VecDeque<Row>,
        telling: &mut FuturesOrdered<Telling>,
        progress: &mut Progress,
        most: usize,
    ) -> Result<()> {
        while rows.len() > most
            && let (Some(row), Some(outcome)) = (rows.pop_front(), telling.next().await)
        {
            let outcome = outcome.with_context(|| self.stopped(row.line))?;
            if let Outcome::Refused(reasons) = &outcome {
                self.kept.keep(&row.record, reasons)?;
            }
            self.tally.count(&outcome);
            let count = self.tally.rows();
            progress.advance(row.end.saturating_sub(self.read), || format!("{count} rows"));
            self.read = row.end;
        }
        Ok(())
    }

    fn stopped(&self, line: u64) -> String {
        format!(
            "stopped at line {line}, after {} rows; what came before it has its outcome, and running this again has \
             no second effect",
            self.tally.rows()
        )
    }

    /// Whom a row is about, and what is to become of it.
    async fn outcome(&mut self, record: &ByteRecord) -> Result<(Option<About>, Telling)> {
        let now = self.clock.now();
        let known = |outcome| Box::pin(std::future::ready(Ok(outcome))) as Telling;
        let episode = match row::read(Cells::new(&self.columns, record, now), now) {
            Ok(episode) => episode,
            Err(faults) => return Ok((None, known(Outcome::Refused(faults)))),
        };
        let about = episode.admit.visit_number.clone().zip(episode.admit.person_id.clone());
        let Some(delivery) = &mut self.delivery else { return Ok((about, known(Outcome::Accepted))) };
        let Some(peer) = delivery.peer(&episode.hospital).await? else {
            let said = "hospital: no token was given for it; name one more with --token".to_owned();
            return Ok((about, known(Outcome::Refused(vec![said]))));
        };
        Ok((about, Box::pin(async move { deliver(peer, &episode).await })))
    }
}
