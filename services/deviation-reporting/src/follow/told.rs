//! What an event says, read without defaults: what cannot be read stops the feed.

use std::str::FromStr;

use hemgang_core::id::AdmissionId;
use hemgang_proto::{
    admission::{AdmissionEvent, admission_event::Event},
    common::EntryReason,
};
use hemgang_rpc::{Entry, Failure, wire};
use jiff::Timestamp;
use pbjson_types::Timestamp as WireTimestamp;

/// An event with its header read.
pub struct Told<'a> {
    pub admission_id: AdmissionId,
    pub occurred_at: Timestamp,
    /// When we were told.
    pub recorded_at: Timestamp,
    /// Why it was told afterwards.
    pub entry: EntryReason,
    pub what: &'a Event,
    kind: &'a str,
}

impl<'a> Told<'a> {
    /// Reads an event. A kind that we do not know comes from an admission newer than we are.
    pub fn of(event: &'a AdmissionEvent) -> Result<Self, Failure> {
        let header = event.header.as_ref().ok_or_else(|| unreadable("an event", "header"))?;
        let kind = header.kind.as_str();
        let admission_id = header.admission_id.parse().map_err(|_| unreadable(kind, "admission_id"))?;
        let occurred_at = header.occurred_at.as_ref().and_then(wire::instant);
        let recorded_at = header.recorded_at.as_ref().and_then(wire::instant);
        Ok(Self {
            admission_id,
            occurred_at: occurred_at.ok_or_else(|| unreadable(kind, "occurred_at"))?,
            recorded_at: recorded_at.ok_or_else(|| unreadable(kind, "recorded_at"))?,
            entry: Entry::reason(Entry::of(header)?),
            what: event.event.as_ref().ok_or_else(|| unreadable(kind, "event"))?,
            kind,
        })
    }

    /// A value that must be there.
    pub fn required<T>(&self, field: &str, value: Option<T>) -> Result<T, Failure> {
        value.ok_or_else(|| unreadable(self.kind, field))
    }

    /// A text that must parse.
    pub fn parsed<T: FromStr>(&self, field: &str, text: &str) -> Result<T, Failure> {
        self.required(field, text.parse().ok())
    }

    /// A text that must parse, or nothing.
    pub fn optional<T: FromStr>(&self, field: &str, text: &str) -> Result<Option<T>, Failure> {
        if text.is_empty() { Ok(None) } else { self.parsed(field, text).map(Some) }
    }

    /// An instant that must be there.
    pub fn instant(&self, field: &str, at: Option<&WireTimestamp>) -> Result<Timestamp, Failure> {
        self.required(field, at.and_then(wire::instant))
    }
}

/// It names the field and never its value.
fn unreadable(kind: &str, field: &str) -> Failure {
    Failure::Internal(format!("{kind} of admission: {field} is not readable").into())
}
