//! One entry of a chain.

use std::collections::BTreeSet;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hemgang_proto::common::AccessEntry;
use hemgang_rpc::{Failure, wire};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

/// How long a subject may be. Ids have 36 characters; an index of PostgreSQL holds 2704 bytes.
const LONGEST: usize = 1000;

/// An entry that is to be written.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// The event that it was copied from, `feed:cursor`.
    pub source: Option<String>,
    pub entry: AccessEntry,
}

/// An entry as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub chain: String,
    pub number: i64,
    pub source: Option<String>,
    /// proto3 JSON, as it is chained.
    pub entry: String,
    pub at: Timestamp,
    pub organisation: String,
    pub unit: String,
    pub caller: String,
    /// The hash of the entry before it.
    pub before: String,
    pub hash: String,
}

/// Whose data an entry tells of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct About {
    pub subject: String,
    pub chain: String,
    pub number: i64,
}

impl Kept {
    /// The entry after one whose hash is given.
    ///
    /// # Errors
    /// When it has no proto3 JSON form or no time, which is a fault of ours.
    pub fn after(before: &str, chain: &str, number: i64, new: &NewEntry) -> Result<Self, Failure> {
        let entry = serde_json::to_string(&new.entry).map_err(|cause| Failure::Internal(cause.into()))?;
        let said = &new.entry;
        let at = said.at.as_ref().and_then(wire::instant);
        // As a column keeps it.
        let at = at.and_then(|at| Timestamp::from_microsecond(at.as_microsecond()).ok());
        let at = at.ok_or_else(|| Failure::Internal("an access without a time".into()))?;
        let hash = hash(before, chain, number, new.source.as_deref(), &entry);
        Ok(Self {
            chain: chain.to_owned(),
            number,
            source: new.source.clone(),
            entry,
            at,
            organisation: said.organisation.clone(),
            unit: said.unit.clone(),
            caller: said.caller.clone(),
            before: before.to_owned(),
            hash,
        })
    }

    /// Whether it was chained as it stands, and its columns say what it says.
    pub fn is_whole(&self) -> bool {
        let Ok(entry) = self.said() else { return false };
        let new = NewEntry { source: self.source.clone(), entry };
        let chained = hash(&self.before, &self.chain, self.number, self.source.as_deref(), &self.entry);
        let columns = Self::after(&self.before, &self.chain, self.number, &new);
        chained == self.hash && columns.is_ok_and(|same| same.bare() == self.bare())
    }

    /// What happened.
    ///
    /// # Errors
    /// When the text is no entry.
    pub fn said(&self) -> Result<AccessEntry, Failure> {
        serde_json::from_str(&self.entry).map_err(|cause| Failure::Internal(cause.into()))
    }

    /// Whose data it tells of; nobody's where the text is no entry, which the chain shows.
    pub fn about(&self) -> Vec<About> {
        let said = self.said().unwrap_or_default();
        let subjects = said.admission_ids.into_iter().chain(said.case_ids).chain(said.patient_ids);
        // What no index can hold is nobody's id: one such entry would keep all that follow it out.
        let subjects: BTreeSet<_> = subjects.filter(|id| id.len() <= LONGEST && !id.contains('\0')).collect();
        let about = |subject| About { subject, chain: self.chain.clone(), number: self.number };
        subjects.into_iter().map(about).collect()
    }

    fn bare(&self) -> Self {
        Self { entry: String::new(), hash: String::new(), ..self.clone() }
    }
}

/// What stands before the first entry of a chain.
pub fn genesis(chain: &str) -> String {
    hash("", chain, 0, None, "")
}

/// Each part is preceded by its length, so that nothing can move from one to the next.
fn hash(before: &str, chain: &str, number: i64, source: Option<&str>, entry: &str) -> String {
    let number = number.to_string();
    let source = source.map_or_else(String::new, |source| format!("={source}"));
    let mut digest = Sha256::new();
    for part in [before, chain, &number, &source, entry] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    BASE64_STANDARD.encode(digest.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(unit: &str) -> NewEntry {
        let at = Some(wire::timestamp("2026-09-14T06:00:00Z".parse().expect("an instant")));
        let (unit, admission_ids) = (unit.to_owned(), vec!["a".to_owned()]);
        NewEntry { source: None, entry: AccessEntry { at, unit, admission_ids, ..AccessEntry::default() } }
    }

    #[test]
    fn what_no_index_can_hold_is_nobody_s() {
        let admission_ids = ["a", "a\0", &"a".repeat(3000), "a"].map(str::to_owned).to_vec();
        let mut new = new("SE1-A");
        new.entry = AccessEntry { admission_ids, patient_ids: vec!["p".to_owned()], ..new.entry };
        let kept = Kept::after(&genesis("c"), "c", 1, &new).expect("an entry");
        let subjects = |kept: &Kept| kept.about().into_iter().map(|about| about.subject).collect::<Vec<_>>();
        assert_eq!(subjects(&kept), ["a", "p"]);
        assert!(subjects(&Kept { entry: "{".to_owned(), ..kept }).is_empty());
    }

    #[test]
    fn an_entry_follows_the_one_before_it_and_no_other() {
        let follows = |kept: &Kept, before: &str| kept.is_whole() && kept.before == before;
        let first = Kept::after(&genesis("c"), "c", 1, &new("SE1-A")).expect("an entry");
        let second = Kept::after(&first.hash, "c", 2, &new("SE1-B")).expect("an entry");
        assert!(follows(&first, &genesis("c")) && follows(&second, &first.hash));
        assert!(!follows(&second, &genesis("c")) && !follows(&first, &genesis("d")));
        let changes: [fn(Kept) -> Kept; 6] = [
            |kept| Kept { before: genesis("c"), ..kept },
            |kept| Kept { number: 3, ..kept },
            |kept| Kept { source: Some("-".to_owned()), ..kept },
            |kept| Kept { entry: kept.entry.replace("SE1-B", "SE1-C"), unit: "SE1-C".to_owned(), ..kept },
            // A column alone: lists would show it, and the chain would not know.
            |kept| Kept { unit: "SE1-C".to_owned(), ..kept },
            |kept| Kept { at: kept.at + jiff::SignedDuration::from_secs(1), ..kept },
        ];
        for change in changes {
            assert!(!change(second.clone()).is_whole());
        }
    }
}
