//! What an ADT message says, in our own words: pure, with nothing looked up but the site mapping.
//!
//! Three ends: mapped, ignored (not for us) or parked (ours, but the mapping does not cover it yet).

mod envelope;
mod event;
mod identity;
mod kind;
mod merge;
mod patient;
mod site;
#[cfg(test)]
mod tests;
mod visit;
mod when;

use hemgang_core::place::HsaId;
use jiff::civil::Date;

pub use envelope::{ContentHash, Envelope, Refusal};
pub use event::{AdtEvent, Doubt, Statement};
pub use identity::Identity;
pub use kind::AdtKind;
pub use merge::Merge;
pub use patient::{Address, Death, Name, Patient, Sex};
pub use site::{FieldPath, Sender, SiteFault, SiteMapping};
pub use visit::{DischargedTo, VisitNumber};
pub use when::{TimeSource, Timed};

use crate::hl7::Message;

/// A message read as far as it goes: its envelope always, its content when it maps.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Who sent what, and how a repeat of it is known.
    pub envelope: Envelope,
    /// What becomes of it.
    pub verdict: Verdict,
}

/// What becomes of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It says this.
    Mapped(Box<AdtEvent>),
    /// Ours, but it cannot be mapped: acknowledged, kept and replayed when the cause is mended.
    Parked(Unmapped),
    /// Nothing to us: acknowledged and counted.
    Ignored(Ignored),
}

/// Why a message of ours cannot be mapped. Of what was sent the texts repeat codes alone, see [`shown`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unmapped {
    /// The site mapping does not know MSH-3 and MSH-4.
    #[error("sender is not in the site mapping: {} of {}", shown(application), shown(facility))]
    UnknownSender {
        /// MSH-3, for the one who mends the mapping.
        application: String,
        /// MSH-4.
        facility: String,
    },
    /// PV1-3 is empty where a ward is needed.
    #[error("ward is missing")]
    NoWard,
    /// The site mapping does not know the ward's code.
    #[error("ward code is not in the site mapping: {}", shown(code))]
    UnknownWard {
        /// The code as sent, for the one who mends the mapping.
        code: String,
    },
    /// The directory has no such ward on that day.
    #[error("ward of the site mapping is not in the directory: {ward}")]
    NoSuchWard {
        /// As the mapping has it.
        ward: HsaId,
    },
    /// The ward is of a hospital that the sender does not speak for.
    #[error("ward of the site mapping is of another hospital group: {ward}")]
    WardElsewhere {
        /// As the mapping has it.
        ward: HsaId,
    },
    /// No identity in PID-3 or PID-19 that we can tell the system of.
    #[error("patient has no identity of a known system")]
    NoIdentity,
    /// PV1-19 is empty where a visit is needed.
    #[error("visit number is missing")]
    NoVisit,
    /// No readable time in any of the fields that could hold it.
    #[error("time of the event is missing or unreadable")]
    NoTime,
    /// A merge that names no two identities that we can tell the systems of.
    #[error("merge names no identity that is absorbed")]
    NothingMerged,
    /// The municipality field of this sender holds something else.
    #[error("municipality code is malformed")]
    Municipality,
}

/// Why a message is nothing to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Ignored {
    /// Another message type than ADT, acknowledgements among them.
    #[error("not an adt message")]
    NotAdt,
    /// An event that changes nothing here.
    #[error("event is not followed")]
    Event,
    /// A visit that is not inpatient care.
    #[error("not inpatient care")]
    NotInpatient,
}

/// Reads a message by a site mapping; `today` settles the century of two-digit years.
pub fn read(message: &Message, site: &SiteMapping, today: Date) -> Result<Reading, Refusal> {
    let envelope = Envelope::read(message)?;
    let verdict = verdict(message, &envelope, site, today)?;
    Ok(Reading { envelope, verdict })
}

fn verdict(
    message: &Message,
    envelope: &Envelope,
    site: &SiteMapping,
    today: Date,
) -> Result<Verdict, Refusal> {
    if envelope.message_type != "ADT" {
        return Ok(Verdict::Ignored(Ignored::NotAdt));
    }
    // An unfollowed event is ignored whoever sends it: it must not fill the parking of a site under connection.
    let trigger = kind::of_movement(message, &envelope.trigger);
    if let Err(ignored) = AdtKind::of_trigger(&trigger) {
        return Ok(Verdict::Ignored(ignored));
    }
    let Envelope { application, facility, .. } = envelope;
    let Some(sender) = site.sender(application, facility) else {
        let unknown =
            Unmapped::UnknownSender { application: application.clone(), facility: facility.clone() };
        return Ok(Verdict::Parked(unknown));
    };
    if !sender.processing.contains(&envelope.processing) {
        return Err(Refusal::NotProduction);
    }
    Ok(match AdtKind::of(message, &trigger, sender) {
        Err(ignored) => Verdict::Ignored(ignored),
        Ok(kind) => match AdtEvent::read(kind, message, envelope, sender, today) {
            Ok(event) => Verdict::Mapped(Box::new(event)),
            Err(unmapped) => Verdict::Parked(unmapped),
        },
    })
}

/// A code as it is shown to whoever mends the mapping. What has not the look of one, or could be a personal number, may
/// be anything that slipped into the field.
fn shown(code: &str) -> &str {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./ ".contains(&byte);
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    let is_code = code.len() <= 24 && code.bytes().all(is_plain) && digits < 6;
    if code.is_empty() {
        "none"
    } else if is_code || HsaId::parse(code).is_ok() {
        code
    } else {
        "not shown"
    }
}
