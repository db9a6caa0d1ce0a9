//! Personal identities: a number together with the system (OID) that issued it.
//!
//! Two systems may issue the same number to two persons, so the pair is the key, never the number.

use std::fmt;

use jiff::civil::Date;

mod civic;
mod series;
#[cfg(test)]
mod tests;

pub use series::{
    CARELINK_RESERVE, LOCAL, NATIONAL_RESERVE, PERSONNUMMER, PersonIdKind, SAMORDNINGSNUMMER,
    STOCKHOLM_RESERVE, VARMLAND_RESERVE, VGR_GRID, VGR_LRID,
};

/// A person's identity in one numbering system, in its normal form.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId {
    oid: String,
    value: String,
}

/// Why a text is not a personal identity. The texts never repeat what was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonIdFault {
    /// The numbering system is not written as an OID.
    #[error("identity system is not an oid")]
    UnknownOid,
    /// The number does not have the form its system demands.
    #[error("identity is malformed for its system")]
    Malformed,
    /// The first digits are not a date that the system can hold.
    #[error("identity does not begin with a possible date")]
    NotADate,
    /// The check digit does not follow from the other digits.
    #[error("identity has a wrong check digit")]
    CheckDigit,
}

/// An identity read without insisting on its check digit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unchecked {
    /// The identity as it was given, in its normal form.
    pub id: PersonId,
    /// True when the system has a check digit and it does not hold.
    pub check_digit_failed: bool,
}

impl PersonId {
    /// Reads an identity that carries its century; a two-digit year needs [`PersonId::parse_at`].
    pub fn parse(oid: &str, value: &str) -> Result<Self, PersonIdFault> {
        Self::read(oid, value, None)?.checked()
    }

    /// Reads an identity as a person would have written it on `today`, which settles the century.
    pub fn parse_at(oid: &str, value: &str, today: Date) -> Result<Self, PersonIdFault> {
        Self::read(oid, value, Some(today))?.checked()
    }

    /// As [`PersonId::parse_at`], but a wrong check digit is told, not refused: real feeds carry such numbers.
    pub fn parse_unchecked_digit_at(oid: &str, value: &str, today: Date) -> Result<Unchecked, PersonIdFault> {
        Self::read(oid, value, Some(today))
    }

    /// Reads what we stored ourselves: normal form, whose check digit was judged when it came in.
    pub fn parse_stored(oid: &str, value: &str) -> Result<Self, PersonIdFault> {
        let id = Self::read(oid, value, None)?.id;
        if id.oid == oid && id.value == value { Ok(id) } else { Err(PersonIdFault::Malformed) }
    }

    /// The numbering system.
    pub fn oid(&self) -> &str {
        &self.oid
    }

    /// The number in its normal form. Never to be logged.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// What sort of number this is.
    pub fn kind(&self) -> PersonIdKind {
        PersonIdKind::of(&self.oid)
    }

    fn read(oid: &str, value: &str, today: Option<Date>) -> Result<Unchecked, PersonIdFault> {
        let (oid, value) = (oid.trim(), value.trim());
        let (value, check_digit_failed) = match PersonIdKind::of(oid) {
            PersonIdKind::Personnummer => civic::normalise(value, today, civic::Form::Personnummer)?,
            PersonIdKind::Samordningsnummer => {
                civic::normalise(value, today, civic::Form::Samordningsnummer)?
            }
            _ => (series::normalise(oid, value)?, false),
        };
        Ok(Unchecked { id: Self { oid: oid.to_owned(), value }, check_digit_failed })
    }
}

impl Unchecked {
    fn checked(self) -> Result<PersonId, PersonIdFault> {
        if self.check_digit_failed { Err(PersonIdFault::CheckDigit) } else { Ok(self.id) }
    }
}

impl fmt::Debug for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonId([redacted])")
    }
}
