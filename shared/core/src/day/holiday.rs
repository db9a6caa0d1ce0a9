//! Public holidays by lag (1989:253) om allmänna helgdagar, and the three eves that semesterlagen (1977:480) 3 a § counts
//! as Sundays. Sundays themselves are told by the weekday.

use jiff::civil::{Date, Weekday, date};

/// The holiday that a day is, by its Swedish name; none for any other, a plain Sunday too.
pub fn holiday(on: Date) -> Option<&'static str> {
    let name = match (on.month(), on.day()) {
        (1, 1) => "nyårsdagen",
        (1, 6) => "trettondedag jul",
        (5, 1) => "första maj",
        (6, 6) => "Sveriges nationaldag",
        (12, 24) => "julafton",
        (12, 25) => "juldagen",
        (12, 26) => "annandag jul",
        (12, 31) => "nyårsafton",
        (6, 19..=25) if on.weekday() == Weekday::Friday => "midsommarafton",
        (6, 20..=26) if on.weekday() == Weekday::Saturday => "midsommardagen",
        (10, 31) | (11, 1..=6) if on.weekday() == Weekday::Saturday => "alla helgons dag",
        _ => return movable(on),
    };
    Some(name)
}

/// Those that follow Easter.
fn movable(on: Date) -> Option<&'static str> {
    match super::days_between(easter(on.year()), on) {
        -2 => Some("långfredagen"),
        0 => Some("påskdagen"),
        1 => Some("annandag påsk"),
        39 => Some("Kristi himmelsfärdsdag"),
        49 => Some("pingstdagen"),
        _ => None,
    }
}

/// Easter Sunday of the Gregorian calendar, by the algorithm of Meeus, Jones and Butcher.
fn easter(year: i16) -> Date {
    let year = i32::from(year);
    let (golden, century, in_century) = (year % 19, year / 100, year % 100);
    let correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - correction + 15) % 30;
    let to_sunday = (32 + 2 * (century % 4) + 2 * (in_century / 4) - epact - in_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * to_sunday) / 451;
    let days = epact + to_sunday - 7 * late + 114;
    let part = |number: i32| i8::try_from(number).unwrap_or(1);
    date(i16::try_from(year).unwrap_or_default(), part(days / 31), part(days % 31 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_is_where_the_church_has_it() {
        let known = [
            (1818, 3, 22),
            (1943, 4, 25),
            (2000, 4, 23),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2038, 4, 25),
        ];
        for (year, month, day) in known {
            assert_eq!(easter(year), date(year, month, day));
        }
    }

    #[test]
    fn the_holidays_of_a_year_are_these() {
        let mut days = date(2026, 1, 1).series(jiff::ToSpan::day(1)).take(365);
        let days = days.by_ref().filter_map(|on| Some((on.month(), on.day(), holiday(on)?)));
        let expected = [
            (1, 1, "nyårsdagen"),
            (1, 6, "trettondedag jul"),
            (4, 3, "långfredagen"),
            (4, 5, "påskdagen"),
            (4, 6, "annandag påsk"),
            (5, 1, "första maj"),
            (5, 14, "Kristi himmelsfärdsdag"),
            (5, 24, "pingstdagen"),
            (6, 6, "Sveriges nationaldag"),
            (6, 19, "midsommarafton"),
            (6, 20, "midsommardagen"),
            (10, 31, "alla helgons dag"),
            (12, 24, "julafton"),
            (12, 25, "juldagen"),
            (12, 26, "annandag jul"),
            (12, 31, "nyårsafton"),
        ];
        assert_eq!(days.collect::<Vec<_>>(), expected);
    }
}
