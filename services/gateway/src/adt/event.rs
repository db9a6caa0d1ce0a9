//! The event that a mapped message tells of.

use hemgang_core::place::HsaId;
use jiff::civil::Date;

use super::{
    AdtKind, DischargedTo, Envelope, Merge, Patient, Sender, TimeSource, Timed, Unmapped, VisitNumber,
    kind::{self, is_outpatient},
    merge, visit,
    when::{OF_ADMISSION, OF_DEATH, OF_DISCHARGE, OF_EVENT, OF_RECORD},
};
use crate::hl7::{Message, Stamp, Value};

/// What a field says of something that can be withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statement<T> {
    /// Nothing.
    Absent,
    /// What was said before no longer holds.
    Withdrawn,
    /// This.
    Stated(T),
}

impl<T> Statement<T> {
    /// What a value says: `""` withdraws, and a text that cannot be read says nothing.
    pub(super) fn of(value: &Value<'_>, read: impl FnOnce(&str) -> Option<T>) -> Self {
        match value {
            Value::Absent => Self::Absent,
            Value::Delete => Self::Withdrawn,
            Value::Text(text) => read(text).map_or(Self::Absent, Self::Stated),
        }
    }

    /// What is stated, where something is.
    pub fn stated(&self) -> Option<&T> {
        match self {
            Self::Stated(said) => Some(said),
            Self::Absent | Self::Withdrawn => None,
        }
    }
}

/// Something odd that did not stop the reading; counted, and shown to those who connect the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// An identity fails its check digit.
    CheckDigit,
    /// An identity of an unknown system, or not of its system's form, was left out.
    UnreadIdentity,
    /// A time could not be read; another field was used, or none.
    UnreadableTime(TimeSource),
    /// A local time that comes twice or never.
    AmbiguousTime(TimeSource),
    /// A ward that the event can do without is not in the site mapping.
    UnknownWard,
    /// The municipality is no code and was left out.
    Municipality,
    /// The listed unit is no HSA-id and was left out.
    ListedUnit,
    /// MSH-18 names another character set than the one in use.
    Charset,
}

/// A mapped message.
#[derive(Clone, Debug, PartialEq)]
pub struct AdtEvent {
    /// What happened.
    pub kind: AdtKind,
    /// When it happened: ZBE-2, else EVN-6, else EVN-2, else MSH-7.
    pub occurred_at: Timed,
    /// When the sender's system recorded it: EVN-2, else MSH-7. Of two statements the later recorded one holds.
    pub registered_at: Timed,
    /// Among what was recorded at that time, the greater is the later: MSH-7, what undoes after what is done, and last the
    /// content, so that no order of arrival decides.
    pub order: String,
    /// The sender's number of the movement (ZBE-1), of a movement and of what takes back just that one.
    pub movement_id: Option<String>,
    /// The hospital.
    pub hospital: HsaId,
    /// The visit (PV1-19); always there but for updates of a person and merges.
    pub visit: Option<VisitNumber>,
    /// The patient.
    pub patient: Patient,
    /// The patient class as sent (PV1-2).
    pub class: Option<String>,
    /// Whether that class is outpatient care to the sender: of a visit that was never admitted it is nothing to us.
    pub is_outpatient: bool,
    /// The ward (PV1-3); always there for admissions and transfers.
    pub ward: Option<HsaId>,
    /// The admission; for events other than it only what PV1-44 says.
    pub admitted_at: Option<Timed>,
    /// The discharge, for a discharge only: PV1-45, else when the event happened.
    pub discharged_at: Option<Timed>,
    /// The death that an update tells of: PID-29, else when the event happened.
    pub died_at: Option<Timed>,
    /// Where a discharge leads, for a discharge only.
    pub discharged_to: Option<DischargedTo>,
    /// The expected discharge (PV2-9), often only a day.
    pub expected_discharge: Statement<Stamp>,
    /// The identities that are one person's, for a merge only; none where a number is merged with itself.
    pub merges: Vec<Merge>,
    /// What was odd.
    pub doubts: Vec<Doubt>,
}

impl AdtEvent {
    pub(super) fn read(
        kind: AdtKind,
        message: &Message,
        envelope: &Envelope,
        sender: &Sender,
        today: Date,
    ) -> Result<Self, Unmapped> {
        let doubts = &mut Vec::new();
        if message.charset().contradicts() {
            doubts.push(Doubt::Charset);
        }
        let occurred_at = Timed::first(message, OF_EVENT, doubts).ok_or(Unmapped::NoTime)?;
        let registered_at = Timed::first(message, OF_RECORD, &mut Vec::new()).unwrap_or(occurred_at);
        let admitted_at = if kind == AdtKind::Admit {
            Timed::first(message, OF_ADMISSION, doubts)
        } else {
            Timed::read(message, TimeSource::Admission, doubts)
        };
        let is_discharge = kind == AdtKind::Discharge;
        let discharged_at = if is_discharge { Timed::first(message, OF_DISCHARGE, doubts) } else { None };
        let discharged_to = is_discharge.then(|| visit::discharged_to(message, sender));
        let patient = Patient::read(kind, message, sender, discharged_to, today, doubts)?;
        let tells_death = kind == AdtKind::Update && patient.death.is_some();
        let died_at = if tells_death { Timed::first(message, OF_DEATH, doubts) } else { None };
        // That somebody has died says nothing of when: the event says when it was known.
        let died_at =
            died_at.map(|at| Timed { is_stand_in: at.is_stand_in || at.source != TimeSource::Death, ..at });
        let visit = VisitNumber::read(message).map(|visit| visit.of(sender));
        if visit.is_none() && !kind.is_of_person() {
            return Err(Unmapped::NoVisit);
        }
        if patient.identities.is_empty() && (visit.is_none() || kind == AdtKind::Admit) {
            return Err(Unmapped::NoIdentity);
        }
        let merges =
            if kind == AdtKind::Merge { merge::merges(message, sender, today, doubts)? } else { Vec::new() };
        let ward = ward(kind, message, sender, doubts)?;
        let expected_discharge = expected_discharge(message, doubts);
        doubts.dedup();
        let class = message.field("PV1", 2).value().into_text();
        Ok(Self {
            kind,
            occurred_at,
            registered_at,
            order: envelope.order(kind),
            movement_id: kind::movement_id(kind, message),
            hospital: visit::hospital(message, sender),
            visit,
            patient,
            is_outpatient: is_outpatient(class.as_deref(), sender),
            class,
            ward,
            admitted_at,
            discharged_at,
            died_at,
            discharged_to,
            expected_discharge,
            merges,
            doubts: std::mem::take(doubts),
        })
    }
}

/// The ward, which only admissions and transfers cannot do without.
fn ward(
    kind: AdtKind,
    message: &Message,
    sender: &Sender,
    doubts: &mut Vec<Doubt>,
) -> Result<Option<HsaId>, Unmapped> {
    match visit::ward(message, sender) {
        Ok(ward) => Ok(Some(ward)),
        Err(unmapped) if matches!(kind, AdtKind::Admit | AdtKind::Transfer) => Err(unmapped),
        Err(Unmapped::UnknownWard { .. }) => {
            doubts.push(Doubt::UnknownWard);
            Ok(None)
        }
        Err(_) => Ok(None),
    }
}

fn expected_discharge(message: &Message, doubts: &mut Vec<Doubt>) -> Statement<Stamp> {
    if TimeSource::ExpectedDischarge.value(message) == Value::Delete {
        return Statement::Withdrawn;
    }
    Timed::read(message, TimeSource::ExpectedDischarge, doubts)
        .map_or(Statement::Absent, |timed| Statement::Stated(timed.stamp))
}
