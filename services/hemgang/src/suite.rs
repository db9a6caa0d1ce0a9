//! The services of the suite, and what a configuration makes them run on.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use anyhow::{Context as _, Result, anyhow, bail};
use clap::builder::PossibleValuesParser;
use hemgang_core::{clock::Clock, directory::Directory};
use hemgang_db::Storage;
use hemgang_rpc::{Disclosure, Escalations, Homecoming, Own, Peer, Receipts, Signer, Trusted};
use hemgang_runtime::{Config, DirectoryFiles, Service, Settings, Url};

use crate::key;

/// Every service, in the order they are started.
pub const SERVICES: [Service; 6] = [
    hemgang_directory::SERVICE,
    hemgang_admission::SERVICE,
    hemgang_discharge_readiness::SERVICE,
    hemgang_municipal_care_planning::SERVICE,
    hemgang_deviation_reporting::SERVICE,
    hemgang_access_log::SERVICE,
];

/// Whose feed follows whose, which only a started service tells by itself; a test holds this against those.
pub const FOLLOWS: [(&str, &str); 12] = [
    ("admission", "planning"),
    ("readiness", "admission"),
    ("readiness", "planning"),
    ("planning", "admission"),
    ("planning", "readiness"),
    ("deviation", "admission"),
    ("deviation", "planning"),
    ("access", "admission"),
    ("access", "readiness"),
    ("access", "planning"),
    ("access", "deviation"),
    ("access", "directory"),
];

/// The services of these names; all when none is named.
pub fn named(names: &[String]) -> Vec<Service> {
    let is_named = |service: &Service| names.is_empty() || names.iter().any(|name| name == service.name);
    SERVICES.into_iter().filter(is_named).collect()
}

/// The names of the services that have a feed, and of those that follow one, for the command line.
pub fn names_with_feeds() -> PossibleValuesParser {
    ["admission", "readiness", "planning", "deviation", "directory"].into()
}

/// See [`names_with_feeds`].
pub fn names_that_follow() -> PossibleValuesParser {
    ["admission", "readiness", "planning", "deviation", "access"].into()
}

/// Services and every other whose feed they, or those, follow, and the directory; without those that run elsewhere.
pub fn with_sources(names: &[&str], config: &Config) -> Vec<Service> {
    let mut names = names.to_vec();
    let mut next = 0;
    while let Some(follower) = names.get(next).copied() {
        let sources = FOLLOWS.iter().filter(|(name, _)| *name == follower).map(|(_, feed)| *feed);
        let here = sources.filter(|feed| config.peers.url.iter().all(|(name, _)| name != *feed));
        let new: Vec<_> = here.filter(|feed| !names.contains(feed)).collect();
        names.extend(new);
        next += 1;
    }
    // Whoever applies an event looks its units up.
    let directory = hemgang_directory::SERVICE.name;
    if config.peers.url.directory.is_none() && !names.contains(&directory) {
        names.push(directory);
    }
    SERVICES.into_iter().filter(|service| names.contains(&service.name)).collect()
}

/// Refuses services that would never hear of a change of units: the directory runs here, or the configuration says where.
pub fn expect_directory(services: &[Service], config: &Config) -> Result<()> {
    let runs_here = services.iter().any(|service| service.name == hemgang_directory::SERVICE.name);
    if !runs_here && config.peers.url.directory.is_none() {
        bail!("configuration: peers.url.directory is required: the directory does not run in this process");
    }
    Ok(())
}

/// The names, for the command line.
pub fn names() -> PossibleValuesParser {
    SERVICES.map(|service| service.name).into()
}

/// Everything that a process of these services needs, from a configuration. Takes the data folder.
pub fn settings(config: &Config, clock: Clock, services: &[Service]) -> Result<Settings> {
    let keeps_log = services.iter().any(|service| service.name == hemgang_access_log::SERVICE.name);
    // Nobody else has to reach the key that signs the log.
    let log_signer = if keeps_log { log_signer(config)? } else { Signer::fresh() };
    Ok(Settings {
        storage: Storage::open(config.database.url.as_str())?,
        clock,
        directory: Arc::new(directory(&config.directory)?),
        trusted: vec![trusted(config)?],
        peers: peers(config)?,
        own: Own {
            persons_kept: config.retention.persons(),
            disclosure: Disclosure { record_required_from: config.disclosure.record_required_from },
            receipts: policy("receipt_limits", Receipts::new(config.receipt_limits.clone()))?,
            escalations: policy("escalations", Escalations::new(config.escalations.clone()))?,
            reminders: config.reminders.clone(),
            homecoming: policy("homecoming_contacts", Homecoming::new(config.homecoming_contacts.clone()))?,
            log_signer,
        },
    })
}

/// A policy of the configuration, or what is wrong with it.
fn policy<T>(key: &str, read: Result<T, String>) -> Result<T> {
    read.map_err(|fault| anyhow!("configuration: {key}: {fault}"))
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

/// What signs the access log: the configured key, made when absent.
pub fn log_signer(config: &Config) -> Result<Signer> {
    let path = config.access_log_key();
    key::read_or_make(&path).context("configuration: access_log.key")
}

/// The key that signed an access log: one that is made now would prove nothing.
pub fn known_log_signer(config: &Config) -> Result<Signer> {
    key::read(&config.access_log_key()).context("configuration: access_log.key")
}

/// Services that run elsewhere, with our token on every call.
pub fn peers(config: &Config) -> Result<BTreeMap<String, Peer>> {
    let peer = |(name, url): (&str, &Url)| {
        let file = config.peers.token_file.clone();
        let file = file.context("configuration: peers.token_file is required with peers.url")?;
        let peer = hemgang_runtime::remote(url.as_str(), hemgang_runtime::token_file(file));
        Ok((name.to_owned(), peer.with_context(|| format!("configuration: peers.url.{name} is no URL"))?))
    };
    config.peers.url.iter().map(peer).collect()
}

#[cfg(test)]
mod tests {
    use hemgang_runtime::Process;

    use super::*;

    #[tokio::test]
    async fn whose_feed_follows_whose_is_what_the_services_say() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = Config::default();
        config.database.url = format!("sqlite://{}", folder.path().display()).into();
        let settings = settings(&config, Clock::system(), &SERVICES).expect("settings");
        let process = Process::start(settings, &SERVICES).await.expect("a process");
        let mut follows = Vec::new();
        for cx in process.contexts() {
            follows.extend(cx.followers().iter().map(|follower| (cx.name, follower.feed())));
        }
        assert_eq!(follows, FOLLOWS);
    }
}
