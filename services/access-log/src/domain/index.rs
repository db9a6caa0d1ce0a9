//! What is written of the subjects of a chain at once, and up to where they are.

use std::collections::BTreeSet;

use super::entry::{About, Kept};

/// How many rows one change writes, some milliseconds on SQLite: appends wait for it.
const ROWS: usize = 50;

/// Up to which entry the subjects of a chain are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub chain: String,
    pub number: i64,
}

/// What one change writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub rows: Vec<About>,
    /// Where the mark stands after it.
    pub mark: Mark,
}

/// The subjects of entries in parts, whole entries each. Without the rows that are there: a mark that somebody has set
/// back would never get past them.
pub fn parts(entries: &[Kept], there: &BTreeSet<About>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for kept in entries {
        let rows: Vec<_> = kept.about().into_iter().filter(|about| !there.contains(about)).collect();
        let mark = Mark { chain: kept.chain.clone(), number: kept.number };
        match parts.last_mut().filter(|part| part.rows.len() + rows.len() <= ROWS) {
            Some(part) => {
                part.rows.extend(rows);
                part.mark = mark;
            }
            None => parts.push(Part { rows, mark }),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use hemgang_proto::common::AccessEntry;
    use hemgang_rpc::wire;

    use super::{super::entry::NewEntry, *};

    fn kept(number: i64, subjects: usize) -> Kept {
        let at = Some(wire::timestamp("2026-09-14T06:00:00Z".parse().expect("an instant")));
        let admission_ids = (0..subjects).map(|subject| format!("{subject:03}")).collect();
        let new =
            NewEntry { source: None, entry: AccessEntry { at, admission_ids, ..AccessEntry::default() } };
        Kept::after("", "c", number, &new).expect("an entry")
    }

    fn shape(parts: &[Part]) -> Vec<(usize, i64)> {
        parts.iter().map(|part| (part.rows.len(), part.mark.number)).collect()
    }

    #[test]
    fn a_part_holds_whole_entries_and_not_too_many_rows() {
        let entries = [kept(1, 20), kept(2, 30), kept(3, 0), kept(4, 1), kept(5, 500), kept(6, 0)];
        let there = BTreeSet::new();
        assert_eq!(shape(&parts(&entries, &there)), [(50, 3), (1, 4), (500, 5), (0, 6)]);
        assert_eq!(shape(&parts(&[], &there)), []);
    }

    #[test]
    fn what_is_there_is_passed_over_and_the_mark_moves_all_the_same() {
        let entries = [kept(1, 2), kept(2, 2)];
        let mut there: BTreeSet<_> = entries[0].about().into_iter().collect();
        assert_eq!(parts(&entries, &there)[0].rows, entries[1].about());
        there.extend(entries[1].about());
        assert_eq!(shape(&parts(&entries, &there)), [(0, 2)]);
    }
}
