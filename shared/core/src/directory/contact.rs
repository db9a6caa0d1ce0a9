//! Where a function at a unit is reached: addresses from a day on.

use std::{fmt, str::FromStr};

use jiff::civil::Date;

use super::UnitFunction;
use crate::place::HsaId;

/// Whose addresses they are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContactOf {
    /// The unit.
    pub unit: HsaId,
    /// The function there.
    pub function: UnitFunction,
}

/// Addresses from a day on, until the next row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// None says that there is nobody to write to from that day on.
    pub addresses: Vec<MailAddress>,
    /// The first day.
    pub valid_from: Date,
}

/// An e-mail address as `jour@kommun.example`; also how a gateway takes text messages, as `0701740605@sms.example`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MailAddress(String);

/// A text that is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not an e-mail address as jour@kommun.example")]
pub struct MailAddressFault;

impl MailAddress {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for MailAddress {
    type Err = MailAddressFault;

    /// What every mail server takes: RFC 5321 without quoted names and literal addresses, which no organisation has.
    fn from_str(text: &str) -> Result<Self, MailAddressFault> {
        let (local, domain) = text.rsplit_once('@').ok_or(MailAddressFault)?;
        let is_atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
        let is_local =
            local.len() <= 64 && local.split('.').all(|part| !part.is_empty() && part.bytes().all(is_atom));
        let is_label = |label: &str| {
            let ends = !label.starts_with('-') && !label.ends_with('-');
            (1..=63).contains(&label.len())
                && ends
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        let is_domain = domain.contains('.') && domain.split('.').all(is_label);
        if is_local && is_domain && text.len() <= 254 {
            Ok(Self(text.to_owned()))
        } else {
            Err(MailAddressFault)
        }
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_what_a_mail_server_takes() {
        for good in ["jour@kommun.example", "0701740605@sms.example", "a.b+c@x-y.example"] {
            assert!(good.parse::<MailAddress>().is_ok(), "{good}");
        }
        let bad = [
            "",
            "jour",
            "@kommun.example",
            "a@b",
            "a b@c.example",
            "a@b@c.example",
            "å@b.example",
            "a@-b.example",
            "a@b..c",
            ".a@b.example",
            "a@b.example\r\nRCPT TO:<x@y.example>",
        ];
        for bad in bad {
            assert!(bad.parse::<MailAddress>().is_err(), "{bad}");
        }
    }
}
