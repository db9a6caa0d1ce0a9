//! The services of the suite, and what a configuration makes them run on.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use anyhow::{Context as _, Result, bail};
use hemgang_core::{clock::Clock, directory::Directory};
use hemgang_db::Storage;
use hemgang_rpc::{Peer, Trusted};
use hemgang_runtime::{Config, DirectoryFiles, Service, Settings};

use crate::key;

/// Every service, in the order they are started.
pub const SERVICES: [Service; 5] = [
    hemgang_directory::SERVICE,
    hemgang_admission::SERVICE,
    hemgang_discharge_readiness::SERVICE,
    hemgang_municipal_care_planning::SERVICE,
    hemgang_deviation_reporting::SERVICE,
];

/// The services of these names; all when none is named.
pub fn named(names: &[String]) -> Result<Vec<Service>> {
    if names.is_empty() {
        return Ok(SERVICES.to_vec());
    }
    let find = |name: &String| {
        let known = SERVICES.iter().find(|service| service.name == name).copied();
        known.with_context(|| format!("no service is named {name}; there are {}", list()))
    };
    names.iter().map(find).collect()
}

fn list() -> String {
    SERVICES.map(|service| service.name).join(", ")
}

/// Everything that a process needs, from a configuration. Takes the data folder.
pub fn settings(config: &Config, clock: Clock) -> Result<Settings> {
    Ok(Settings {
        storage: Storage::open(&config.database.url)?,
        clock,
        directory: Arc::new(directory(&config.directory)?),
        trusted: vec![trusted(config)?],
        peers: peers(config)?,
    })
}

/// The directory: the configured files, or what is compiled in.
pub fn directory(files: &DirectoryFiles) -> Result<Directory> {
    let read = |path: &Path, key: &str| {
        fs::read_to_string(path)
            .with_context(|| format!("configuration: {key}: {} cannot be read", path.display()))
    };
    let units = match &files.units {
        Some(path) => read(path, "directory.units")?,
        None => hemgang_directory::UNITS.to_owned(),
    };
    let municipalities = match &files.municipalities {
        Some(path) => read(path, "directory.municipalities")?,
        None => hemgang_directory::MUNICIPALITIES.to_owned(),
    };
    Directory::read(units.as_bytes(), municipalities.as_bytes()).context("configuration: directory")
}

/// The issuer whose tokens count: the configured one, or the development key, made when absent.
pub fn trusted(config: &Config) -> Result<Trusted> {
    if let Some(path) = config.development_key() {
        return Ok(key::read_or_make(&path)?.trusted()?);
    }
    let auth = &config.auth;
    match (&auth.issuer, &auth.audience, &auth.jwks_file) {
        (Some(issuer), Some(audience), Some(file)) => {
            let jwks = fs::read_to_string(file).with_context(|| {
                format!("configuration: auth.jwks_file: {} cannot be read", file.display())
            })?;
            Trusted::from_jwks(issuer, audience, &jwks).context("configuration: auth.jwks_file")
        }
        _ => bail!("configuration: auth.issuer, auth.audience and auth.jwks_file go together"),
    }
}

/// Services that run elsewhere, with our token on every call.
fn peers(config: &Config) -> Result<BTreeMap<String, Peer>> {
    let mut peers = BTreeMap::new();
    for (name, url) in &config.peers.url {
        let file = config
            .peers
            .token_file
            .clone()
            .context("configuration: peers.token_file is required with peers.url")?;
        let peer = hemgang_runtime::remote(url, hemgang_runtime::token_file(file));
        peers.insert(
            name.clone(),
            peer.with_context(|| format!("configuration: peers.url.{name} is no URL"))?,
        );
    }
    Ok(peers)
}
