//! A configuration that refuses to start. The text names the key as its reader wrote it, and never its value.

use std::path::PathBuf;

use figment::{Source, error::Kind};

/// Why it refuses.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A key is unknown, or its value of the wrong kind.
    #[error("configuration: {0}")]
    Keys(String),
    /// A value that does not go with the others.
    #[error("configuration: {key} {fault}")]
    Value {
        /// The key.
        key: &'static str,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// A name in the environment that is no key.
    #[error("configuration: {0} in the environment is no key; keys are HEMGANG_SECTION__KEY")]
    Environment(String),
    /// The file cannot be read.
    #[error("configuration: the file {0} cannot be read")]
    File(PathBuf),
}

impl ConfigError {
    /// From what figment found, all of it.
    pub(super) fn keys(error: &figment::Error) -> Self {
        Self::Keys(error.clone().into_iter().map(|error| told(&error)).collect::<Vec<_>>().join("; "))
    }
}

fn told(error: &figment::Error) -> String {
    let fault = match &error.kind {
        Kind::UnknownField(_, known) => format!("is no key; there are {}", known.join(", ")),
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => format!("must be {expected}"),
        kind => kind.to_string(),
    };
    // Neither profiles nor capital letters are anything that the reader wrote.
    let source = error.metadata.as_ref().map(|metadata| metadata.source.as_ref());
    match source {
        Some(Some(Source::File(file))) if error.path.is_empty() => format!("{}: {fault}", file.display()),
        Some(Some(Source::File(file))) => format!("{} {fault} ({})", error.path.join("."), file.display()),
        Some(None) => format!("HEMGANG_{} {fault}", error.path.join("__").to_uppercase()),
        _ => format!("{} {fault}", error.path.join(".")),
    }
}
