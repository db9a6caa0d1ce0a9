//! What is at fault in what was told of a stay: which flags stand, and what mends them.
//!
//! What stands follows from all that was told, not from the order of telling, as everything else of a stay does.

use std::{fmt, str::FromStr};

use hemgang_proto::admission::{
    self as pb, AdmissionState, MovementKind, QualityFlag, admission_event::Event,
};
use hemgang_rpc::wire;
use jiff::Timestamp;

use super::{
    episode::Episode,
    movement::{Course, Movement},
};
use crate::error::Error;

/// A flag that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raised {
    pub flag: QualityFlag,
    /// The statement; unspecified for who the patient is, and for what is no movement.
    pub about: MovementKind,
    /// When its sender recorded that statement.
    pub registered_at: Timestamp,
}

/// What is at fault with a time that was taken all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeFaults {
    pub is_ambiguous: bool,
    pub is_stand_in: bool,
}

/// A stored flag that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a quality flag")]
pub struct NoFlag;

hemgang_db::text_column!(Raised, TimeFaults);

/// Whether a flag is of a time that was taken, so that it goes with its statement.
pub fn is_of_time(flag: QualityFlag) -> bool {
    matches!(flag, QualityFlag::AmbiguousTime | QualityFlag::StandInTime)
}

impl TimeFaults {
    /// Those among flags; what else they say is not of a time.
    pub fn of(flags: impl Iterator<Item = QualityFlag>) -> Self {
        flags.fold(Self::default(), |faults, flag| Self {
            is_ambiguous: faults.is_ambiguous || flag == QualityFlag::AmbiguousTime,
            is_stand_in: faults.is_stand_in || flag == QualityFlag::StandInTime,
        })
    }

    fn flags(self) -> impl Iterator<Item = QualityFlag> {
        let of = |is_at_fault: bool, flag| is_at_fault.then_some(flag);
        let flags = [
            of(self.is_ambiguous, QualityFlag::AmbiguousTime),
            of(self.is_stand_in, QualityFlag::StandInTime),
        ];
        flags.into_iter().flatten()
    }
}

impl fmt::Display for TimeFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.flags().map(|flag| flag.as_str_name()).collect();
        f.write_str(&names.join(" "))
    }
}

impl FromStr for TimeFaults {
    type Err = NoFlag;

    fn from_str(text: &str) -> Result<Self, NoFlag> {
        let flags = text.split_whitespace().map(|name| QualityFlag::from_str_name(name).ok_or(NoFlag));
        Ok(Self::of(flags.collect::<Result<Vec<_>, _>>()?.into_iter()))
    }
}

impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { flag, about, registered_at } = self;
        write!(f, "{}/{}/{}", flag.as_str_name(), about.as_str_name(), registered_at.as_microsecond())
    }
}

impl FromStr for Raised {
    type Err = NoFlag;

    fn from_str(text: &str) -> Result<Self, NoFlag> {
        let read = || {
            let mut parts = text.split('/');
            let flag = QualityFlag::from_str_name(parts.next()?)?;
            let about = MovementKind::from_str_name(parts.next()?)?;
            let registered_at = Timestamp::from_microsecond(parts.next()?.parse().ok()?).ok()?;
            Some(Self { flag, about, registered_at })
        };
        read().ok_or(NoFlag)
    }
}

impl From<&Raised> for pb::RaisedFlag {
    fn from(raised: &Raised) -> Self {
        Self {
            flag: raised.flag.into(),
            about: raised.about.into(),
            registered_at: Some(wire::timestamp(raised.registered_at)),
        }
    }
}

impl Episode {
    /// What is told of the flags.
    pub fn quality_flags_recorded(&self) -> Event {
        let quality_flags = self.quality_flags.iter().map(pb::RaisedFlag::from).collect();
        Event::QualityFlagsRecorded(pb::QualityFlagsRecorded { quality_flags })
    }

    /// The stay with the flags that stand once `told` is all that was told of its movements.
    #[must_use]
    pub fn flagged(self, told: &[Movement]) -> Self {
        let course = Course::of(told);
        let stands = |raised: &&Raised| match raised.flag {
            // Said by the movements that hold.
            flag if is_of_time(flag) => false,
            QualityFlag::ImplausibleTime => !self.is_mended(raised, told, &course),
            _ => true,
        };
        let at_fault = course.at_fault().flat_map(|Movement { kind, registered_at, time_faults, .. }| {
            let raised = |flag| Raised { flag, about: *kind, registered_at: *registered_at };
            time_faults.flags().map(raised)
        });
        let quality_flags = ordered(self.quality_flags.iter().filter(stands).copied().chain(at_fault));
        Self { quality_flags, ..self }
    }

    /// The stay with a mark that a statement could not be taken. None when it says nothing new.
    pub fn doubted(self, raised: Raised, told: &[Movement]) -> Result<Option<Self>, Error> {
        if self.state == AdmissionState::Voided {
            return Err(Error::AdmissionNotOpen { state: self.state });
        }
        let flags = self.quality_flags.iter().copied().chain([raised]);
        let marked = Self { quality_flags: ordered(flags), ..self.clone() }.flagged(told);
        let is_new = marked.quality_flags != self.quality_flags;
        Ok(is_new.then(|| Self { version: self.version + 1, ..marked }))
    }

    /// The stay of a person whose identity has, or no longer has, a check digit that fails, as recorded then.
    #[must_use]
    pub fn identified(self, check_digit_failed: bool, registered_at: Timestamp) -> Self {
        let is_of_identity = |raised: &&Raised| raised.flag == QualityFlag::CheckDigit;
        let known = self.quality_flags.iter().find(is_of_identity).copied();
        let (flag, about) = (QualityFlag::CheckDigit, MovementKind::Unspecified);
        let stands = check_digit_failed.then(|| known.unwrap_or(Raised { flag, about, registered_at }));
        let others = self.quality_flags.iter().filter(|raised| !is_of_identity(raised)).copied();
        Self { quality_flags: ordered(others.chain(stands)), ..self }
    }

    /// The stay after a message in another character set than it said. What matters is that there was one, and when
    /// first: a sender who does so does it in every message.
    #[must_use]
    pub fn misdeclared(self, registered_at: Timestamp) -> Self {
        self.since(QualityFlag::CharacterSet, registered_at)
    }

    /// The stay after one more message with an identity whose check digit fails. A merge may have mended it.
    #[must_use]
    pub fn misread(self, registered_at: Timestamp) -> Self {
        let flag = QualityFlag::CheckDigit;
        let stands = self.quality_flags.iter().any(|raised| raised.flag == flag);
        if stands { self.since(flag, registered_at) } else { self }
    }

    /// With a flag that says since when.
    fn since(self, flag: QualityFlag, registered_at: Timestamp) -> Self {
        let about = MovementKind::Unspecified;
        let first =
            self.quality_flags.iter().filter(|raised| raised.flag == flag).map(|raised| raised.registered_at);
        let registered_at = first.min().map_or(registered_at, |first| first.min(registered_at));
        let others = self.quality_flags.iter().filter(|raised| raised.flag != flag).copied();
        Self { quality_flags: ordered(others.chain([Raised { flag, about, registered_at }])), ..self }
    }

    /// Whether a statement that was not taken was taken since. Of how a stay began and ended only one statement holds,
    /// so a later one mends it; another transfer says nothing of the one that was not taken.
    fn is_mended(&self, raised: &Raised, told: &[Movement], course: &Course<'_>) -> bool {
        let is_it = |said: &Movement| said.kind == raised.about && said.registered_at == raised.registered_at;
        let is_corrected = match raised.about {
            MovementKind::Admission => self.admitted_recorded.at > raised.registered_at,
            MovementKind::Discharge => {
                course.end().is_some_and(|end| end.registered_at > raised.registered_at)
            }
            _ => false,
        };
        is_corrected || told.iter().any(|said| !said.cancels && is_it(said))
    }
}

fn ordered(flags: impl Iterator<Item = Raised>) -> Vec<Raised> {
    let mut flags: Vec<_> = flags.collect();
    flags.sort_by_key(|raised| (i32::from(raised.flag), i32::from(raised.about), raised.registered_at));
    flags.dedup();
    flags
}
