//! Local days. Same-day, noon, month and calendar-day rules use Europe/Stockholm; elapsed-hour rules do not.

mod holiday;

use std::sync::LazyLock;

use jiff::{
    Timestamp, Zoned,
    civil::{Date, DateTime},
    tz::TimeZone,
};

pub use self::holiday::holiday;

static STOCKHOLM: LazyLock<TimeZone> = LazyLock::new(|| {
    // The tz database is compiled in (jiff's tzdb-bundle-always), so that this cannot differ by machine.
    TimeZone::get("Europe/Stockholm").unwrap_or(TimeZone::UTC)
});

/// Europe/Stockholm.
pub fn stockholm() -> TimeZone {
    STOCKHOLM.clone()
}

/// The instant as it reads on a wall in Stockholm.
pub fn local(at: Timestamp) -> Zoned {
    at.to_zoned(stockholm())
}

/// The local day of an instant. It is computed once, when a fact is recorded, and stored beside the instant.
pub fn local_day(at: Timestamp) -> Date {
    local(at).date()
}

/// The instant at which a local day begins: at it, the day before has reached 24:00.
pub fn day_begins(day: Date) -> Timestamp {
    day.to_zoned(stockholm()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// Whether a local time occurs twice or never, at a change of the clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalTime {
    /// It occurs once.
    Plain(Timestamp),
    /// It occurs twice (autumn), and this is the earlier; or never (spring), and this is the hour after.
    Ambiguous(Timestamp),
}

impl LocalTime {
    /// The instant chosen.
    pub fn instant(self) -> Timestamp {
        match self {
            Self::Plain(at) | Self::Ambiguous(at) => at,
        }
    }
}

/// The instant of a local time without an offset, as senders of HL7 write it.
///
/// # Errors
/// When the year is outside what an instant can hold.
pub fn from_local(at: DateTime) -> Result<LocalTime, jiff::Error> {
    let ambiguous = stockholm().into_ambiguous_zoned(at);
    let plain = !ambiguous.is_ambiguous();
    // "Compatible" takes the earlier offset of two and moves forward out of a gap.
    let instant = ambiguous.compatible()?.timestamp();
    Ok(if plain { LocalTime::Plain(instant) } else { LocalTime::Ambiguous(instant) })
}

/// Calendar days from one local day to another; negative when `to` is the earlier.
pub fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    #[test]
    fn the_local_day_turns_at_midnight_in_stockholm_in_both_seasons() {
        assert_eq!(local_day(at("2026-01-31T22:59:59Z")), date(2026, 1, 31));
        assert_eq!(local_day(at("2026-01-31T23:00:00Z")), date(2026, 2, 1));
        assert_eq!(local_day(at("2026-06-30T21:59:59Z")), date(2026, 6, 30));
        assert_eq!(local_day(at("2026-06-30T22:00:00Z")), date(2026, 7, 1));
    }

    #[test]
    fn twenty_four_elapsed_hours_cross_both_dst_weekends() {
        // domain.md §1.4: Sat 14:00 CET + 24 h = Sun 15:00 CEST; Sat 14:00 CEST + 24 h = Sun 13:00 CET.
        let day = jiff::SignedDuration::from_hours(24);
        let spring = from_local(date(2026, 3, 28).at(14, 0, 0, 0)).expect("a time").instant() + day;
        assert_eq!(local(spring).datetime(), date(2026, 3, 29).at(15, 0, 0, 0));
        let autumn = from_local(date(2026, 10, 24).at(14, 0, 0, 0)).expect("a time").instant() + day;
        assert_eq!(local(autumn).datetime(), date(2026, 10, 25).at(13, 0, 0, 0));
    }

    #[test]
    fn a_time_that_occurs_twice_is_the_earlier_one_and_says_so() {
        let twice = from_local(date(2026, 10, 25).at(2, 30, 0, 0)).expect("a time");
        assert_eq!(twice, LocalTime::Ambiguous(at("2026-10-25T00:30:00Z")));
        let never = from_local(date(2026, 3, 29).at(2, 30, 0, 0)).expect("a time");
        assert_eq!(never, LocalTime::Ambiguous(at("2026-03-29T01:30:00Z")));
    }

    #[test]
    fn days_are_counted_on_the_calendar() {
        assert_eq!(days_between(date(2026, 6, 30), date(2026, 7, 2)), 2);
        assert_eq!(days_between(date(2026, 3, 28), date(2026, 3, 30)), 2);
        assert_eq!(days_between(date(2026, 7, 2), date(2026, 6, 30)), -2);
    }
}
