//! A unit that holds a notice of the stay, and so may know of its signals.

use hemgang_core::place::{HsaId, MunicipalityCode};
use hemgang_feed::recipients::Reached;

use super::signal::SignalId;

/// A notified unit as kept with a signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    pub signal_id: SignalId,
    pub unit: HsaId,
    pub municipality: Option<MunicipalityCode>,
}

/// The units that see a signal after a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// Who saw it and does.
    pub kept: Vec<Party>,
    /// Who holds a notice and does not see it yet.
    pub new: Vec<Party>,
    /// Who saw it and takes part no more.
    pub gone: Vec<Party>,
}

impl Sight {
    /// Of a signal that these know, where these units hold a notice; where that did not change, those who know it.
    pub fn of(signal_id: SignalId, known: Vec<Party>, hold: Option<&[Reached]>) -> Self {
        let Some(hold) = hold else { return Self { kept: known, ..Self::default() } };
        let (kept, gone): (Vec<_>, Vec<_>) =
            known.into_iter().partition(|party| hold.iter().any(|reached| reached.unit == party.unit));
        let mut new: Vec<Party> = Vec::new();
        for Reached { unit, municipality, .. } in hold {
            if !kept.iter().chain(&new).any(|party| party.unit == *unit) {
                new.push(Party { signal_id, unit: unit.clone(), municipality: municipality.clone() });
            }
        }
        Self { kept, new, gone }
    }
}
