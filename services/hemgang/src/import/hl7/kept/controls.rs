//! Which message came under which control id of its sender (MSH-3, MSH-4, MSH-10), so that another one under the same
//! id is told of, also by a later import. Of either a hash is kept, nothing that was sent, in the mark of the folder; for
//! a month, as the services keep their answers, because a sender's numbers begin anew.

use std::{collections::HashMap, fs::File, io::Write as _};

use anyhow::Result;
use hemgang_gateway::adt::ContentHash;
use jiff::{ToSpan as _, civil::Date};
use sha2::{Digest as _, Sha256};

use crate::import::hl7::item::Item;

/// How much of a hash tells two messages of a sender apart.
const HASH: usize = 32;

/// A piece of a source, from 1.
pub type At = (String, u64);

/// What is known of control ids.
#[derive(Debug, Default)]
pub struct Controls(HashMap<String, Taken>);

/// The message that came first under an id.
#[derive(Debug)]
struct Taken {
    on: Date,
    content: String,
    /// None where an earlier import took it.
    at: Option<At>,
}

/// Another message came under the same control id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Where it stands; none where an earlier import took it.
    pub of: Option<At>,
}

impl Controls {
    /// Reads what earlier imports left, and whether some of that has had its time. A line cut short says nothing.
    pub fn read(&mut self, text: &str, today: Date) -> bool {
        let mut is_stale = text.lines().count() > 0 && !text.ends_with('\n');
        for line in text.lines() {
            let mut words = line.split(' ');
            let read = (words.next().and_then(|on| on.parse::<Date>().ok()), words.next(), words.next());
            match read {
                (Some(on), Some(control), Some(content))
                    if content.len() == HASH && on.saturating_add(30.days()) >= today =>
                {
                    let taken = Taken { on, content: content.to_owned(), at: None };
                    self.0.entry(control.to_owned()).or_insert(taken);
                }
                _ => is_stale = true,
            }
        }
        is_stale
    }

    /// Writes all of it anew.
    pub fn rewrite(&self, mark: &mut File) -> Result<()> {
        mark.set_len(0)?;
        let lines: String = self.0.iter().map(|(control, taken)| line(control, taken)).collect();
        Ok(mark.write_all(lines.as_bytes())?)
    }

    /// Notes a piece. What came first under its id stays the first.
    pub fn note(
        &mut self,
        item: &Item,
        at: At,
        today: Date,
        mark: Option<&mut File>,
    ) -> Result<Option<Conflict>> {
        let Some((application, facility, id)) = &item.control else { return Ok(None) };
        let key = Sha256::digest(format!("{application}\u{1f}{facility}\u{1f}{id}"));
        let key = ContentHash(key.into()).to_string()[..HASH].to_owned();
        let content = item.hash[..HASH].to_owned();
        if let Some(first) = self.0.get(&key) {
            return Ok((first.content != content).then(|| Conflict { of: first.at.clone() }));
        }
        let taken = Taken { on: today, content, at: Some(at) };
        if let Some(mark) = mark {
            mark.write_all(line(&key, &taken).as_bytes())?;
        }
        self.0.insert(key, taken);
        Ok(None)
    }
}

fn line(control: &str, Taken { on, content, .. }: &Taken) -> String {
    format!("{on} {control} {content}\n")
}
