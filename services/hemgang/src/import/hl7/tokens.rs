//! Which token speaks for which hospital: a gateway acts as the hospital that sent, or as one of its group.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use hemgang_core::place::HsaId;
use hemgang_gateway::adt::SiteMapping;
use hemgang_rpc::Peer;
use serde::Deserialize;

use crate::target::Target;

/// A peer for each hospital that a token was given for.
#[derive(Clone)]
pub struct Tokens {
    /// By the unit of the token.
    by_unit: BTreeMap<HsaId, Peer>,
    /// The hospital whose system speaks for each hospital of the mapping.
    speaks: BTreeMap<HsaId, HsaId>,
}

/// The one claim that is asked for. Who signed it is for the services to judge.
#[derive(Deserialize)]
struct Claims {
    unit: String,
}

impl Tokens {
    /// The tokens of these files, before the services at a URL.
    pub fn read(url: &str, files: &[PathBuf], site: &SiteMapping) -> Result<Self> {
        let mut by_unit = BTreeMap::new();
        for file in files {
            let peer = Target::new(url.to_owned(), file.clone()).peer()?;
            by_unit.insert(unit(file)?, peer);
        }
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
        self.by_unit.get(hospital).or_else(|| of_group().map(|(_, peer)| peer))
    }

    /// Any of them: what it is used for has been looked up before.
    pub fn any(&self) -> Option<&Peer> {
        self.by_unit.values().next()
    }
}

/// The unit that a token speaks for.
fn unit(file: &Path) -> Result<HsaId> {
    let read = || {
        let token = fs::read_to_string(file).ok()?;
        let claims = BASE64_URL_SAFE_NO_PAD.decode(token.trim().split('.').nth(1)?).ok()?;
        HsaId::parse(&serde_json::from_slice::<Claims>(&claims).ok()?.unit).ok()
    };
    read().with_context(|| format!("{} holds no token of a unit", file.display()))
}
