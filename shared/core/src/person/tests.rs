//! Tables of the written forms, with numbers from the design pages or made for this purpose.

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;

const TODAY: Date = date(2026, 9, 14);

fn read(oid: &str, value: &str) -> Result<String, PersonIdFault> {
    PersonId::parse_at(oid, value, TODAY).map(|id| id.value().to_owned())
}

/// Ends nine digits (YYMMDDNNN) with the digit that Luhn asks for.
fn with_check_digit(nine: &str) -> String {
    let sum: u32 = nine
        .bytes()
        .enumerate()
        .map(|(place, byte)| u32::from(byte - b'0') * if place % 2 == 0 { 2 } else { 1 })
        .map(|product| product / 10 + product % 10)
        .sum();
    format!("{nine}{}", (10 - sum % 10) % 10)
}

#[test]
fn every_written_form_of_a_personnummer_has_one_normal_form() {
    for written in ["195009072553", "19500907-2553", "500907-2553", "  500907-2553 "] {
        assert_eq!(read(PERSONNUMMER, written).as_deref(), Ok("195009072553"), "{written}");
    }
}

#[test]
fn the_century_is_the_most_recent_that_is_not_in_the_future() {
    for (nine, separator, century) in [
        ("260914238", '-', "20"),
        ("260915238", '-', "19"),
        ("260914238", '+', "19"),
        ("260915238", '+', "18"),
        ("500907255", '+', "18"),
    ] {
        let ten = with_check_digit(nine);
        let written = format!("{}{separator}{}", &ten[..6], &ten[6..]);
        assert_eq!(read(PERSONNUMMER, &written), Ok(format!("{century}{ten}")), "{nine}{separator}");
    }
}

#[test]
fn a_two_digit_year_needs_a_day_to_be_read_on() {
    assert_eq!(PersonId::parse(PERSONNUMMER, "500907-2553"), Err(PersonIdFault::Malformed));
    assert!(PersonId::parse(PERSONNUMMER, "19500907-2553").is_ok());
}

#[test]
fn a_personnummer_needs_a_real_date_and_a_samordningsnummer_does_not() {
    let number = |nine: &str| format!("19{}", with_check_digit(nine));
    for (oid, nine, expected) in [
        (PERSONNUMMER, "500230255", Err(PersonIdFault::NotADate)),
        (PERSONNUMMER, "500967255", Err(PersonIdFault::NotADate)),
        (SAMORDNINGSNUMMER, "500967255", Ok(())),
        (SAMORDNINGSNUMMER, "500060255", Ok(())),
        (SAMORDNINGSNUMMER, "500290255", Ok(())),
        (SAMORDNINGSNUMMER, "501391255", Err(PersonIdFault::NotADate)),
        (SAMORDNINGSNUMMER, "501292255", Err(PersonIdFault::NotADate)),
        (SAMORDNINGSNUMMER, "500907255", Err(PersonIdFault::NotADate)),
    ] {
        assert_eq!(read(oid, &number(nine)).map(drop), expected, "{oid} {nine}");
    }
}

#[test]
fn a_wrong_check_digit_is_refused_or_told() {
    assert_eq!(read(PERSONNUMMER, "195009072554"), Err(PersonIdFault::CheckDigit));
    let read = PersonId::parse_unchecked_digit_at(PERSONNUMMER, "195009072554", TODAY)
        .expect("only the digit is wrong");
    assert!(read.check_digit_failed);
    assert_eq!(PersonId::parse_stored(PERSONNUMMER, "195009072554"), Ok(read.id));
}

#[test]
fn malformed_numbers_are_refused() {
    for written in
        ["", "5009072553", "500907 2553", "19500907+2553", "1950090725530", "19500907255å", "årårår-åå"]
    {
        assert_eq!(read(PERSONNUMMER, written), Err(PersonIdFault::Malformed), "{written}");
    }
    assert_eq!(read(PERSONNUMMER, "175009072553"), Err(PersonIdFault::NotADate));
}

#[test]
fn reserve_numbers_follow_their_pattern() {
    for (oid, value) in [
        (NATIONAL_RESERVE, "98240301AA06"),
        (VGR_LRID, "19810829M071"),
        (VGR_LRID, "19810829M070"),
        (VGR_GRID, "17001111A912"),
        (VGR_GRID, "19700101k123"),
        (STOCKHOLM_RESERVE, "991981000010"),
        (VARMLAND_RESERVE, "19810829SU3A"),
        (CARELINK_RESERVE, "198108320014"),
        (LOCAL, "SE2321000131-E000000000001-4711"),
        ("1.2.752.74.9.5", "1981-ABC"),
    ] {
        assert_eq!(read(oid, value).as_deref(), Ok(value), "{oid}");
    }
    assert_eq!(read(NATIONAL_RESERVE, "22950606-FH20").as_deref(), Ok("22950606FH20"));
}

#[test]
fn reserve_numbers_outside_their_pattern_are_refused() {
    for (oid, value) in [
        (NATIONAL_RESERVE, "98240301IA06"),
        (VGR_LRID, "19810829M051"),
        (VGR_LRID, "19810829M901"),
        (VGR_LRID, "19810829m071"),
        (VGR_LRID, "19810829|071"),
        (VGR_GRID, "17001111a912"),
        (STOCKHOLM_RESERVE, "191981000010"),
        (VARMLAND_RESERVE, "19810829SU3V"),
        (CARELINK_RESERVE, "198108310014"),
        (LOCAL, "with space"),
        ("1.2.752.74.9.5", "å"),
    ] {
        assert_eq!(read(oid, value), Err(PersonIdFault::Malformed), "{oid}");
    }
    for oid in ["", "VGR", "1", "1.", "3.1", "1.02", "1..2"] {
        assert_eq!(read(oid, "1"), Err(PersonIdFault::UnknownOid), "{oid}");
    }
}

#[test]
fn the_kind_follows_the_system() {
    let id = PersonId::parse(VGR_LRID, "19810829M071").expect("matches the pattern");
    assert_eq!(id.kind(), PersonIdKind::RegionalReserve);
    assert_eq!(id.oid(), VGR_LRID);
}

#[test]
fn debug_shows_no_number() {
    let id = PersonId::parse(PERSONNUMMER, "195009072553").expect("a valid number");
    assert_eq!(format!("{id:?}"), "PersonId([redacted])");
}

fn any_system() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        PERSONNUMMER,
        SAMORDNINGSNUMMER,
        NATIONAL_RESERVE,
        VGR_LRID,
        VGR_GRID,
        STOCKHOLM_RESERVE,
        VARMLAND_RESERVE,
        CARELINK_RESERVE,
        LOCAL,
    ])
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(oid in any_system(), other in ".{0,12}", value in ".{0,16}", digits in "[0-9+å-]{8,14}") {
        for value in [&value, &digits] {
            let _ = PersonId::parse_at(oid, value, TODAY);
            let _ = PersonId::parse(&other, value);
        }
    }

    #[test]
    fn the_normal_form_reads_as_itself(oid in any_system(), value in "([0-9]{6}[-+][0-9]{4}|[12][0-9]{7}-?([0-9]{4}|[A-Z]{2}[0-9]{2}|[KMX]0[6-9][0-9]))") {
        if let Ok(read) = PersonId::parse_unchecked_digit_at(oid, &value, TODAY) {
            let again = PersonId::parse_unchecked_digit_at(oid, read.id.value(), TODAY);
            prop_assert_eq!(again.as_ref(), Ok(&read));
            prop_assert_eq!(PersonId::parse_stored(oid, read.id.value()), Ok(read.id));
        }
    }

    #[test]
    fn one_changed_digit_is_noticed(serial in 0..1000_u16, place in 0..10_usize, by in 1..10_u8) {
        let ten = with_check_digit(&format!("500907{serial:03}"));
        let changed: String = ten.bytes().enumerate()
            .map(|(at, byte)| char::from(if at == place { (byte - b'0' + by) % 10 + b'0' } else { byte }))
            .collect();
        let read = |ten: &str| PersonId::parse(PERSONNUMMER, &format!("19{ten}"));
        prop_assert!(read(&ten).is_ok());
        prop_assert!(read(&changed).is_err());
    }
}
