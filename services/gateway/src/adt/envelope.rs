//! What is known of a message before its content is understood: enough to answer, count, keep and de-duplicate it.

use std::fmt;

use sha2::{Digest, Sha256};

use super::{AdtKind, VisitNumber};
use crate::hl7::{CharsetReading, Message, Stamp};

/// Who sent what. MSH-10 alone identifies nothing: whole feeds send one and the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope {
    /// Sending application (MSH-3), empty when it says none.
    pub application: String,
    /// Sending facility (MSH-4), empty when it says none.
    pub facility: String,
    /// Control id (MSH-10), which may be missing.
    pub control_id: Option<String>,
    /// The hash of the content, whatever its line ends were.
    pub content_hash: ContentHash,
    /// The message type (MSH-9.1); `ADT` when only an event is named.
    pub message_type: String,
    /// The event (MSH-9.2, else EVN-1); empty for types without events.
    pub trigger: String,
    /// Whether it is of production, of a test or of training (MSH-11); `P` when it says nothing.
    pub processing: String,
    /// When it was sent (MSH-7), if readable.
    pub sent_at: Option<Stamp>,
    /// The visit it is about, so that later messages of a parked visit can queue behind it.
    pub visit: Option<VisitNumber>,
    /// How its bytes were read.
    pub charset: CharsetReading,
}

/// A SHA-256 of a message's content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash(pub [u8; 32]);

/// Why a message with a header is still none that we can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Neither MSH-9 nor EVN-1 says what it is.
    #[error("message type and event are missing")]
    NoType,
    /// MSH-12 names what is no HL7 version 2.
    #[error("version is not one of hl7 2")]
    Version,
    /// MSH-11 names a test or training, and the mapping of its sender does not.
    #[error("message is of a test or training, not of production")]
    NotProduction,
}

impl Envelope {
    /// Reads the envelope of a message.
    pub fn read(message: &Message) -> Result<Self, Refusal> {
        let text = |segment, field| message.field(segment, field).value().into_text();
        let declared_type = text("MSH", 9);
        let trigger = message.field("MSH", 9).component(2).value().into_text().or_else(|| text("EVN", 1));
        if declared_type.is_none() && trigger.is_none() {
            return Err(Refusal::NoType);
        }
        if text("MSH", 12).is_some_and(|version| version != "2" && !version.starts_with("2.")) {
            return Err(Refusal::Version);
        }
        Ok(Self {
            application: text("MSH", 3).unwrap_or_default(),
            facility: text("MSH", 4).unwrap_or_default(),
            control_id: text("MSH", 10),
            content_hash: ContentHash(Sha256::digest(message.text()).into()),
            message_type: declared_type.map_or_else(|| "ADT".to_owned(), |code| code.to_ascii_uppercase()),
            trigger: trigger.unwrap_or_default().to_ascii_uppercase(),
            processing: text("MSH", 11).map_or_else(|| "P".to_owned(), |id| id.to_ascii_uppercase()),
            sent_at: text("MSH", 7).and_then(|time| Stamp::read(&time).ok()),
            visit: VisitNumber::read(message),
            charset: message.charset(),
        })
    }

    /// What two deliveries of one message share and no other message has.
    pub fn repeat_key(&self) -> String {
        let control_id = self.control_id.as_deref().unwrap_or_default();
        // The separator is a control character, so that no shift of text between the parts gives the same key.
        format!("{}\u{1f}{}\u{1f}{control_id}\u{1f}{}", self.application, self.facility, self.content_hash)
    }

    /// Its place among what was recorded at one and the same time; many systems record to the minute.
    pub(super) fn order(&self, kind: AdtKind) -> String {
        let sent = self.sent_at.map_or(0, |sent| sent.at.as_microsecond().max(0));
        let content = self.content_hash.to_string();
        format!("{sent:020}-{}-{}", kind.step(), &content[..16])
    }

    /// A name to count by: the event when it has the form of one, so that counters stay few.
    pub fn label(&self) -> &str {
        let bytes = self.trigger.as_bytes();
        let is_event =
            bytes.len() == 3 && bytes[0].is_ascii_uppercase() && bytes[1..].iter().all(u8::is_ascii_digit);
        if is_event { &self.trigger } else { "other" }
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentHash({self})")
    }
}
