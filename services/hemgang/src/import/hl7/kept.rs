//! The folder of pieces that have no effect yet: each once, its bytes as they came, with a line that says why.
//!
//! `00000012-HASH.hl7` and `00000012-HASH.reason`: the number keeps the order in which they came, which is the order
//! of a replay; the hash is of the content, so that a piece that fails again stays once. A name never gets other
//! bytes, and both files are on the disk before the next piece is read.

mod controls;
mod folder;

use std::{
    collections::{BTreeSet, HashMap, hash_map::Entry},
    fs::{self, File},
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use hemgang_gateway::hl7;
use jiff::civil::Date;

pub use self::controls::{At, Conflict};
pub use self::folder::{is_kept, pieces};
use self::{
    controls::Controls,
    folder::{Slip, numbered, slip, unusable},
};
use super::{
    item::{Item, Visit},
    tally::Told,
};

/// The kept pieces.
#[derive(Debug)]
pub struct Kept {
    folder: PathBuf,
    /// In a dry run nothing is written.
    dry_run: bool,
    lock: Option<File>,
    /// Every piece by its hash.
    pieces: HashMap<String, Place>,
    /// The numbers of pieces that hold their visit.
    holding: HashMap<Visit, BTreeSet<u64>>,
    /// The highest number given.
    last: u64,
    /// Which message came under which control id.
    controls: Controls,
    today: Date,
}

/// Where a piece stands.
#[derive(Debug)]
struct Place {
    number: u64,
    /// The visit whose later messages wait for it.
    holds: Option<Visit>,
}

impl Kept {
    /// Opens a folder, which need not be there before a piece must be kept.
    pub fn open(folder: PathBuf, dry_run: bool, today: Date) -> Result<Self> {
        let (pieces, holding, controls) = (HashMap::new(), HashMap::new(), Controls::default());
        let mut kept = Self { folder, dry_run, lock: None, pieces, holding, last: 0, controls, today };
        if is_kept(&kept.folder) {
            kept.hold()?;
        }
        Ok(kept)
    }

    /// Takes the folder for this import alone, and reads what an earlier one left.
    fn hold(&mut self) -> Result<()> {
        let mut mark = if self.dry_run { None } else { Some(folder::lock(&self.folder)?) };
        let is_stale = self.controls.read(&folder::marked(&self.folder), self.today);
        if let Some(mark) = mark.as_mut().filter(|_| is_stale) {
            self.controls.rewrite(mark).with_context(|| unusable(&self.folder))?;
        }
        self.lock = mark;
        for path in pieces(&self.folder)? {
            let Some((number, hash)) = numbered(&path) else { continue };
            // Of a piece whose slip is unreadable nobody knows that it does not hold its visit.
            let holds = slip(&path.with_extension("reason")).is_none_or(|slip| slip.holds_visit);
            let visit = if holds {
                let bytes = fs::read(&path).with_context(|| unusable(&path))?;
                hl7::read(&bytes, None).next().and_then(|piece| Item::of(&piece).visit)
            } else {
                None
            };
            self.enter(hash.to_owned(), number, visit);
        }
        Ok(())
    }

    fn enter(&mut self, hash: String, number: u64, holds: Option<Visit>) {
        if let Some(visit) = &holds {
            self.holding.entry(visit.clone()).or_default().insert(number);
        }
        self.last = self.last.max(number);
        self.pieces.insert(hash, Place { number, holds });
    }

    fn leave(&mut self, hash: &str) -> Option<u64> {
        let Place { number, holds } = self.pieces.remove(hash)?;
        if let Some(Entry::Occupied(mut numbers)) = holds.map(|visit| self.holding.entry(visit)) {
            numbers.get_mut().remove(&number);
            if numbers.get().is_empty() {
                numbers.remove();
            }
        }
        Some(number)
    }

    /// Where pieces are kept.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.pieces.len()
    }

    /// Whether an earlier message of the item's visit is parked, so that this one would come out of turn.
    pub fn is_behind(&self, item: &Item) -> bool {
        let first = item.visit.as_ref().and_then(|visit| self.holding.get(visit)).and_then(BTreeSet::first);
        first.is_some_and(|first| self.pieces.get(&item.hash).is_none_or(|own| *first < own.number))
    }

    /// Notes under which control id a piece came, and says where another message came under it before.
    pub fn note_control(&mut self, item: &Item, at: At) -> Result<Option<Conflict>> {
        if self.lock.is_none() && !self.dry_run {
            self.hold()?;
        }
        let noted = self.controls.note(item, at, self.today, self.lock.as_mut());
        noted.with_context(|| unusable(&self.folder))
    }

    /// Whether it is kept as a piece whose control id another message came under, so that this was told.
    pub fn is_conflict(&self, item: &Item) -> bool {
        let place = self.pieces.get(&item.hash);
        let slip =
            place.and_then(|place| slip(&self.path(place.number, &item.hash).with_extension("reason")));
        slip.is_some_and(|slip| slip.conflict)
    }

    /// Keeps a piece, durably. One that is there already only gets its reason of now.
    pub fn keep(
        &mut self,
        item: &Item,
        raw: &[u8],
        (told, conflict): (&Told, bool),
        (source, position): At,
    ) -> Result<()> {
        if self.lock.is_none() && !self.dry_run {
            self.hold()?;
        }
        let known = self.leave(&item.hash);
        let number = known.unwrap_or(self.last + 1);
        let holds = item.visit.clone().filter(|_| told.holds_visit);
        self.enter(item.hash.clone(), number, holds);
        if self.dry_run {
            return Ok(());
        }
        let path = self.path(number, &item.hash);
        let slip = Slip {
            outcome: told.class,
            event: told.event.clone(),
            reason: told.reason.clone(),
            holds_visit: told.holds_visit,
            conflict,
            source,
            position,
            content_hash: item.hash.clone(),
        };
        self.write(&path, raw, slip, known.is_some()).with_context(|| unusable(&path))
    }

    fn write(&self, path: &Path, raw: &[u8], mut now: Slip, known: bool) -> Result<()> {
        let beside = path.with_extension("reason");
        if let Some(before) = slip(&beside).filter(|_| known) {
            // Where it first came from says more than the folder that it was replayed from.
            (now.source, now.position) = (before.source.clone(), before.position);
            now.conflict |= before.conflict;
            if now == before {
                return Ok(());
            }
        }
        let mut line = serde_json::to_vec(&now)?;
        line.push(b'\n');
        // The slip first: whatever stands here has one.
        folder::place(&self.folder, &beside, &line)?;
        if !known {
            folder::place(&self.folder, path, raw)?;
        }
        Ok(File::open(&self.folder)?.sync_all()?)
    }

    /// The bytes of a kept piece; none in a dry run, which keeps none.
    pub fn bytes(&self, hash: &str) -> Result<Option<Vec<u8>>> {
        let Some(place) = self.pieces.get(hash).filter(|_| !self.dry_run) else { return Ok(None) };
        let path = self.path(place.number, hash);
        fs::read(&path).map(Some).with_context(|| unusable(&path))
    }

    /// Removes a piece that has its effect, or turned out to need none.
    pub fn release(&mut self, item: &Item) -> Result<()> {
        self.remove(&item.hash)
    }

    /// Removes a file that was replayed and is read as other pieces now than when it was kept: each of them has its
    /// outcome, and stands under its own name where it needs one.
    pub fn release_renamed(&mut self, file: &Path, pieces: &[String]) -> Result<()> {
        match numbered(file) {
            Some((_, hash)) if !pieces.is_empty() && !pieces.iter().any(|piece| piece == hash) => {
                self.remove(hash)
            }
            _ => Ok(()),
        }
    }

    fn remove(&mut self, hash: &str) -> Result<()> {
        let Some(number) = self.leave(hash).filter(|_| !self.dry_run) else { return Ok(()) };
        let path = self.path(number, hash);
        for path in [path.clone(), path.with_extension("reason")] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(error).with_context(|| unusable(&path));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn path(&self, number: u64, hash: &str) -> PathBuf {
        self.folder.join(format!("{number:08}-{hash}.hl7"))
    }
}
