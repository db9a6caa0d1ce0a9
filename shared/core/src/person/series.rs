//! The numbering systems we know, and the patterns of those without a check digit of their own.
//!
//! Public sources contradict each other on the check digits of reserve numbers, so only the pattern counts.

use super::PersonIdFault;

/// Personnummer.
pub const PERSONNUMMER: &str = "1.2.752.129.2.1.3.1";
/// Samordningsnummer.
pub const SAMORDNINGSNUMMER: &str = "1.2.752.129.2.1.3.3";
/// Nationellt reservnummer (NRID).
pub const NATIONAL_RESERVE: &str = "1.2.752.74.9.1";
/// Västra Götalandsregionen's reserve number, the LRID series.
pub const VGR_LRID: &str = "1.2.752.113.11.0.2.1.1.1";
/// Västra Götalandsregionen's reserve number, the GRID series; its letters are case-sensitive.
pub const VGR_GRID: &str = "1.2.752.113.11.0.2.1.1.4";
/// Region Stockholm's reserve number.
pub const STOCKHOLM_RESERVE: &str = "1.2.752.97.3.1.3";
/// Region Värmland's reserve number.
pub const VARMLAND_RESERVE: &str = "1.2.752.74.9.2";
/// Inera's (Carelink's) reserve number.
pub const CARELINK_RESERVE: &str = "1.2.752.129.2.1.3.2";
/// A local number whose issuer has no OID for it: the issuer's HSA-id stands before the number.
pub const LOCAL: &str = "1.2.752.129.2.1.2.1";

/// What sort of number an identity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonIdKind {
    /// Given by Skatteverket to those who are or were folkbokförda.
    Personnummer,
    /// Given by Skatteverket to others.
    Samordningsnummer,
    /// The national reserve number.
    NationalReserve,
    /// A region's own reserve number.
    RegionalReserve,
    /// A local number, prefixed with its issuer.
    Local,
    /// A system that we know only by its OID.
    Other,
}

impl PersonIdKind {
    pub(super) fn of(oid: &str) -> Self {
        match oid {
            PERSONNUMMER => Self::Personnummer,
            SAMORDNINGSNUMMER => Self::Samordningsnummer,
            NATIONAL_RESERVE => Self::NationalReserve,
            VGR_LRID | VGR_GRID | STOCKHOLM_RESERVE | VARMLAND_RESERVE | CARELINK_RESERVE => {
                Self::RegionalReserve
            }
            LOCAL => Self::Local,
            _ => Self::Other,
        }
    }
}

/// The normal form of a number in a system without check digit.
pub(super) fn normalise(oid: &str, value: &str) -> Result<String, PersonIdFault> {
    let bytes = value.as_bytes();
    let known = match oid {
        NATIONAL_RESERVE => {
            let value = without_dash(value);
            return if is_national_reserve(value.as_bytes()) {
                Ok(value)
            } else {
                Err(PersonIdFault::Malformed)
            };
        }
        VGR_LRID => is_vgr_lrid(bytes),
        VGR_GRID => is_vgr_grid(bytes),
        STOCKHOLM_RESERVE => bytes.len() == 12 && all_digits(bytes) && bytes.starts_with(b"99"),
        VARMLAND_RESERVE => is_varmland(bytes),
        CARELINK_RESERVE => is_carelink(bytes),
        _ if !looks_like_oid(oid) => return Err(PersonIdFault::UnknownOid),
        _ => (1..=64).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic),
    };
    if known { Ok(value.to_owned()) } else { Err(PersonIdFault::Malformed) }
}

fn all_digits(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_digit)
}

fn without_dash(value: &str) -> String {
    match value.split_at_checked(8) {
        Some((date, rest)) => format!("{date}{}", rest.strip_prefix('-').unwrap_or(rest)),
        None => value.to_owned(),
    }
}

/// `[0-9]{8}([A-Z]{2}[0-9]{2}|[A-Z]{3}[0-9])` without I, O, Q, V and W.
fn is_national_reserve(bytes: &[u8]) -> bool {
    let letter = |byte: u8| byte.is_ascii_uppercase() && !b"IOQVW".contains(&byte);
    let [date @ .., first, second, third, last] = bytes else { return false };
    date.len() == 8
        && all_digits(date)
        && letter(*first)
        && letter(*second)
        && (letter(*third) || third.is_ascii_digit())
        && last.is_ascii_digit()
}

/// `[0-9]{8}[KMX](0[6-9]|[1-8][0-9])[0-9]`.
fn is_vgr_lrid(bytes: &[u8]) -> bool {
    let [date @ .., letter, tens, ones, check] = bytes else { return false };
    date.len() == 8
        && all_digits(date)
        && b"KMX".contains(letter)
        && all_digits(&[*tens, *ones, *check])
        && (*b"06"..=*b"89").contains(&[*tens, *ones])
}

/// `[0-9]{8}[ABCDEFHJKkLMmNPRSTUVWXxY][0-9]{3}`.
fn is_vgr_grid(bytes: &[u8]) -> bool {
    let [date @ .., letter, a, b, c] = bytes else { return false };
    date.len() == 8
        && all_digits(date)
        && b"ABCDEFHJKkLMmNPRSTUVWXxY".contains(letter)
        && all_digits(&[*a, *b, *c])
}

/// `[0-9]{8}S[FUXPL][0-9]([A-UW-Z]|[1-9])`.
fn is_varmland(bytes: &[u8]) -> bool {
    let [date @ .., letter, series, digit, last] = bytes else { return false };
    date.len() == 8
        && all_digits(date)
        && *letter == b'S'
        && b"FUXPL".contains(series)
        && digit.is_ascii_digit()
        && matches!(last, b'A'..=b'U' | b'W'..=b'Z' | b'1'..=b'9')
}

/// Twelve digits whose day is 32 to 59.
fn is_carelink(bytes: &[u8]) -> bool {
    bytes.len() == 12 && all_digits(bytes) && (*b"32"..=*b"59").contains(&[bytes[6], bytes[7]])
}

/// Arcs of digits without leading zeros, at least two, the first of them 0, 1 or 2 (ITU-T X.660).
fn looks_like_oid(oid: &str) -> bool {
    let arc =
        |arc: &str| !arc.is_empty() && all_digits(arc.as_bytes()) && (arc == "0" || !arc.starts_with('0'));
    oid.len() <= 128
        && oid.split('.').all(arc)
        && oid.split_once('.').is_some_and(|(first, _)| matches!(first, "0" | "1" | "2"))
}
