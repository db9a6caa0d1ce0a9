//! An import on its way: one piece after the other, each applied or kept before the next is read.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::PathBuf,
};

use anyhow::{Context as _, Result};
use hemgang_core::{clock::Clock, day::local_day};
use hemgang_gateway::{
    adt::{self, AdtKind, SiteMapping, Verdict},
    hl7::{self, Piece},
    intake::Outcome,
};
use jiff::civil::Date;

use super::{
    Args,
    delivery::Delivery,
    item::{Item, Visit},
    kept::{At, Kept},
    source::Source,
    tally::{Class, Conflicting, Tally, Told},
    tokens::Tokens,
};
use crate::progress::Progress;

/// Why a message waits although it maps and its visit is admitted.
const BEHIND: &str = "an earlier message of the visit is parked";

/// Why a message is kept although it has its effect, or what is to be seen to beside the reason that it waits for.
const CONFLICT: &str = "another message of its sender came under the same control id";

/// Why something in a folder is not opened.
pub const NO_FILE: &str = "not a file that can be read";

/// An import on its way.
pub struct Import {
    site: SiteMapping,
    /// Settles the century of two-digit years.
    today: Date,
    /// None in a dry run.
    delivery: Option<Delivery>,
    /// What has no effect yet.
    pub kept: Kept,
    /// What became of the pieces.
    pub tally: Tally,
    /// Contents that need no more: a later piece of the same is a repeat.
    settled: HashSet<String>,
    /// What this import parked and counted, by content.
    parked: HashMap<String, Vec<Told>>,
    /// What waits behind an earlier message of its visit, in the order it came.
    behind: HashMap<Visit, Vec<String>>,
    /// Contents that came under the control id of another message.
    conflicting: HashSet<String>,
}

impl Import {
    /// Reads the site mapping, and opens the folder of kept pieces.
    pub fn open(args: &Args, folder: PathBuf) -> Result<Self> {
        let site = match &args.site {
            Some(path) => {
                fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?
            }
            None => include_str!("../../demo/site.toml").to_owned(),
        };
        let site = SiteMapping::from_toml(&site)?;
        let today = local_day(Clock::system().now());
        let tokens = (!args.dry_run).then(|| Tokens::read(&args.target, &args.token, &site)).transpose()?;
        Ok(Self {
            site,
            today,
            delivery: tokens.and_then(Delivery::new),
            kept: Kept::open(folder, args.dry_run, today)?,
            tally: Tally::default(),
            settled: HashSet::new(),
            parked: HashMap::new(),
            behind: HashMap::new(),
            conflicting: HashSet::new(),
        })
    }

    /// Gives every piece of the sources its outcome, in order.
    ///
    /// # Errors
    /// When the next piece would fare no better; what came before it has its outcome.
    pub async fn read_all(&mut self, sources: &[Source], progress: &mut Progress) -> Result<()> {
        for source in sources {
            if matches!(source, Source::NoFile(_)) {
                let told = Told::new(Class::Refused, NO_FILE);
                self.tally.count(Told { event: "none".to_owned(), ..told });
                continue;
            }
            let bytes = source.read()?;
            let (mut read, mut hashes) = (0, Vec::new());
            for (position, raw) in (1..).zip(hl7::split(&bytes)) {
                let (name, piece) = (source.name(), self.site.piece(raw));
                let is_replayed = matches!(source, Source::Kept(..));
                self.take(&piece, (name.clone(), position), is_replayed).await.with_context(|| {
                    let before = self.tally.pieces();
                    format!(
                        "stopped at piece {position} of {name}, after {before} pieces; what came before it has \
                         its outcome, and running this again has no second effect"
                    )
                })?;
                if matches!(source, Source::Kept(..)) {
                    hashes.push(Item::of(&piece).hash);
                }
                read += piece.raw.len() as u64;
                let pieces = self.tally.pieces();
                progress.advance(piece.raw.len() as u64, || format!("{pieces} pieces, {name}"));
            }
            if read == 0 && !matches!(source, Source::Kept(..)) {
                // Every file has an outcome, also one that a transfer left empty.
                let told = Told::new(Class::Ignored, "file holds no message");
                self.tally.count(Told { event: "none".to_owned(), ..told });
            }
            if let Source::Kept(path, _) = source {
                self.kept.release_renamed(path, &hashes)?;
            }
            // What is no piece, such as blanks and envelopes, was read, too.
            let rest = (bytes.len() as u64).saturating_sub(read);
            let pieces = self.tally.pieces();
            progress.advance(rest, || format!("{pieces} pieces"));
            self.tally.files += 1;
        }
        Ok(())
    }

    /// Gives a piece its outcome: applied or kept when this returns.
    async fn take(&mut self, piece: &Piece<'_>, at: At, is_replayed: bool) -> Result<()> {
        let item = Item::of(piece);
        let told = self.outcome(piece, &item).await?;
        self.note_control(&item, &told, &at, is_replayed)?;
        self.put(&item, &told, piece.raw, at)?;
        let class = told.class;
        if class == Class::Parked {
            if let Some(visit) = item.visit.clone().filter(|_| told.reason == BEHIND) {
                self.behind.entry(visit).or_default().push(item.hash.clone());
            }
            self.parked.entry(item.hash).or_default().push(told.clone());
        }
        self.tally.count(told);
        let mut visits = self.note_released()?;
        visits.extend(item.visit.filter(|_| !class.is_kept()));
        for visit in visits {
            self.go_on(visit).await?;
        }
        Ok(())
    }

    /// Keeps a piece, or lets it go when it was kept.
    fn put(&mut self, item: &Item, told: &Told, raw: &[u8], at: At) -> Result<()> {
        if !told.class.is_kept() && told.class != Class::Ignored {
            self.settled.insert(item.hash.clone());
        }
        let is_conflict = self.conflicting.contains(&item.hash);
        if !told.class.is_kept() && !is_conflict {
            return self.kept.release(item);
        }
        let reasons = [told.reason.as_str(), CONFLICT].into_iter().take(1 + usize::from(is_conflict));
        let reason = reasons.filter(|reason| !reason.is_empty()).collect::<Vec<_>>().join("; ");
        self.kept.keep(item, raw, (&Told { reason, ..told.clone() }, is_conflict), at)
    }

    /// Two messages of a sender under one control id are two: both have their effect, and somebody is told. What is
    /// nothing to us, or was refused, took none; and a replay tells nothing twice.
    fn note_control(&mut self, item: &Item, told: &Told, at: &At, is_replayed: bool) -> Result<()> {
        if matches!(told.class, Class::Ignored | Class::Refused) {
            return Ok(());
        }
        let Some(conflict) = self.kept.note_control(item, at.clone())? else { return Ok(()) };
        if !(is_replayed && self.kept.is_conflict(item)) {
            self.conflicting.insert(item.hash.clone());
            self.tally.conflicts.push(Conflicting { at: at.clone(), of: conflict.of });
        }
        Ok(())
    }

    /// What waited for the admission or the merge that has come, and went on with it. The visits that go on.
    fn note_released(&mut self) -> Result<Vec<Visit>> {
        let released = self.delivery.as_ref().map(Delivery::released).transpose()?;
        let mut visits = Vec::new();
        for (hash, told) in released.into_iter().flatten() {
            visits.extend(self.change(&hash, told)?);
        }
        Ok(visits)
    }

    /// A visit goes on: what waited behind its messages is tried again in its order.
    async fn go_on(&mut self, visit: Visit) -> Result<()> {
        for hash in self.behind.remove(&visit).unwrap_or_default() {
            let Some(bytes) = self.kept.bytes(&hash)? else { continue };
            let Some(piece) = hl7::split(&bytes).next().map(|raw| self.site.piece(raw)) else { continue };
            let told = self.outcome(&piece, &Item::of(&piece)).await?;
            if told.reason == BEHIND {
                self.behind.entry(visit.clone()).or_default().push(hash);
            } else {
                self.change(&hash, told)?;
            }
        }
        Ok(())
    }

    /// A parked piece has another outcome since: it is kept or let go by that, and counted for it. Its visit, where it waits
    /// no more.
    fn change(&mut self, hash: &str, told: Told) -> Result<Option<Visit>> {
        let mut visit = None;
        if let Some(bytes) = self.kept.bytes(hash)?
            && let Some(piece) = hl7::split(&bytes).next().map(|raw| self.site.piece(raw))
        {
            let item = Item::of(&piece);
            let told = Told { event: item.event.clone(), ..told.clone() };
            self.put(&item, &told, piece.raw, At::default())?;
            visit = item.visit.filter(|_| !told.class.is_kept());
        }
        let mut counted = self.parked.remove(hash).unwrap_or_default().into_iter();
        let Some(first) = counted.next() else { return Ok(visit) };
        let event = first.event.clone();
        for before in counted {
            // The same content twice has one effect.
            let again = if told.class.is_kept() { told.clone() } else { Told::new(Class::Repeated, "") };
            self.recount(hash, &before, Told { event: event.clone(), ..again });
        }
        self.recount(hash, &first, Told { event, ..told });
        Ok(visit)
    }

    fn recount(&mut self, hash: &str, before: &Told, now: Told) {
        if now.class == Class::Parked {
            self.parked.entry(hash.to_owned()).or_default().push(now.clone());
        }
        self.tally.recount(before, now);
    }

    async fn outcome(&self, piece: &Piece<'_>, item: &Item) -> Result<Told> {
        let told = self.judge(piece, item).await?;
        Ok(Told { event: item.event.clone(), ..told })
    }

    async fn judge(&self, piece: &Piece<'_>, item: &Item) -> Result<Told> {
        let message = match &piece.outcome {
            Ok(message) => message,
            Err(fault) => return Ok(Told::new(Class::Refused, fault)),
        };
        let reading = match adt::read(message, &self.site, self.today) {
            Ok(reading) => reading,
            Err(refusal) => return Ok(Told::new(Class::Refused, refusal)),
        };
        match &reading.verdict {
            Verdict::Ignored(reason) => Ok(Told::new(Class::Ignored, reason)),
            _ if self.settled.contains(&item.hash) => Ok(Told::new(Class::Repeated, "")),
            Verdict::Parked(reason) => Ok(Told::holding(reason)),
            Verdict::Mapped(event) if !is_waited_for(event.kind) && self.kept.is_behind(item) => {
                Ok(Told::holding(BEHIND))
            }
            Verdict::Mapped(event) => {
                if let Some(delivery) = &self.delivery {
                    return delivery.deliver(&reading, &event.hospital).await;
                }
                let charset = reading.envelope.charset.used;
                Ok(Told::new(Class::Accepted, "").with(charset, event, &Outcome::Accepted))
            }
        }
    }
}

/// What may be just what others wait for, and so waits behind nothing: an admission, its void, and a merge.
fn is_waited_for(kind: AdtKind) -> bool {
    matches!(kind, AdtKind::Admit | AdtKind::CancelAdmit | AdtKind::Merge)
}
