//! Days and times as a Swedish text has them.

use hemgang_core::day::local;
use jiff::{Timestamp, civil::Date};

const MONTHS: [&str; 12] = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
];

/// A day, such as 3 oktober 2026.
pub fn day(on: Date) -> String {
    let month = MONTHS[usize::from(on.month().unsigned_abs()) - 1];
    format!("{} {month} {}", on.day(), on.year())
}

/// A moment as it reads on a wall in Sweden, such as 3 oktober 2026 kl. 14.05.
pub fn moment(at: Timestamp) -> String {
    let at = local(at);
    format!("{} kl. {:02}.{:02}", day(at.date()), at.hour(), at.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_read_as_in_sweden() {
        assert_eq!(day(jiff::civil::date(2026, 10, 3)), "3 oktober 2026");
        let winter: Timestamp = "2026-12-31T23:05:00Z".parse().expect("an instant");
        assert_eq!(moment(winter), "1 januari 2027 kl. 00.05");
    }
}
