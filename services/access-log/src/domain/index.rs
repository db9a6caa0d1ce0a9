//! What is written of the entries of a chain for lists, how much of it at once, and up to where it is.

use std::collections::BTreeSet;

use hemgang_proto::common::AccessEntry;
use jiff::Timestamp;

use super::link::{Link, at};

/// How many rows one change writes, some milliseconds on SQLite: appends wait for it.
const ROWS: usize = 50;

/// How long a text may be. Ids have 36 characters; an index of PostgreSQL holds 2704 bytes.
const LONGEST: usize = 800;

/// Whose data an entry tells of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct About {
    pub subject: String,
    pub chain: String,
    pub number: i64,
}

/// An entry as lists by time have it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    pub chain: String,
    pub number: i64,
    /// The number of its link.
    pub link: i64,
    pub at: Timestamp,
    pub organisation: String,
    pub unit: String,
    pub caller: String,
}

/// The rows of some entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    pub listed: BTreeSet<Listed>,
    pub about: BTreeSet<About>,
}

/// Up to which entry the rows of a chain are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub chain: String,
    pub number: i64,
}

/// What one change writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub rows: Rows,
    /// Where the mark stands after it.
    pub mark: Mark,
}

impl Rows {
    /// Of an entry. What no index can hold is nobody's id and in no list: one such entry would keep all that follow it
    /// out.
    pub fn of(link: &Link, number: i64, entry: &AccessEntry) -> Self {
        let fits = |text: &String| text.len() <= LONGEST && !text.contains('\0');
        let chain = &link.chain;
        let subjects = entry.admission_ids.iter().chain(&entry.case_ids).chain(&entry.patient_ids);
        let about = |subject: &String| About { subject: subject.clone(), chain: chain.clone(), number };
        let listed = at(entry).map(|at| Listed {
            chain: chain.clone(),
            number,
            link: link.number,
            at,
            organisation: entry.organisation.clone(),
            unit: entry.unit.clone(),
            caller: entry.caller.clone(),
        });
        let whole =
            |listed: &Listed| [&listed.organisation, &listed.unit, &listed.caller].into_iter().all(fits);
        Self {
            listed: listed.into_iter().filter(whole).collect(),
            about: subjects.filter(|id| fits(id)).map(about).collect(),
        }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.listed.len() + self.about.len()
    }

    fn extend(&mut self, more: Self) {
        self.listed.extend(more.listed);
        self.about.extend(more.about);
    }

    /// Without what is taken: a row, or of a list also its number. It would be refused, and nothing behind it indexed.
    fn without(mut self, (numbers, about): (&BTreeSet<i64>, &BTreeSet<About>)) -> Self {
        self.listed.retain(|listed| !numbers.contains(&listed.number));
        self.about.retain(|row| !about.contains(row));
        self
    }
}

/// The rows of the entries of links that reach beyond a number, after it, in parts, whole entries each. Without those that
/// are there: a mark that somebody has set back would never get past them.
pub fn parts(links: &[Link], after: i64, there: &Rows) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut numbers: BTreeSet<i64> = there.listed.iter().map(|listed| listed.number).collect();
    let mut about = there.about.clone();
    for link in links {
        let mark = |number| Mark { chain: link.chain.clone(), number };
        for (number, entry) in link.numbered().filter(|(number, _)| *number > after) {
            let rows = Rows::of(link, number, &entry).without((&numbers, &about));
            numbers.extend(rows.listed.iter().map(|listed| listed.number));
            about.extend(rows.about.iter().cloned());
            match parts.last_mut().filter(|part| part.rows.len() + rows.len() <= ROWS) {
                Some(part) => {
                    part.rows.extend(rows);
                    part.mark = mark(number);
                }
                None => parts.push(Part { rows, mark: mark(number) }),
            }
        }
        // A link whose text is none keeps nothing out.
        match parts.last_mut() {
            Some(part) => part.mark = mark(link.number),
            None => parts.push(Part { rows: Rows::default(), mark: mark(link.number) }),
        }
    }
    parts
}

#[cfg(test)]
impl Rows {
    /// Of the entries of links.
    pub fn of_all<'a>(links: impl IntoIterator<Item = &'a Link>) -> Self {
        let mut rows = Self::default();
        for link in links {
            for (number, entry) in link.numbered() {
                rows.extend(Self::of(link, number, &entry));
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use hemgang_rpc::wire;

    use super::{
        super::link::{NewEntry, genesis},
        *,
    };

    fn entry(subjects: impl IntoIterator<Item = String>) -> AccessEntry {
        let at = Some(wire::timestamp("2026-09-14T06:00:00Z".parse().expect("an instant")));
        let admission_ids = subjects.into_iter().collect();
        AccessEntry { at, admission_ids, ..AccessEntry::default() }
    }

    fn new(entry: &AccessEntry) -> NewEntry {
        NewEntry::of(None, entry).expect("an entry")
    }

    /// Entries about so many each.
    fn link(last: i64, subjects: &[usize]) -> Link {
        let new: Vec<_> = subjects
            .iter()
            .map(|subjects| new(&entry((0..*subjects).map(|id| format!("{id:03}")))))
            .collect();
        Link::after((last, &genesis("c")), "c", &new)
    }

    fn shape(parts: &[Part]) -> Vec<(usize, i64)> {
        parts.iter().map(|part| (part.rows.len(), part.mark.number)).collect()
    }

    #[test]
    fn a_part_holds_whole_entries_and_not_too_many_rows() {
        let links = [link(0, &[19, 28, 0]), link(3, &[1, 500, 0])];
        // Each entry is a line, and a row for each whom it is about.
        assert_eq!(shape(&parts(&links, 0, &Rows::default())), [(50, 3), (2, 4), (501, 5), (1, 6)]);
        assert_eq!(shape(&parts(&links[1..], 4, &Rows::default())), [(501, 5), (1, 6)]);
        assert_eq!(shape(&parts(&[], 0, &Rows::default())), []);
    }

    #[test]
    fn what_is_there_is_passed_over_and_the_mark_moves_all_the_same() {
        let links = [link(0, &[2]), link(1, &[2])];
        let mut there = Rows::of_all(&links[..1]);
        assert_eq!(parts(&links, 0, &there)[0].rows, Rows::of_all(&links[1..]));
        there.extend(Rows::of_all(&links[1..]));
        assert_eq!(shape(&parts(&links, 0, &there)), [(0, 2)]);
    }

    #[test]
    fn what_no_index_can_hold_keeps_nothing_out() {
        let subjects = ["a", "a\0", &"a".repeat(3000), "a"].map(str::to_owned);
        let mut entry = AccessEntry { patient_ids: vec!["p".to_owned()], ..entry(subjects) };
        let link = Link::after((0, ""), "c", &[new(&entry)]);
        let about = |rows: &Rows| rows.about.iter().map(|about| about.subject.clone()).collect::<Vec<_>>();
        assert_eq!(
            (about(&Rows::of_all([&link])), Rows::of_all([&link]).listed.len()),
            (vec!["a".to_owned(), "p".to_owned()], 1)
        );
        entry.caller = "\0".to_owned();
        let nowhere = Link::after((0, ""), "c", &[new(&entry)]);
        assert!(Rows::of_all([&nowhere]).listed.is_empty());
        let broken = Link { entries: "{".to_owned(), ..link };
        assert_eq!(shape(&parts(&[broken], 0, &Rows::default())), [(0, 1)]);
    }
}
