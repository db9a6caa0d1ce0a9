//! A signal: a detector saw that a duty of a stay was not met in time. A change raises the version by one.

use hemgang_core::{
    id::AdmissionId,
    place::{HsaId, MunicipalityCode},
};
use hemgang_proto::deviation::{self as pb, SignalKind, SignalState, deviation_event::Event};
use hemgang_rpc::{Audience, wire};
use jiff::Timestamp;

use super::{party::Party, stay::Stay};

hemgang_core::typed_id! {
    /// A signal.
    SignalId
}

hemgang_db::text_column!(SignalId);

/// A signal as kept. Hospital and ward are those where the patient was when it was raised.
#[expect(clippy::struct_field_names, reason = "fields are columns of the same name")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    pub signal_id: SignalId,
    pub version: i64,
    pub kind: SignalKind,
    pub state: SignalState,
    pub admission_id: AdmissionId,
    pub hospital: HsaId,
    pub ward: HsaId,
    pub municipality: Option<MunicipalityCode>,
    pub rule: String,
    pub due_at: Timestamp,
    pub met_at: Option<Timestamp>,
    pub detected_at: Timestamp,
}

impl Signal {
    /// Raises a signal of a stay.
    pub fn raise(stay: &Stay, kind: SignalKind, rule: &str, due_at: Timestamp, now: Timestamp) -> Self {
        Self {
            signal_id: SignalId::fresh(now),
            version: 1,
            kind,
            state: SignalState::Open,
            admission_id: stay.admission_id,
            hospital: stay.hospital.clone(),
            ward: stay.ward.clone(),
            municipality: stay.liable_municipality.clone(),
            rule: rule.to_owned(),
            due_at,
            met_at: None,
            detected_at: now,
        }
    }

    /// The duty was met after all at `at`, or, where the notice turns out to have gone astray, not yet. The signal stays
    /// open: it was late.
    #[must_use]
    pub fn met(self, at: Option<Timestamp>) -> Self {
        Self { version: self.version + 1, met_at: at, ..self }
    }

    /// A later fact shows that the duty never was.
    #[must_use]
    pub fn lapsed(self) -> Self {
        Self { version: self.version + 1, state: SignalState::Lapsed, ..self }
    }

    /// The duty was owed after all, and met at `met_at` if it was. Where it was raised first, it stays.
    #[must_use]
    pub fn reopened(self, met_at: Option<Timestamp>) -> Self {
        Self { version: self.version + 1, state: SignalState::Open, met_at, ..self }
    }

    /// The stay turned out to be another municipality's, or nobody's.
    #[must_use]
    pub fn of(self, municipality: Option<MunicipalityCode>) -> Self {
        Self { version: self.version + 1, municipality, ..self }
    }

    /// Whether it waits for somebody to judge it.
    pub fn is_open(&self) -> bool {
        self.state == SignalState::Open
    }

    /// Who may see it: the staff of its hospital and ward, and the units that were notified of the stay.
    pub fn audience(&self, parties: &[Party]) -> Audience {
        and_parties(Audience::stay(&self.hospital, &self.ward), parties)
    }

    /// What is told of a new one.
    pub fn raised_event(&self) -> Event {
        Event::SignalRaised(pb::SignalRaised { signal: Some(self.into()) })
    }

    /// What is told of it as it stands, to whom its state is news.
    pub fn standing_event(&self) -> Event {
        match (self.is_open(), self.met_at) {
            (false, _) => self.lapsed_event(),
            (true, Some(_)) => self.met_event(),
            (true, None) => self.raised_event(),
        }
    }

    /// What is told when the duty was met after all.
    pub fn met_event(&self) -> Event {
        Event::SignalMet(pb::SignalMet { signal: Some(self.into()) })
    }

    /// What is told when it lapses.
    pub fn lapsed_event(&self) -> Event {
        Event::SignalLapsed(pb::SignalLapsed { signal: Some(self.into()) })
    }
}

/// An audience, and these units.
pub fn and_parties(audience: Audience, parties: &[Party]) -> Audience {
    parties
        .iter()
        .fold(audience, |audience, party| audience.and_party(&party.unit, party.municipality.as_ref()))
}

impl From<&Signal> for pb::Signal {
    fn from(signal: &Signal) -> Self {
        Self {
            signal_id: signal.signal_id.to_string(),
            etag: signal.version.to_string(),
            kind: signal.kind.into(),
            state: signal.state.into(),
            admission_id: signal.admission_id.to_string(),
            hospital: signal.hospital.to_string(),
            ward: signal.ward.to_string(),
            municipality: signal.municipality.as_ref().map(ToString::to_string).unwrap_or_default(),
            rule: signal.rule.clone(),
            due_at: Some(wire::timestamp(signal.due_at)),
            met_at: signal.met_at.map(wire::timestamp),
            detected_at: Some(wire::timestamp(signal.detected_at)),
        }
    }
}
