//! Personnummer (FBL 18 §) and samordningsnummer (2022:1697 2 kap. 8 §): twelve digits, no separator.

use jiff::civil::Date;

use super::PersonIdFault;

/// Which of the two numbers is expected.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// The day is a day of the month.
    Personnummer,
    /// The day has 60 added to it.
    Samordningsnummer,
}

/// The twelve digits, and whether the check digit fails.
pub(super) fn normalise(
    value: &str,
    today: Option<Date>,
    form: Form,
) -> Result<(String, bool), PersonIdFault> {
    let (century, ten) = split(value)?;
    let number = |from: usize| two_digits(&ten[from..]);
    let (short_year, month, day) = (number(0), number(2), number(4));
    let century = match century {
        Century::Written(century) => century,
        Century::Implied { hundreds_back } => {
            let today = today.ok_or(PersonIdFault::Malformed)?;
            let birthday = if form == Form::Samordningsnummer { day - 60 } else { day };
            implied_century((short_year, month, birthday), today) - hundreds_back
        }
    };
    let possible = (18..=21).contains(&century)
        && match form {
            Form::Personnummer => is_calendar_date(century * 100 + short_year, month, day),
            // 194 of the 2 264 official test numbers have no real date once 60 is taken away: no calendar check.
            Form::Samordningsnummer => month <= 12 && (60..=91).contains(&day),
        };
    if !possible {
        return Err(PersonIdFault::NotADate);
    }
    let digits: String = ten.iter().map(|digit| char::from(b'0' + digit)).collect();
    Ok((format!("{century:02}{digits}"), !luhn_holds(&ten)))
}

enum Century {
    Written(i16),
    Implied { hundreds_back: i16 },
}

/// Takes the written forms apart: what is known of the century, and the ten digits that Luhn covers.
fn split(value: &str) -> Result<(Century, [u8; 10]), PersonIdFault> {
    let bytes = value.as_bytes();
    let (century, date, serial) = match bytes.len() {
        11 if bytes[6] == b'-' => (Century::Implied { hundreds_back: 0 }, &bytes[..6], &bytes[7..]),
        11 if bytes[6] == b'+' => (Century::Implied { hundreds_back: 1 }, &bytes[..6], &bytes[7..]),
        12 => (Century::Written(century(bytes)?), &bytes[2..8], &bytes[8..]),
        13 if bytes[8] == b'-' => (Century::Written(century(bytes)?), &bytes[2..8], &bytes[9..]),
        _ => return Err(PersonIdFault::Malformed),
    };
    let mut ten = [0; 10];
    for (digit, byte) in ten.iter_mut().zip(date.iter().chain(serial)) {
        *digit = digit_of(*byte)?;
    }
    Ok((century, ten))
}

fn century(bytes: &[u8]) -> Result<i16, PersonIdFault> {
    Ok(two_digits(&[digit_of(bytes[0])?, digit_of(bytes[1])?]))
}

fn digit_of(byte: u8) -> Result<u8, PersonIdFault> {
    if byte.is_ascii_digit() { Ok(byte - b'0') } else { Err(PersonIdFault::Malformed) }
}

fn two_digits(digits: &[u8]) -> i16 {
    i16::from(digits[0]) * 10 + i16::from(digits[1])
}

/// The most recent century in which the birthday is not in the future.
fn implied_century(birthday: (i16, i16, i16), today: Date) -> i16 {
    let (century, short_year) = (today.year() / 100, today.year() % 100);
    if birthday > (short_year, i16::from(today.month()), i16::from(today.day())) {
        century - 1
    } else {
        century
    }
}

fn is_calendar_date(year: i16, month: i16, day: i16) -> bool {
    let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else { return false };
    Date::new(year, month, day).is_ok()
}

/// Luhn over the ten digits as written; also for samordningsnummer, whose 60 stays in.
fn luhn_holds(ten: &[u8; 10]) -> bool {
    let sum: u32 = ten
        .iter()
        .enumerate()
        .map(|(place, digit)| u32::from(*digit) * if place % 2 == 0 { 2 } else { 1 })
        .map(|product| product / 10 + product % 10)
        .sum();
    sum.is_multiple_of(10)
}
