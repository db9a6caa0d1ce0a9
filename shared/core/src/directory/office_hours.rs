//! When units are manned: by organisation and kind of unit, a week at a time, from a day on.

use std::{fmt, str::FromStr};

use jiff::{
    Timestamp,
    civil::{Date, Weekday},
};

use super::UnitKind;
use crate::{
    day::{LocalTime, day_begins, from_local, holiday},
    place::MunicipalityCode,
};

/// Whose hours they are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HoursOf {
    /// The municipality; the region where none is named.
    pub municipality: Option<MunicipalityCode>,
    /// The kind of unit; every kind that has no hours of its own where none is named.
    pub kind: Option<UnitKind>,
}

/// A week from a day on, until the next row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeHours {
    /// What is open, one a weekday at most; a weekday that is not here is closed.
    pub week: Vec<Opening>,
    /// Whether it is so on public holidays too, as where somebody is always on duty.
    pub on_holidays: bool,
    /// The first day.
    pub valid_from: Date,
}

/// From when to when something is open on a weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// 1 is Monday, 7 Sunday.
    pub weekday: i8,
    /// The first minute,
    pub opens: Clock,
    /// and the one after the last.
    pub closes: Clock,
}

/// A time of the day in whole minutes, `00:00` to `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clock(u16);

/// A text that is no time of the day, or no opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a time as 08:00, from 00:00 to 24:00")]
pub struct ClockFault;

impl FromStr for Clock {
    type Err = ClockFault;

    fn from_str(text: &str) -> Result<Self, ClockFault> {
        let (hours, minutes) = text.split_once(':').ok_or(ClockFault)?;
        let number = |part: &str| {
            let is_two_digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            is_two_digits.then(|| part.parse::<u16>().ok()).flatten().ok_or(ClockFault)
        };
        let (hours, minutes) = (number(hours)?, number(minutes)?);
        let whole = hours * 60 + minutes;
        if minutes < 60 && whole <= 24 * 60 { Ok(Self(whole)) } else { Err(ClockFault) }
    }
}

impl Clock {
    /// The instant at which it is that time on a local day; 24:00 is when the next begins.
    pub fn on(self, day: Date) -> Timestamp {
        let (hour, minute) = (i8::try_from(self.0 / 60), i8::try_from(self.0 % 60));
        let (Ok(hour @ 0..24), Ok(minute)) = (hour, minute) else {
            return day_begins(day.tomorrow().unwrap_or(day));
        };
        from_local(day.at(hour, minute, 0, 0)).map_or(Timestamp::MAX, LocalTime::instant)
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for Opening {
    type Err = ClockFault;

    fn from_str(text: &str) -> Result<Self, ClockFault> {
        let (weekday, hours) = text.split_once('=').ok_or(ClockFault)?;
        let (opens, closes) = hours.split_once('-').ok_or(ClockFault)?;
        let weekday = weekday.parse().map_err(|_| ClockFault)?;
        Ok(Self { weekday, opens: opens.parse()?, closes: closes.parse()? })
    }
}

impl fmt::Display for Opening {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}={}-{}", self.weekday, self.opens, self.closes)
    }
}

/// From when to when it is open on a day by these hours; none on a day on which it is closed. Without hours it is Monday
/// to Friday from 8 to 16, holidays out.
pub(super) fn open(hours: Option<&OfficeHours>, on: Date) -> Option<(Clock, Clock)> {
    let is_holiday = holiday(on).is_some();
    let Some(hours) = hours else {
        let is_usual = !matches!(on.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_holiday;
        return is_usual.then_some((Clock(8 * 60), Clock(16 * 60)));
    };
    let weekday = on.weekday().to_monday_one_offset();
    let opening = hours.week.iter().find(|opening| opening.weekday == weekday);
    let opening = opening.filter(|_| hours.on_holidays || !is_holiday)?;
    Some((opening.opens, opening.closes))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn hours_hold_on_their_weekdays_and_on_holidays_where_they_say_so() {
        let told = |hours: Option<&OfficeHours>, on| {
            open(hours, on).map(|(opens, closes)| format!("{opens}-{closes}"))
        };
        let usual = Some("08:00-16:00".to_owned());
        let (monday, sunday, good_friday) = (date(2026, 9, 14), date(2026, 9, 13), date(2026, 4, 3));
        assert_eq!((told(None, monday), told(None, sunday), told(None, good_friday)), (usual, None, None));
        let week = ["1=07:30-12:00", "5=00:00-24:00"].map(|text| text.parse().expect("an opening"));
        let hours = OfficeHours { week: week.to_vec(), on_holidays: false, valid_from: date(2026, 1, 1) };
        assert_eq!(told(Some(&hours), monday).as_deref(), Some("07:30-12:00"));
        assert_eq!((told(Some(&hours), sunday), told(Some(&hours), good_friday)), (None, None));
        let always = OfficeHours { on_holidays: true, ..hours };
        assert_eq!(told(Some(&always), good_friday).as_deref(), Some("00:00-24:00"));
        assert_eq!(week[0].to_string(), "1=07:30-12:00");
        for wrong in ["", "8:00", "24:01", "12:60", "08.00", "-1:00", "+8:00"] {
            assert!(wrong.parse::<Clock>().is_err(), "{wrong}");
        }
    }
}
