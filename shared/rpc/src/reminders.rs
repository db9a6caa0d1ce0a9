//! How people are reminded who have no Hemgång open: by e-mail, through one mail server.

use std::path::PathBuf;

use hemgang_core::directory::MailAddress;
use serde::{Deserialize, Serialize};

/// The mail server, and what mails say that it sends.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Reminders {
    /// Name of the mail server, as its certificate has it.
    pub host: String,
    /// Its port; that of the kind of security where absent, 587 or 465.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// How the connection is kept secret.
    #[serde(default)]
    pub security: Security,
    /// File with the certificates (PEM) of who signed the server's; those that the system trusts where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Who we are to the server; it asks nobody where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// File with the password; read again before what is to go out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// From whom mails are.
    pub from: String,
    /// Where people log in, as `https://hemgang.example`; a mail holds this and nothing that leads to a case.
    pub link: String,
    /// Seconds until what could not be delivered is tried again; twice as long each time, an hour at most.
    #[serde(default = "minute")]
    pub retry_seconds: u32,
}

/// How a connection to a mail server is kept secret.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Security {
    /// STARTTLS, without which nothing is sent (RFC 3207).
    #[default]
    Starttls,
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// Nothing: to a server on this machine alone.
    None,
}

fn minute() -> u32 {
    60
}

impl Reminders {
    /// What one key alone cannot tell.
    ///
    /// # Errors
    /// The key and what is wrong with it.
    pub fn check(&self) -> Result<(), (&'static str, &'static str)> {
        let is_here = ["localhost", "127.0.0.1", "::1"].contains(&self.host.as_str());
        if self.security == Security::None && !is_here {
            return Err(("reminders.security", "may be none only where reminders.host is this machine"));
        }
        if self.username.is_some() != self.password_file.is_some() {
            return Err(("reminders.password_file", "goes with reminders.username"));
        }
        if self.username.is_some() && self.security == Security::None {
            return Err(("reminders.username", "is sent nowhere without TLS"));
        }
        if self.from.parse::<MailAddress>().is_err() {
            return Err(("reminders.from", "must be an e-mail address"));
        }
        let is_link = ["https://", "http://"].iter().any(|scheme| self.link.starts_with(scheme));
        if !is_link || self.link.contains(char::is_whitespace) {
            return Err(("reminders.link", "must be a URL"));
        }
        if self.retry_seconds == 0 {
            return Err(("reminders.retry_seconds", "must be at least 1"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_goes_where_somebody_could_listen() {
        let usual = Reminders {
            host: "mail.region.example".to_owned(),
            port: None,
            security: Security::Starttls,
            ca_file: None,
            username: Some("hemgang".to_owned()),
            password_file: Some("password".into()),
            from: "hemgang@region.example".to_owned(),
            link: "https://hemgang.region.example".to_owned(),
            retry_seconds: 60,
        };
        assert_eq!(usual.check(), Ok(()));
        let key = |changed: Reminders| changed.check().expect_err("a refusal").0;
        let open = Reminders { security: Security::None, ..usual.clone() };
        assert_eq!(key(open.clone()), "reminders.security");
        assert_eq!(key(Reminders { host: "localhost".to_owned(), ..open }), "reminders.username");
        assert_eq!(key(Reminders { password_file: None, ..usual.clone() }), "reminders.password_file");
        assert_eq!(key(Reminders { from: "nobody".to_owned(), ..usual.clone() }), "reminders.from");
        assert_eq!(key(Reminders { link: "hemgang".to_owned(), ..usual.clone() }), "reminders.link");
        assert_eq!(key(Reminders { retry_seconds: 0, ..usual }), "reminders.retry_seconds");
    }
}
