//! A piece as far as it could be read: what it is counted, kept and recognised by.

use hemgang_gateway::{
    adt::{ContentHash, Envelope, VisitNumber},
    hl7::Piece,
};
use sha2::{Digest as _, Sha256};

/// A visit of a sender.
pub type Visit = (String, String, VisitNumber);

/// A sender's control id: its application, its facility and the id.
pub type Control = (String, String, String);

/// What is known of a piece before its content is understood.
#[derive(Debug)]
pub struct Item {
    /// Hash of the content: of the message whatever its line ends are, of the bytes when it is none.
    pub hash: String,
    /// The event to count it by; `none` for what is no message.
    pub event: String,
    /// The visit, so that later messages of a parked visit wait.
    pub visit: Option<Visit>,
    /// MSH-3, MSH-4 and MSH-10, when there is an MSH-10.
    pub control: Option<Control>,
}

impl Item {
    /// What is known of a piece.
    pub fn of(piece: &Piece<'_>) -> Self {
        let message = piece.outcome.as_ref().ok();
        let Some(envelope) = message.and_then(|message| Envelope::read(message).ok()) else {
            let hash = ContentHash(Sha256::digest(piece.raw).into()).to_string();
            return Self { hash, event: "none".to_owned(), visit: None, control: None };
        };
        let hash = envelope.content_hash.to_string();
        let event = envelope.label().to_owned();
        let Envelope { application, facility, control_id, visit, .. } = envelope;
        let of_sender = |part| (application.clone(), facility.clone(), part);
        let control = control_id.map(of_sender);
        Self { hash, event, visit: visit.map(|visit| (application, facility, visit)), control }
    }
}
