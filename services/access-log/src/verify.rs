//! Proves the log: that no entry was removed, altered, inserted or put in another's place since it was written.
//!
//! Each link follows the one before it, each chain ends where its signed head says, and each checkpoint names what was
//! there. Who may write to the database can sign nothing. What was written after the last checkpoint and then taken
//! away together with its head, back to a head that was kept aside, shows by a checkpoint that was kept elsewhere.

mod chain;
mod index;

use std::collections::{BTreeMap, BTreeSet};

use hemgang_db::{Db, DbError, params};

use crate::{domain::checkpoint::Checkpoint, store};

/// How many rows are read at once.
const PAGE: i64 = 200;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Entries of a chain are gone.
    Removed,
    /// Entries are not those that were written together, or not in their place.
    Altered,
    /// An entry that no head vouches for.
    Inserted,
    /// Entries that are not found by time and by all whose data they tell of, and by no others, or that would not be when
    /// they come.
    Hidden,
    /// The head of a chain is gone, or is not the one that was signed.
    Head,
    /// A checkpoint is gone, or is not the one that was signed.
    Checkpoint,
    /// A checkpoint that was kept elsewhere is not here.
    Forgotten,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// What.
    pub what: What,
    /// The chain; empty of a checkpoint; the digest of one that was kept elsewhere.
    pub place: String,
    /// The first and the last number that it is about; 0 where it is about none.
    pub numbers: (i64, i64),
}

impl Fault {
    fn of(what: What, place: &str, numbers: (i64, i64)) -> Self {
        Self { what, place: place.to_owned(), numbers }
    }
}

/// What was looked at, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many chains.
    pub chains: usize,
    /// How many entries in them.
    pub entries: i64,
    /// How many checkpoints.
    pub checkpoints: i64,
    /// Of the latest checkpoint; empty where there is none. Kept elsewhere, it proves that this much was there.
    pub digest: String,
    /// In order; none when all is as it was written.
    pub faults: Vec<Fault>,
}

/// What checkpoints say of each chain: the hash of some of its numbers.
type Named = BTreeMap<String, BTreeMap<i64, String>>;

/// Reads the whole log.
///
/// `public` is the key that signed it ([`hemgang_rpc::Signer::public`]), `kept` the digest of a checkpoint that was kept
/// elsewhere.
///
/// # Errors
/// When the database does not answer.
pub async fn verify(db: &Db, public: &str, kept: Option<&str>) -> Result<Report, DbError> {
    let mut report = Report::default();
    let named = checkpoints(db, public, kept, &mut report).await?;
    let rows = db
        .rows(
            "select chain from access_link union select chain from access_listed \
             union select chain from access_subject union select chain from chain_index \
             union select chain from chain_head",
            params![],
        )
        .await?;
    let mut chains = rows.iter().map(|row| row.column("chain")).collect::<Result<BTreeSet<String>, _>>()?;
    chains.extend(named.keys().cloned());
    for chain in chains {
        let nothing = BTreeMap::new();
        let (entries, faults) =
            chain::verify(db, &chain, public, named.get(&chain).unwrap_or(&nothing)).await?;
        report.chains += 1;
        report.entries = report.entries.saturating_add(entries);
        report.faults.extend(faults);
    }
    report.faults.sort();
    report.faults.dedup();
    Ok(report)
}

async fn checkpoints(
    db: &Db,
    public: &str,
    kept: Option<&str>,
    report: &mut Report,
) -> Result<Named, DbError> {
    let mut named = Named::new();
    let (mut number, mut found) = (0, kept.is_none());
    loop {
        let page = store::chain::checkpoints_after(db, number, PAGE).await?;
        for checkpoint in &page {
            if checkpoint.number > number + 1 {
                let gone = (number + 1, checkpoint.number - 1);
                report.faults.push(Fault::of(What::Checkpoint, "", gone));
            }
            report.checkpoints += 1;
            let previous = std::mem::replace(&mut report.digest, checkpoint.digest());
            found |= kept == Some(report.digest.as_str());
            let follows = checkpoint.number == number + 1;
            number = checkpoint.number;
            match said(checkpoint, public).filter(|said| !follows || said.previous == previous) {
                Some(said) => {
                    for head in said.heads {
                        named.entry(head.chain).or_default().insert(head.number, head.hash);
                    }
                }
                None => report.faults.push(Fault::of(What::Checkpoint, "", (number, number))),
            }
        }
        if page.is_empty() {
            break;
        }
    }
    if let Some(digest) = kept.filter(|_| !found) {
        report.faults.push(Fault::of(What::Forgotten, digest, (0, 0)));
    }
    Ok(named)
}

fn said(checkpoint: &Checkpoint, public: &str) -> Option<crate::domain::checkpoint::Content> {
    let said = checkpoint.said()?;
    (checkpoint.is_signed_by(public) && said.number == checkpoint.number).then_some(said)
}
