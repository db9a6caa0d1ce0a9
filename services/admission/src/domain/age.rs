//! Age at admission, as figures cut it: a group that identifies nobody, so that the birth date need not travel.

use hemgang_proto::common::AgeGroup;
use jiff::{ToSpan as _, civil::Date};

/// The group of somebody born on a day, on another; unspecified when that is not known or cannot be.
///
/// Who was born on 29 February is a year older on 1 March where the year has no such day.
pub fn group(birth_date: Option<Date>, on: Date) -> AgeGroup {
    let Some(birth_date) = birth_date.filter(|born| *born <= on) else { return AgeGroup::Unspecified };
    let to_come = (on.month(), on.day()) < (birth_date.month(), birth_date.day());
    match on.year() - birth_date.year() - i16::from(to_come) {
        ..=17 => AgeGroup::UpTo17,
        18..=64 => AgeGroup::From18To64,
        65..=79 => AgeGroup::From65To79,
        80.. => AgeGroup::From80,
    }
}

/// A birth date in the middle of a group on a day: it says the group and no more, also where the day is corrected by the
/// half year that an admission may be.
pub fn coarse(group: AgeGroup, on: Date) -> Option<Date> {
    let years = match group {
        AgeGroup::Unspecified => return None,
        AgeGroup::UpTo17 => 9,
        AgeGroup::From18To64 => 40,
        AgeGroup::From65To79 => 72,
        AgeGroup::From80 => 90,
    };
    Some(on.saturating_sub(years.years()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_group_begins_on_the_birthday() {
        let on = date(2026, 3, 1);
        let rows = [
            ("born today", Some(on), AgeGroup::UpTo17),
            ("18 tomorrow", Some(date(2008, 3, 2)), AgeGroup::UpTo17),
            ("18 today", Some(date(2008, 3, 1)), AgeGroup::From18To64),
            ("18 today for want of a 29 February", Some(date(2008, 2, 29)), AgeGroup::From18To64),
            ("65 tomorrow", Some(date(1961, 3, 2)), AgeGroup::From18To64),
            ("65 today", Some(date(1961, 3, 1)), AgeGroup::From65To79),
            ("80 next month", Some(date(1946, 4, 1)), AgeGroup::From65To79),
            ("80 yesterday", Some(date(1946, 2, 28)), AgeGroup::From80),
            ("113", Some(date(1912, 12, 12)), AgeGroup::From80),
            ("born tomorrow, which cannot be", Some(date(2026, 3, 2)), AgeGroup::Unspecified),
            ("not said", None, AgeGroup::Unspecified),
        ];
        for (name, born, expected) in rows {
            assert_eq!(group(born, on), expected, "{name}");
        }
        assert_eq!(group(Some(date(2008, 2, 29)), date(2026, 2, 28)), AgeGroup::UpTo17);
    }

    #[test]
    fn a_coarse_birth_date_says_the_group_and_no_more() {
        for on in [date(2026, 3, 1), date(2024, 2, 29), date(2026, 2, 28)] {
            for born in [date(1912, 12, 12), date(1950, 6, 1), date(1990, 1, 31), date(2020, 2, 29)] {
                let said = group(Some(born), on);
                for moved in [-183, 0, 183] {
                    let on_another = on.saturating_add(moved.days());
                    assert_eq!(group(coarse(said, on), on_another), said, "{born} on {on_another}");
                }
                assert_ne!(coarse(said, on), Some(born));
            }
        }
        assert_eq!(coarse(AgeGroup::Unspecified, date(2026, 3, 1)), None);
    }
}
