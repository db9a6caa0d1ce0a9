//! When something happened: which of several fields said so. Half of all discharges lack PV1-45.

use super::Doubt;
use crate::hl7::{Local, Message, Precision, Stamp, Value};

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
    /// Whether it only stands in: a field that comes before it cannot be read or says less, or it is a day alone.
    pub is_stand_in: bool,
}

/// When the patient came, of an admission: ZBE-2, else PV1-44, else when the event occurred.
pub(super) const OF_ADMISSION: &[TimeSource] = &[
    TimeSource::Movement,
    TimeSource::Admission,
    TimeSource::Occurred,
    TimeSource::Recorded,
    TimeSource::Sent,
];

/// When the patient left, of a discharge: ZBE-2, else PV1-45, else when the event occurred.
pub(super) const OF_DISCHARGE: &[TimeSource] = &[
    TimeSource::Movement,
    TimeSource::Discharge,
    TimeSource::Occurred,
    TimeSource::Recorded,
    TimeSource::Sent,
];

/// When the patient died: PID-29, else when the event occurred.
pub(super) const OF_DEATH: &[TimeSource] =
    &[TimeSource::Death, TimeSource::Occurred, TimeSource::Recorded, TimeSource::Sent];

/// ZBE-2, else EVN-6, else EVN-2, else MSH-7: when the event itself occurred.
pub(super) const OF_EVENT: &[TimeSource] =
    &[TimeSource::Movement, TimeSource::Occurred, TimeSource::Recorded, TimeSource::Sent];

/// EVN-2, else MSH-7: when the sender's system recorded it.
pub(super) const OF_RECORD: &[TimeSource] = &[TimeSource::Recorded, TimeSource::Sent];

impl TimeSource {
    /// The field, as integrators write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admission => "PV1-44",
            Self::Discharge => "PV1-45",
            Self::Death => "PID-29",
            Self::ExpectedDischarge => "PV2-9",
            Self::Occurred => "EVN-6",
            Self::Recorded => "EVN-2",
            Self::Sent => "MSH-7",
            Self::Movement => "ZBE-2",
        }
    }

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
            doubt(doubts, Doubt::UnreadableTime(source));
            return None;
        };
        if matches!(stamp.local, Local::Ambiguous | Local::Nonexistent) {
            doubt(doubts, Doubt::AmbiguousTime(source));
        }
        Some(Self { stamp, source, is_stand_in: stamp.precision <= Precision::Day })
    }

    /// The time of the first of several fields that can be read. One that says only a day, a month or a year gives way
    /// to the first behind it that says the time within.
    pub(super) fn first(message: &Message, sources: &[TimeSource], doubts: &mut Vec<Doubt>) -> Option<Self> {
        let (mut coarse, mut is_stand_in) = (None::<Self>, false);
        for source in sources {
            let read = Self::read(message, *source, doubts);
            match (coarse, read) {
                (None, Some(timed)) if timed.is_stand_in => coarse = read,
                (None, Some(timed)) => return Some(Self { is_stand_in, ..timed }),
                (None, None) => is_stand_in |= source.value(message).text().is_some(),
                (Some(coarse), Some(timed)) if timed.is_within(&coarse.stamp) => {
                    return Some(Self { is_stand_in: true, ..timed });
                }
                (Some(_), _) => {}
            }
        }
        coarse
    }

    /// Whether it says the time within what another says only the day, month or year of.
    fn is_within(&self, coarse: &Stamp) -> bool {
        let (own, written) = (self.stamp.written, coarse.written);
        let months = coarse.precision < Precision::Month || own.month() == written.month();
        let days = coarse.precision < Precision::Day || own.day() == written.day();
        self.stamp.precision > Precision::Day && own.year() == written.year() && months && days
    }
}

/// Notes a doubt once.
fn doubt(doubts: &mut Vec<Doubt>, what: Doubt) {
    if !doubts.contains(&what) {
        doubts.push(what);
    }
}
