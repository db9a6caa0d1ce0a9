//! The site mapping: what each sender's own codes mean. Configuration, so unknown keys are refused.

mod file;

use std::collections::{BTreeMap, BTreeSet};

use figment::{
    Figment,
    providers::{Format, Toml},
};
use hemgang_core::place::{HsaId, PlaceFault};
use serde::Deserialize;

use crate::hl7::{Charset, Hl7Fault, Message, Piece, Value};

/// Stands for any application, facility, ward or authority: for demonstrations and sites under connection.
const ANY: &str = "*";

/// The senders that we understand, by MSH-3 and MSH-4; `*` is any that is not named.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(try_from = "file::Site")]
pub struct SiteMapping {
    senders: BTreeMap<(String, String), Sender>,
}

/// What one sender's codes mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Sender {
    /// The hospital it speaks for.
    pub hospital: HsaId,
    /// Other hospitals it speaks for, by PV1-3.4.
    pub facilities: BTreeMap<String, HsaId>,
    /// Wards by PV1-3.1, or by `PV1-3.4/PV1-3.1` where one code means two wards; `*` is any other.
    pub wards: BTreeMap<String, HsaId>,
    /// The OIDs of its authority names (CX.4.1), `*` for any other; the OID of local numbers puts the
    /// hospital before them.
    pub authorities: BTreeMap<String, String>,
    /// The field that carries the municipality of folkbokföring.
    pub municipality: Option<FieldPath>,
    /// The field that carries the primary care unit where the patient is listed.
    pub listed_unit: Option<FieldPath>,
    /// The classes (PV1-2) that are inpatient care.
    pub inpatient_classes: BTreeSet<String>,
    /// The processing ids (MSH-11) that are taken: production alone, but where a test system is connected.
    pub processing: BTreeSet<String>,
    /// The character set of messages that are not UTF-8 and name none; Latin-1 when none is agreed.
    pub charset: Option<Charset>,
    /// Discharge dispositions (PV1-36) that mean death.
    pub deceased: BTreeSet<String>,
    /// Discharge dispositions (PV1-36) that mean another hospital.
    pub other_hospital: BTreeSet<String>,
}

/// A place in a message, such as `ZPI-2` or `PID-11.9`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPath {
    segment: String,
    field: usize,
    component: usize,
}

/// Why a site mapping is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SiteFault {
    /// Not TOML, or not of the expected form.
    #[error("site mapping is malformed: {0}")]
    Form(String),
    /// A place that is none.
    #[error("site mapping has a malformed hsa-id: {0}")]
    HsaId(#[from] PlaceFault),
    /// A field path that is none.
    #[error("site mapping has a malformed field path: expected one like ZPI-2 or PID-11.9")]
    FieldPath,
    /// A character set that is not read.
    #[error("site mapping has an unknown character set: expected 8859/1, 8859/15 or UNICODE UTF-8")]
    Charset,
    /// One sender stands twice.
    #[error("site mapping has a sender twice")]
    Repeated,
}

impl SiteMapping {
    /// Reads a mapping from TOML.
    pub fn from_toml(text: &str) -> Result<Self, SiteFault> {
        Figment::from(Toml::string(text)).extract().map_err(|fault| SiteFault::Form(fault.to_string()))
    }

    /// A mapping of these senders, by application (MSH-3) and facility (MSH-4).
    pub fn new(senders: impl IntoIterator<Item = ((String, String), Sender)>) -> Self {
        Self { senders: senders.into_iter().collect() }
    }

    /// The sender of that application and facility, the most exact that is named.
    pub fn sender(&self, application: &str, facility: &str) -> Option<&Sender> {
        [(application, facility), (application, ANY), (ANY, facility), (ANY, ANY)].into_iter().find_map(
            |(application, facility)| self.senders.get(&(application.to_owned(), facility.to_owned())),
        )
    }

    /// A piece, as [`crate::hl7::split`] cuts them, in the character set that its sender agreed on where it names none.
    pub fn piece<'a>(&self, raw: &'a [u8]) -> Piece<'a> {
        Piece { raw, outcome: self.message(raw) }
    }

    /// Who sent it, says the message itself, so it is read again where its sender's set is another.
    fn message(&self, raw: &[u8]) -> Result<Message, Hl7Fault> {
        let message = Message::read(raw, None)?;
        let text = |field| message.field("MSH", field).value().into_text().unwrap_or_default();
        match self.sender(&text(3), &text(4)).and_then(|sender| sender.charset) {
            Some(charset) if message.charset().is_assumed() => Message::read(raw, Some(charset)),
            _ => Ok(message),
        }
    }

    /// Every sender with its application and facility.
    pub fn senders(&self) -> impl Iterator<Item = (&str, &str, &Sender)> {
        self.senders
            .iter()
            .map(|((application, facility), sender)| (application.as_str(), facility.as_str(), sender))
    }
}

impl Sender {
    pub(super) fn ward(&self, code: &str, facility: Option<&str>) -> Option<&HsaId> {
        let qualified = facility.and_then(|facility| self.wards.get(&format!("{facility}/{code}")));
        qualified
            .or_else(|| self.wards.get(code))
            // A sender may already write the HSA-id of a ward that the mapping names.
            .or_else(|| self.wards.values().find(|ward| ward.as_str() == code))
            .or_else(|| self.wards.get(ANY))
    }

    /// The OID of an authority's numbers, and the number as it is to be read in it.
    pub(super) fn authority(&self, name: &str, number: &str) -> Option<(&str, String)> {
        match (self.authorities.get(name), self.authorities.get(ANY)) {
            (Some(oid), _) => Some((oid, number.to_owned())),
            // Two unnamed authorities may give one number to two persons, so the name goes into it.
            (None, Some(oid)) => {
                let name: String = name.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
                Some((oid, format!("{name}-{number}")))
            }
            (None, None) => None,
        }
    }
}

impl FieldPath {
    /// Reads a path.
    pub fn parse(text: &str) -> Result<Self, SiteFault> {
        let (segment, place) = text.split_once('-').ok_or(SiteFault::FieldPath)?;
        let (field, component) = place.split_once('.').unwrap_or((place, "1"));
        let number = |text: &str| text.parse().ok().filter(|number| (1..1000).contains(number));
        let is_name = segment.len() == 3
            && segment.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        match (is_name, number(field), number(component)) {
            (true, Some(field), Some(component)) => {
                Ok(Self { segment: segment.to_owned(), field, component })
            }
            _ => Err(SiteFault::FieldPath),
        }
    }

    /// What stands there in a message.
    pub fn value<'a>(&self, message: &'a Message) -> Value<'a> {
        message.field(&self.segment, self.field).component(self.component).value()
    }
}
