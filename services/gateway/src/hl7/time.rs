//! HL7 times: `YYYY[MM[DD[HH[MM[SS[.S+]]]]]][±ZZZZ]`, any tail of which may be missing.
//!
//! Without a zone it is Swedish time. Twice a year that is not one instant, which the reading tells.

use hemgang_core::day::stockholm;
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::{AmbiguousOffset, Offset},
};

/// How much of the time was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// Only a year.
    Year,
    /// Year and month.
    Month,
    /// A day.
    Day,
    /// Day and hour.
    Hour,
    /// Day, hour and minute.
    Minute,
    /// Seconds, perhaps with a fraction.
    Second,
}

/// How the written time became an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Local {
    /// The zone was written.
    Stated,
    /// Swedish time, and that hour comes once.
    Assumed,
    /// Swedish time in the hour that comes twice in October: the first was taken.
    Ambiguous,
    /// Swedish time in the hour that is skipped in March: moved forward by it.
    Nonexistent,
}

/// One time as read; what was not written is taken as its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The instant.
    pub at: Timestamp,
    /// The time as written, in whichever zone.
    pub written: DateTime,
    /// How much of it was written.
    pub precision: Precision,
    /// How the zone was settled.
    pub local: Local,
}

/// Why a text is no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeFault {
    /// Not digits in one of the allowed lengths.
    #[error("time is malformed")]
    Malformed,
    /// No such day or hour.
    #[error("time does not exist")]
    OutOfRange,
}

impl Stamp {
    /// Reads a time.
    pub fn read(text: &str) -> Result<Self, TimeFault> {
        let (clock, zone) = match text.find(['+', '-']) {
            Some(at) => (&text[..at], Some(offset(&text[at..])?)),
            None => (text, None),
        };
        let (written, precision) = written(clock)?;
        let (at, local) = match zone {
            Some(offset) => (offset.to_timestamp(written).map_err(|_| TimeFault::OutOfRange)?, Local::Stated),
            None => in_sweden(written)?,
        };
        Ok(Self { at, written, precision, local })
    }

    /// The day as written, when a whole day was.
    pub fn date(&self) -> Option<Date> {
        (self.precision >= Precision::Day).then(|| self.written.date())
    }
}

fn written(text: &str) -> Result<(DateTime, Precision), TimeFault> {
    let (digits, fraction) = match text.split_once('.') {
        Some((digits, fraction)) if digits.len() == 14 => (digits, nanoseconds(fraction)?),
        Some(_) => return Err(TimeFault::Malformed),
        None => (text, 0),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(TimeFault::Malformed);
    }
    let precision = match digits.len() {
        4 => Precision::Year,
        6 => Precision::Month,
        8 => Precision::Day,
        10 => Precision::Hour,
        12 => Precision::Minute,
        14 => Precision::Second,
        _ => return Err(TimeFault::Malformed),
    };
    let year = digits[..4].parse().map_err(|_| TimeFault::Malformed)?;
    if year < 1000 {
        return Err(TimeFault::OutOfRange); // zeros stand for "unknown" in some feeds
    }
    let part =
        |from: usize, missing: i8| digits.get(from..from + 2).map_or(Some(missing), |two| two.parse().ok());
    let parts = (part(4, 1), part(6, 1), part(8, 0), part(10, 0), part(12, 0));
    let (Some(month), Some(day), Some(hour), Some(minute), Some(second)) = parts else {
        return Err(TimeFault::Malformed);
    };
    let written =
        DateTime::new(year, month, day, hour, minute, second, fraction).map_err(|_| TimeFault::OutOfRange)?;
    Ok((written, precision))
}

/// A fraction of a second; digits beyond the ninth are dropped.
fn nanoseconds(fraction: &str) -> Result<i32, TimeFault> {
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(TimeFault::Malformed);
    }
    let nine: String = fraction.chars().chain(std::iter::repeat('0')).take(9).collect();
    nine.parse().map_err(|_| TimeFault::Malformed)
}

/// `+0200`: at most fourteen hours from UTC, as on earth.
fn offset(zone: &str) -> Result<Offset, TimeFault> {
    let digits = &zone[1..];
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(TimeFault::Malformed);
    }
    let number: i32 = digits.parse().map_err(|_| TimeFault::Malformed)?;
    let (hours, minutes) = (number / 100, number % 100);
    if hours > 14 || minutes > 59 {
        return Err(TimeFault::OutOfRange);
    }
    let seconds = (hours * 60 + minutes) * 60;
    Offset::from_seconds(if zone.starts_with('-') { -seconds } else { seconds })
        .map_err(|_| TimeFault::OutOfRange)
}

fn in_sweden(written: DateTime) -> Result<(Timestamp, Local), TimeFault> {
    let ambiguous = stockholm().to_ambiguous_timestamp(written);
    let local = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => Local::Assumed,
        AmbiguousOffset::Fold { .. } => Local::Ambiguous,
        AmbiguousOffset::Gap { .. } => Local::Nonexistent,
    };
    Ok((ambiguous.compatible().map_err(|_| TimeFault::OutOfRange)?, local))
}
