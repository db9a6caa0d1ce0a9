//! One link of a chain: entries that became durable together.
//!
//! A row, a hash and its place in the index of a table cost several times what an entry does, and whoever reads waits for
//! them: so what waits together is chained together. What is copied from a feed is a link of its own, which is copied
//! once by its source.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hemgang_proto::common::AccessEntry;
use hemgang_rpc::{Failure, wire};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

/// How many entries a link holds at most: whoever lists one of them reads them all.
const LONGEST: usize = 64;

/// An entry that is to be written.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// The event that it was copied from, `feed:cursor`.
    pub source: Option<String>,
    /// Its proto3 JSON. One text and not a dozen of strings: memory that another thread frees costs more than the rest of
    /// an entry.
    said: String,
}

impl NewEntry {
    /// An entry as it will be chained.
    ///
    /// # Errors
    /// When it has no proto3 JSON form or no time, which is a fault of ours.
    pub fn of(source: Option<String>, entry: &AccessEntry) -> Result<Self, Failure> {
        if at(entry).is_none() {
            return Err(Failure::Internal("an access without a time".into()));
        }
        let said = serde_json::to_string(entry).map_err(|cause| Failure::Internal(cause.into()))?;
        Ok(Self { source, said })
    }
}

/// A link as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub chain: String,
    /// The number of its last entry. Numbers go from 1, from link to link without a gap.
    pub number: i64,
    /// The number of its first entry.
    pub first: i64,
    /// The event that its only entry was copied from.
    pub source: Option<String>,
    /// An array of proto3 JSON, as it is chained.
    pub entries: String,
    /// The hash of the link before it.
    pub before: String,
    pub hash: String,
}

impl Link {
    /// The link after the one that ends with a number and has a hash.
    pub fn after((last, before): (i64, &str), chain: &str, new: &[NewEntry]) -> Self {
        let said: Vec<_> = new.iter().map(|new| new.said.as_str()).collect();
        let entries = format!("[{}]", said.join(","));
        let source = new.first().and_then(|new| new.source.clone());
        let number = last + i64::try_from(new.len()).unwrap_or(i64::MAX);
        let hash = hash(before, chain, number, source.as_deref(), &entries);
        let (chain, before) = (chain.to_owned(), before.to_owned());
        Self { chain, number, first: last + 1, source, entries, before, hash }
    }

    /// Whether it was chained as it stands, and its columns say what it says.
    pub fn is_whole(&self) -> bool {
        let Ok(said) = self.said() else { return false };
        let spans = i64::try_from(said.len()).ok().and_then(|len| self.first.checked_add(len - 1));
        let chained = hash(&self.before, &self.chain, self.number, self.source.as_deref(), &self.entries);
        !said.is_empty() && spans == Some(self.number) && chained == self.hash
    }

    /// What happened, in order.
    ///
    /// # Errors
    /// When the text is no entries.
    pub fn said(&self) -> Result<Vec<AccessEntry>, Failure> {
        serde_json::from_str(&self.entries).map_err(|cause| Failure::Internal(cause.into()))
    }

    /// The entries by number; none where the text is none, which the chain shows.
    pub fn numbered(&self) -> impl Iterator<Item = (i64, AccessEntry)> {
        (self.first..=self.number).zip(self.said().unwrap_or_default())
    }
}

/// New entries in links: those that were copied alone, the others as many together as a link holds.
pub fn links(new: &[NewEntry]) -> impl Iterator<Item = &[NewEntry]> {
    new.chunk_by(|one, next| one.source.is_none() && next.source.is_none())
        .flat_map(|same| same.chunks(LONGEST))
}

/// When it happened, as a column keeps it.
pub fn at(entry: &AccessEntry) -> Option<Timestamp> {
    let at = entry.at.as_ref().and_then(wire::instant)?;
    Timestamp::from_microsecond(at.as_microsecond()).ok()
}

/// What stands before the first link of a chain.
pub fn genesis(chain: &str) -> String {
    hash("", chain, 0, None, "")
}

/// Each part is preceded by its length, so that nothing can move from one to the next.
fn hash(before: &str, chain: &str, number: i64, source: Option<&str>, entries: &str) -> String {
    let number = number.to_string();
    let source = source.map_or_else(String::new, |source| format!("={source}"));
    let mut digest = Sha256::new();
    for part in [before, chain, &number, &source, entries] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    BASE64_STANDARD.encode(digest.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(unit: &str, source: Option<&str>) -> NewEntry {
        let at = Some(wire::timestamp("2026-09-14T06:00:00Z".parse().expect("an instant")));
        let entry = AccessEntry { at, unit: unit.to_owned(), ..Default::default() };
        NewEntry::of(source.map(str::to_owned), &entry).expect("an entry")
    }

    #[test]
    fn a_link_follows_the_one_before_it_and_no_other() {
        let follows = |link: &Link, before: &str| link.is_whole() && link.before == before;
        let after = |last, before: &str, units: &[&str]| {
            let new: Vec<_> = units.iter().map(|unit| new(unit, None)).collect();
            Link::after((last, before), "c", &new)
        };
        let first = after(0, &genesis("c"), &["SE1-A", "SE1-B", "SE1-C"]);
        let second = after(3, &first.hash, &["SE1-D", "SE1-E"]);
        assert!(follows(&first, &genesis("c")) && follows(&second, &first.hash));
        assert!(!follows(&second, &genesis("c")) && !follows(&first, &genesis("d")));
        assert_eq!((first.first, first.number, second.first, second.number), (1, 3, 4, 5));
        let units: Vec<_> = second.numbered().map(|(number, entry)| (number, entry.unit)).collect();
        assert_eq!(units, [(4, "SE1-D".to_owned()), (5, "SE1-E".to_owned())]);
        let changes: [fn(Link) -> Link; 7] = [
            |link| Link { before: genesis("c"), ..link },
            |link| Link { number: 6, first: 5, ..link },
            |link| Link { number: 6, ..link },
            |link| Link { first: i64::MAX, ..link },
            |link| Link { source: Some("-".to_owned()), ..link },
            |link| Link { entries: link.entries.replace("SE1-D", "SE1-C"), ..link },
            |link| Link { entries: "[]".to_owned(), number: 3, ..link },
        ];
        for change in changes {
            assert!(!change(second.clone()).is_whole());
        }
    }

    #[test]
    fn what_is_copied_stands_alone_and_no_link_grows_too_long() {
        let shown = |many| vec![new("SE1-A", None); many];
        let copied = |source| vec![new("SE1-A", Some(source))];
        let new = [shown(2), copied("a:1"), copied("a:2"), shown(70)].concat();
        assert_eq!(links(&new).map(<[_]>::len).collect::<Vec<_>>(), [2, 1, 1, 64, 6]);
        assert_eq!(links(&[]).count(), 0);
    }
}
