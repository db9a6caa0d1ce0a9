//! When something happened: which of several fields said so. Half of all discharges lack PV1-45.

use super::Doubt;
use crate::hl7::{Local, Message, Stamp, Value};

/// The field that a time was taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeSource {
    /// PV1-44, admission.
    Admission,
    /// PV1-45, discharge.
    Discharge,
    /// PID-29, death.
    Death,
    /// PV2-9, expected discharge.
    ExpectedDischarge,
    /// EVN-6, when the event occurred.
    Occurred,
    /// EVN-2, when it was recorded.
    Recorded,
    /// MSH-7, when the message was sent.
    Sent,
    /// ZBE-2, when the movement was.
    Movement,
}

/// A time and where it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timed {
    /// The time.
    pub stamp: Stamp,
    /// The field it was found in.
    pub source: TimeSource,
}

/// ZBE-2, else EVN-6, else EVN-2, else MSH-7: when the event itself occurred.
pub(super) const OF_EVENT: &[TimeSource] =
    &[TimeSource::Movement, TimeSource::Occurred, TimeSource::Recorded, TimeSource::Sent];

/// EVN-2, else MSH-7: when the sender's system recorded it.
pub(super) const OF_RECORD: &[TimeSource] = &[TimeSource::Recorded, TimeSource::Sent];

impl TimeSource {
    pub(super) fn value(self, message: &Message) -> Value<'_> {
        let (segment, field) = match self {
            Self::Admission => ("PV1", 44),
            Self::Discharge => ("PV1", 45),
            Self::Death => ("PID", 29),
            Self::ExpectedDischarge => ("PV2", 9),
            Self::Occurred => ("EVN", 6),
            Self::Recorded => ("EVN", 2),
            Self::Sent => ("MSH", 7),
            Self::Movement => ("ZBE", 2),
        };
        message.field(segment, field).value()
    }
}

impl Timed {
    /// The time of one field; an unreadable or ambiguous one leaves a doubt.
    pub(super) fn read(message: &Message, source: TimeSource, doubts: &mut Vec<Doubt>) -> Option<Self> {
        let text = source.value(message).into_text()?;
        let Ok(stamp) = Stamp::read(&text) else {
            doubts.push(Doubt::UnreadableTime(source));
            return None;
        };
        if matches!(stamp.local, Local::Ambiguous | Local::Nonexistent) {
            doubts.push(Doubt::AmbiguousTime(source));
        }
        Some(Self { stamp, source })
    }

    /// The first readable time of several fields.
    pub(super) fn first(message: &Message, sources: &[TimeSource], doubts: &mut Vec<Doubt>) -> Option<Self> {
        sources.iter().find_map(|source| Self::read(message, *source, doubts))
    }
}
