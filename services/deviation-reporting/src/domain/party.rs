//! A unit that was notified of the stay, and so may know of its signals.

use hemgang_core::{
    directory::{Unit, UnitKind},
    place::{HsaId, MunicipalityCode},
};

use super::signal::SignalId;

/// A notified unit as kept with a signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    pub signal_id: SignalId,
    pub unit: HsaId,
    pub municipality: Option<MunicipalityCode>,
}

impl Party {
    /// A notified unit, with what the directory knows of it.
    ///
    /// A unit of the region lies in a municipality, which was told nothing: only a municipality's own unit
    /// brings its municipality.
    pub fn new(signal_id: SignalId, hsa_id: &HsaId, unit: Option<&Unit>) -> Self {
        let own = |unit: &&Unit| matches!(unit.kind, UnitKind::MunicipalUnit | UnitKind::MunicipalReception);
        let municipality = unit.filter(own).and_then(|unit| unit.municipality.clone());
        Self { signal_id, unit: hsa_id.clone(), municipality }
    }
}
