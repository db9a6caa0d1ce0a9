//! A unit that was notified of the stay, and so may know of its signals.

use hemgang_core::place::{HsaId, MunicipalityCode};

use super::signal::SignalId;

/// A notified unit as kept with a signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    pub signal_id: SignalId,
    pub unit: HsaId,
    pub municipality: Option<MunicipalityCode>,
}

impl Party {
    /// A notified unit, with the municipality that runs it.
    pub fn new(signal_id: SignalId, hsa_id: &HsaId, municipality: Option<&MunicipalityCode>) -> Self {
        Self { signal_id, unit: hsa_id.clone(), municipality: municipality.cloned() }
    }
}
