//! The two identifiers of a place: the HSA-id of a unit and the code of a municipality.
//! Their faults never repeat the refused text, which may be a personal number in the wrong column.

use std::fmt;
use std::str::FromStr;

/// Longest HSA-id accepted.
const HSA_ID_LENGTH: usize = 31;

/// Why a text is not the identifier of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlaceFault {
    /// The text has not the form of an HSA-id.
    #[error("an hsa-id is SE, capitals or digits, a dash, and capitals or digits")]
    HsaIdForm,
    /// The text is longer than any HSA-id.
    #[error("an hsa-id has at most {HSA_ID_LENGTH} characters")]
    HsaIdLength,
    /// The text is not a municipality code.
    #[error("a municipality code is four digits of a county and a municipality in it")]
    MunicipalityCode,
}

/// The identity of a unit in the national HSA catalogue, as `SE2321000131-E000000001101`.
///
/// Validated leniently, by `^SE[0-9A-Z]+-[0-9A-Z]+$`: the region writes ten digits and twelve, but
/// other organisations have longer prefixes and shorter suffixes. That 31 characters are the most
/// is unverified: no source that we read states a length.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HsaId(String);

impl HsaId {
    /// Reads an HSA-id; surrounding blanks and lower case are refused.
    pub fn parse(text: &str) -> Result<Self, PlaceFault> {
        if text.len() > HSA_ID_LENGTH {
            return Err(PlaceFault::HsaIdLength);
        }
        let (organisation, unit) =
            text.strip_prefix("SE").and_then(|rest| rest.split_once('-')).ok_or(PlaceFault::HsaIdForm)?;
        if is_capitals_or_digits(organisation) && is_capitals_or_digits(unit) {
            Ok(Self(text.to_owned()))
        } else {
            Err(PlaceFault::HsaIdForm)
        }
    }

    /// The id as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_capitals_or_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

impl fmt::Display for HsaId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0)
    }
}

impl FromStr for HsaId {
    type Err = PlaceFault;

    fn from_str(text: &str) -> Result<Self, PlaceFault> {
        Self::parse(text)
    }
}

/// The code of a municipality, four digits with the county first: `1480` is Göteborg.
///
/// A well-formed code need not exist; [`crate::directory::Directory::municipality`] knows which do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MunicipalityCode(String);

impl MunicipalityCode {
    /// Reads a code: four ASCII digits, the first two a county's (01 to 25), the others not 00, which is the county
    /// itself; or 9901 of those who are asylum seekers. `9999` and the like are how systems write "unknown".
    pub fn parse(text: &str) -> Result<Self, PlaceFault> {
        let county = text.get(..2).and_then(|county| county.parse::<u8>().ok());
        let is_county = county.is_some_and(|county| (1..=25).contains(&county)) && !text.ends_with("00");
        let is_code = is_county || text == "9901";
        if text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()) && is_code {
            Ok(Self(text.to_owned()))
        } else {
            Err(PlaceFault::MunicipalityCode)
        }
    }

    /// The code as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MunicipalityCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0)
    }
}

impl FromStr for MunicipalityCode {
    type Err = PlaceFault;

    fn from_str(text: &str) -> Result<Self, PlaceFault> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hsa_ids_of_all_known_shapes_are_read() {
        for text in ["SE2321000131-E000000001101", "SE162321000255-O11635", "SE0000001480-E0001", "SE1-1"] {
            let id: HsaId = text.parse().expect("a known shape");
            assert_eq!(id.as_str(), text);
            assert_eq!(id.to_string(), text);
        }
    }

    #[test]
    fn other_texts_are_no_hsa_ids() {
        for text in
            ["", "SE", "SE-E1", "SE1-", "SE1", "SE1-E-1", "se1-E1", "SE1-e1", " SE1-E1", "NO1-E1", "SE1-Å1"]
        {
            assert_eq!(HsaId::parse(text), Err(PlaceFault::HsaIdForm), "{text:?}");
        }
    }

    #[test]
    fn an_hsa_id_ends_at_31_characters() {
        let longest = format!("SE2321000131-E{}", "0".repeat(17));
        assert_eq!(longest.len(), 31);
        assert!(HsaId::parse(&longest).is_ok());
        let longer = format!("{longest}0");
        assert_eq!(HsaId::parse(&longer), Err(PlaceFault::HsaIdLength));
    }

    #[test]
    fn a_municipality_code_is_four_digits() {
        assert_eq!(MunicipalityCode::parse("1480").map(|code| code.to_string()), Ok("1480".to_owned()));
        assert!(MunicipalityCode::parse("9901").is_ok());
        for text in ["", "148", "14800", "14 0", "148a", "١٤", "9999", "9902", "1400", "0000", "2680"] {
            assert_eq!(MunicipalityCode::parse(text), Err(PlaceFault::MunicipalityCode), "{text:?}");
        }
    }
}
