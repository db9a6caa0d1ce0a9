//! Tokens of several units: an import speaks for each hospital that it brings something of.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use hemgang_core::place::HsaId;
use hemgang_rpc::Peer;
use serde::Deserialize;

use crate::target::Target;

/// A peer for each unit that a token was given for.
#[derive(Clone)]
pub struct Tokens(BTreeMap<HsaId, Peer>);

/// The one claim that is asked for. Who signed it is for the services to judge.
#[derive(Deserialize)]
struct Claims {
    unit: String,
}

impl Tokens {
    /// The tokens of these files, before the services at a URL.
    pub fn read(url: &str, files: &[PathBuf]) -> Result<Self> {
        let mut by_unit = BTreeMap::new();
        for file in files {
            let peer = Target::new(url.to_owned(), file.clone()).peer()?;
            by_unit.insert(unit(file)?, peer);
        }
        Ok(Self(by_unit))
    }

    /// The peer with the token of a unit.
    pub fn of(&self, unit: &HsaId) -> Option<&Peer> {
        self.0.get(unit)
    }

    /// Every unit with its peer.
    pub fn iter(&self) -> impl Iterator<Item = (&HsaId, &Peer)> {
        self.0.iter()
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
