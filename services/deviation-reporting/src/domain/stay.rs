//! A stay as the admission feed tells of it. Each event raises the version by one.

use hemgang_core::{
    id::AdmissionId,
    place::{HsaId, MunicipalityCode},
};
use hemgang_proto::admission::AdmissionState;
use jiff::Timestamp;

use super::admission_notice;

/// A stay as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    pub admission_id: AdmissionId,
    pub version: i64,
    pub hospital: HsaId,
    pub ward: HsaId,
    pub liable_municipality: Option<MunicipalityCode>,
    pub state: AdmissionState,
    pub admitted_at: Timestamp,
    pub needed_since: Option<Timestamp>,
    pub notified_at: Option<Timestamp>,
    pub discharged_at: Option<Timestamp>,
}

impl Stay {
    /// A physician judged whether somebody may be needed. The first judgement that somebody is stands, until
    /// one that nobody is; what was judged once a notice was sent no longer moves the duty.
    #[must_use]
    pub fn assessed(self, needed: bool, at: Timestamp) -> Self {
        let needed_since = match (needed, self.needed_since) {
            (_, since) if self.notified_at.is_some() => since,
            // Late registration: what was judged earlier may be told later.
            (true, since) => Some(since.map_or(at, |since| since.min(at))),
            // The duty had run out by then. Whether our timer had seen it must make no difference.
            (false, Some(since)) if admission_notice::due_at(since, self.admitted_at) < at => Some(since),
            (false, _) => None,
        };
        Self { version: self.version + 1, needed_since, ..self }
    }

    /// An admission notice was sent.
    #[must_use]
    pub fn notified(self, at: Timestamp) -> Self {
        let first = self.notified_at.map_or(at, |first| first.min(at));
        Self { version: self.version + 1, notified_at: Some(first), ..self }
    }

    /// The patient moved.
    #[must_use]
    pub fn moved(self, hospital: HsaId, ward: HsaId) -> Self {
        Self { version: self.version + 1, hospital, ward, ..self }
    }

    /// The patient left, or died.
    #[must_use]
    pub fn discharged(self, at: Timestamp, died: bool) -> Self {
        let state = if died { AdmissionState::Deceased } else { AdmissionState::Discharged };
        Self { version: self.version + 1, state, discharged_at: Some(at), ..self }
    }

    /// The patient has not left after all.
    ///
    /// A deadline that was removed because the patient had left in time comes back as it was, even when it has run
    /// out by now: the duty of 2 kap. 1 § rests on the judgement of need, the patient was in hospital all the time,
    /// and a ward that sends a false discharge must not come out better than one that sends none.
    #[must_use]
    pub fn stayed(self) -> Self {
        Self { version: self.version + 1, state: AdmissionState::Admitted, discharged_at: None, ..self }
    }

    /// The admission never was.
    #[must_use]
    pub fn voided(self) -> Self {
        Self { version: self.version + 1, state: AdmissionState::Voided, ..self }
    }
}
