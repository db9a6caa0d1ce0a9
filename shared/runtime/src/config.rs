//! Configuration: one TOML file, every key overridable as `HEMGANG_SECTION__KEY`; unknown keys refuse to start.

mod fault;
#[cfg(test)]
mod tests;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use figment::{
    Figment,
    providers::{Env, Format as _, Serialized, Toml},
};
use hemgang_rpc::{EscalationChain, HomecomingContact, ReceiptLimit, Reminders};
use jiff::{SignedDuration, civil::Date};
use serde::{Deserialize, Serialize};

pub use self::fault::ConfigError;
use crate::url::Url;

/// Everything that can be configured.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where we listen.
    pub listen: Listen,
    /// Where rows are kept.
    pub database: StorageConfig,
    /// Whose tokens count.
    pub auth: Auth,
    /// Organisations and units.
    pub directory: DirectoryFiles,
    /// The access log.
    pub access_log: AccessLogKey,
    /// Services that run elsewhere.
    pub peers: Peers,
    /// Logs and traces.
    pub telemetry: Telemetry,
    /// How long what nobody needs is kept.
    pub retention: Retention,
    /// What may be disclosed where nobody has decided.
    pub disclosure: DisclosurePolicy,
    /// Within what time notices are acknowledged; a day's office hours where nothing is said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub receipt_limits: Vec<ReceiptLimit>,
    /// Who is reminded where nobody does; nobody where nothing is said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub escalations: Vec<EscalationChain>,
    /// How they are; nobody is where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reminders: Option<Reminders>,
    /// When somebody who came home is called.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub homecoming_contacts: Vec<HomecomingContact>,
}

/// Where we listen. Loopback until told otherwise.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Listen {
    /// gRPC and gRPC-Web.
    pub grpc: SocketAddr,
}

impl Default for Listen {
    fn default() -> Self {
        Self { grpc: SocketAddr::from(([127, 0, 0, 1], 50051)) }
    }
}

/// Where rows are kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StorageConfig {
    /// `sqlite://FOLDER` or `postgres://…`.
    pub url: Url,
}

impl Default for StorageConfig {
    fn default() -> Self {
        Self { url: "sqlite://hemgang-data".to_owned().into() }
    }
}

/// Whose tokens count. With an issuer, its keys; without one, the development key.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Auth {
    /// `iss` of a real issuer.
    pub issuer: Option<String>,
    /// `aud` that its tokens must carry.
    pub audience: Option<String>,
    /// File with its JWKS.
    pub jwks_file: Option<PathBuf>,
    /// File with the development issuer's private key, made when absent. Beside a SQLite folder's files by default.
    pub development_key: Option<PathBuf>,
}

/// Organisations and units; the files that are compiled in when absent.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DirectoryFiles {
    /// CSV of units.
    pub units: Option<PathBuf>,
    /// CSV of municipalities.
    pub municipalities: Option<PathBuf>,
}

/// The access log.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccessLogKey {
    /// File with the private key that signs it (Ed25519, PKCS #8 PEM), made when absent. Beside a SQLite folder's files
    /// by default. Whoever may write to the database must not be able to read it.
    pub key: Option<PathBuf>,
}

/// Services that run elsewhere, whose feeds ours follow, and the access log.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Peers {
    /// Where they are.
    pub url: PeerUrls,
    /// File with our token for them; read again at every call.
    pub token_file: Option<PathBuf>,
}

/// A URL for each service that ours need, by its name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PeerUrls {
    /// Admission's.
    pub admission: Option<Url>,
    /// Discharge readiness's.
    pub readiness: Option<Url>,
    /// Municipal care planning's.
    pub planning: Option<Url>,
    /// Deviation reporting's.
    pub deviation: Option<Url>,
    /// The directory's.
    pub directory: Option<Url>,
    /// The access log's.
    pub access: Option<Url>,
}

impl PeerUrls {
    /// Those that there are, with the service's name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Url)> {
        let Self { admission, readiness, planning, deviation, directory, access } = self;
        let all = [
            ("admission", admission),
            ("readiness", readiness),
            ("planning", planning),
            ("deviation", deviation),
            ("directory", directory),
            ("access", access),
        ];
        all.into_iter().filter_map(|(name, url)| Some((name, url.as_ref()?)))
    }
}

/// Logs and traces.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Telemetry {
    /// Filter, as `info` or `hemgang_feed=debug,info`.
    pub log: String,
    /// Where traces go over OTLP (gRPC); nowhere when absent.
    pub otlp_endpoint: Option<Url>,
}

impl Default for Telemetry {
    fn default() -> Self {
        Self { log: "info".to_owned(), otlp_endpoint: None }
    }
}

/// How long what nobody needs is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// Days for which what was said of a person without a stay waits for one, since it was said. An admission that was
    /// recorded half a year ago and still comes is as implausible as a movement that lies so far from its record.
    pub persons_days: u16,
}

impl Default for Retention {
    fn default() -> Self {
        Self { persons_days: 180 }
    }
}

/// What may be disclosed to a receiving unit where neither consent nor a harm test (menprövning) is recorded.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DisclosurePolicy {
    /// The local day, as `2026-01-31`, from which nothing is disclosed without a record but the four fields of 2 kap. 3 §
    /// lag (2017:612); where absent, what a ward sends it has judged by sending.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_required_from: Option<Date>,
}

impl Retention {
    /// How long what was said of a person without a stay is kept.
    pub fn persons(&self) -> SignedDuration {
        SignedDuration::from_hours(24 * i64::from(self.persons_days))
    }
}

impl Config {
    /// Reads the file, if any, then the environment.
    ///
    /// # Errors
    /// When a key is unknown or a value does not fit; the text names it.
    pub fn read(file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = file {
            if !file.is_file() {
                return Err(ConfigError::File(file.to_owned()));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        refuse_stray_names()?;
        let env = Env::prefixed("HEMGANG_").filter(|name| name.as_str().contains("__")).split("__");
        let config: Self = figment.merge(env).extract().map_err(|error| ConfigError::keys(&error))?;
        config.check()?;
        Ok(config)
    }

    /// What one key alone cannot tell.
    ///
    /// # Errors
    /// When a value does not go with the others; the text names the key.
    pub fn check(&self) -> Result<(), ConfigError> {
        let wrong = |key, fault| Err(ConfigError::Value { key, fault });
        let url = self.database.url.as_str();
        if !["sqlite://", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
            return wrong("database.url", "must start with sqlite:// or postgres://");
        }
        if url == "sqlite://" {
            return wrong("database.url", "names no folder");
        }
        if self.retention.persons_days == 0 {
            return wrong("retention.persons_days", "must be at least 1");
        }
        if let Some(Err((key, fault))) = self.reminders.as_ref().map(Reminders::check) {
            return wrong(key, fault);
        }
        match &self.auth.issuer {
            Some(_) if self.auth.jwks_file.is_none() => {
                wrong("auth.jwks_file", "is required with auth.issuer")
            }
            Some(_) if self.auth.audience.is_none() => wrong("auth.audience", "is required with auth.issuer"),
            Some(_) if self.auth.development_key.is_some() => {
                wrong("auth.development_key", "does not go with auth.issuer")
            }
            // The development issuer must not be left on where others can reach it.
            None if !self.listen.grpc.ip().is_loopback() => {
                wrong("auth.issuer", "is required when listen.grpc is not on loopback")
            }
            _ => Ok(()),
        }
    }

    /// Where the development issuer's key is; none with a real issuer.
    pub fn development_key(&self) -> Option<PathBuf> {
        if self.auth.issuer.is_some() {
            return None;
        }
        let beside = self.database.url.as_str().strip_prefix("sqlite://").unwrap_or("hemgang-data");
        let default = || Path::new(beside).join("development-issuer.pem");
        Some(self.auth.development_key.clone().unwrap_or_else(default))
    }

    /// Where the key is that signs the access log.
    pub fn access_log_key(&self) -> PathBuf {
        let beside = self.database.url.as_str().strip_prefix("sqlite://").unwrap_or("hemgang-data");
        let default = || Path::new(beside).join("access-log.pem");
        self.access_log.key.clone().unwrap_or_else(default)
    }

    /// The result as TOML; what is secret in it is hidden by its type.
    ///
    /// # Errors
    /// When it has no TOML form, which a test excludes.
    pub fn printed(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }
}

/// A name with one underscore where two belong would be passed over in silence.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn refuse_stray_names() -> Result<(), ConfigError> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    // These belong to the tests.
    let known = ["HEMGANG_SAMPLES", "HEMGANG_FAULT_ROUNDS"];
    let mut stray = names.filter(|name| {
        name.starts_with("HEMGANG_") && !name.contains("__") && !known.contains(&name.as_str())
    });
    stray.next().map_or(Ok(()), |name| Err(ConfigError::Environment(name)))
}
