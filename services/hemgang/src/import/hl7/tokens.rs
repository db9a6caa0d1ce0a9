//! Which token speaks for which hospital: a gateway acts as the hospital that sent, or as one of its group.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::Result;
use hemgang_core::place::HsaId;
use hemgang_gateway::adt::SiteMapping;
use hemgang_rpc::Peer;

use crate::import::tokens;

/// A peer for each hospital that a token was given for.
#[derive(Clone)]
pub struct Tokens {
    by_unit: tokens::Tokens,
    /// The hospital whose system speaks for each hospital of the mapping.
    speaks: BTreeMap<HsaId, HsaId>,
}

impl Tokens {
    /// The tokens of these files, before the services at a URL.
    pub fn read(url: &str, files: &[PathBuf], site: &SiteMapping) -> Result<Self> {
        let by_unit = tokens::Tokens::read(url, files)?;
        let mut speaks = BTreeMap::new();
        for (_, _, sender) in site.senders() {
            for hospital in sender.facilities.values().chain([&sender.hospital]) {
                speaks.insert(hospital.clone(), sender.hospital.clone());
            }
        }
        Ok(Self { by_unit, speaks })
    }

    /// The peer that may act for a hospital.
    pub fn peer(&self, hospital: &HsaId) -> Option<&Peer> {
        let group = self.speaks.get(hospital);
        let of_group =
            || self.by_unit.iter().find(|(unit, _)| group.is_some() && self.speaks.get(unit) == group);
        self.by_unit.of(hospital).or_else(|| of_group().map(|(_, peer)| peer))
    }

    /// Any of them: what it is used for has been looked up before.
    pub fn any(&self) -> Option<&Peer> {
        self.by_unit.iter().next().map(|(_, peer)| peer)
    }
}
