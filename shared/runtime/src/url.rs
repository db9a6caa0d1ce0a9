//! A URL that may hold secrets: whoever wants it whole says so, and everybody else sees them hidden.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// Parameters that hold no secret. Of the others nobody can know, so that a new one is hidden, too.
const OPEN: [&str; 11] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "port",
    "ssl-mode",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

const HIDDEN: &str = "***";

/// A URL of the configuration.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Url(String);

impl Url {
    /// With its secrets, for whoever connects.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Url {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.0))
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&shown(&self.0), f)
    }
}

impl Serialize for Url {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&shown(&self.0))
    }
}

/// The URL without password, token or whatever else lets its reader in.
pub fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        // No URL: it will be refused, and may hold a secret all the same.
        return if url.contains(['@', '?', '#']) { HIDDEN.to_owned() } else { url.to_owned() };
    };
    if scheme == "sqlite" {
        // What follows is a folder, whatever its name.
        return url.to_owned();
    }
    let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if tail.contains('@') {
        // A password with a character that should have been escaped: nobody can tell where it ends.
        return format!("{scheme}://{HIDDEN}");
    }
    let authority = match authority.rsplit_once('@') {
        Some((login, host)) => format!("{}@{host}", shown_login(scheme, login)),
        None => authority.to_owned(),
    };
    let (tail, fragment) = tail.split_once('#').map_or((tail, ""), |(tail, _)| (tail, "#***"));
    let (path, query) = match tail.split_once('?') {
        Some((path, query)) => (path, format!("?{}", shown_query(query))),
        None => (tail, String::new()),
    };
    format!("{scheme}://{authority}{path}{query}{fragment}")
}

/// A database's user is a name; what stands alone before another host may be a token.
fn shown_login(scheme: &str, login: &str) -> String {
    match login.split_once(':') {
        Some((user, _)) => format!("{user}:{HIDDEN}"),
        None if scheme.starts_with("postgres") => login.to_owned(),
        None => HIDDEN.to_owned(),
    }
}

fn shown_query(query: &str) -> String {
    let shown = |parameter: &str| match parameter.split_once('=') {
        Some((name, _)) if !OPEN.contains(&name) => format!("{name}={HIDDEN}"),
        Some(_) => parameter.to_owned(),
        None if parameter.is_empty() => String::new(),
        None => HIDDEN.to_owned(),
    };
    query.split('&').map(shown).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_wherever_a_url_holds_them() {
        let forms = [
            ("postgres://u:hemligt@h/db", "postgres://u:***@h/db"),
            ("postgresql://u:hem:ligt@h:5432/db", "postgresql://u:***@h:5432/db"),
            ("postgres://u:hem@ligt@h/db", "postgres://u:***@h/db"),
            ("postgres://u:hem/ligt@h/db", "postgres://***"),
            ("postgres://u:hem?ligt@h/db", "postgres://***"),
            ("postgres://h/d?user=u&password=hemligt", "postgres://h/d?user=u&password=***"),
            (
                "postgres://h/d?p%61ssword=hemligt&sslmode=require",
                "postgres://h/d?p%61ssword=***&sslmode=require",
            ),
            ("postgres:///d?host=/run&hemligt", "postgres:///d?host=/run&***"),
            ("http://hemligt@collector:4317", "http://***@collector:4317"),
            ("https://u:hemligt@collector/v1?api-key=hemligt", "https://u:***@collector/v1?api-key=***"),
            ("https://h/#token=hemligt", "https://h/#***"),
            ("https://?hemligt", "https://?***"),
            ("u:hemligt@h:4317", "***"),
            ("postgres:u:hemligt@h", "***"),
        ];
        for (url, expected) in forms {
            let url = Url::from(url.to_owned());
            let said = [
                url.to_string(),
                format!("{url:?}"),
                toml::Value::try_from(&url).expect("a value").to_string(),
            ];
            assert_eq!(said[0], expected);
            assert!(said.iter().all(|said| !said.contains("hemligt") && !said.contains("ligt")), "{said:?}");
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        for url in [
            "sqlite://hemgang-data",
            "sqlite:///srv/a@b?c",
            "postgres://user@h/db",
            "http://127.0.0.1:1",
            "h:1",
        ] {
            assert_eq!(shown(url), url);
        }
    }
}
