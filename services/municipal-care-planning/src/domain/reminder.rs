//! A reminder of an unread notice to one address: what it says, and when it is tried. Pure.

use hemgang_core::{
    day::local,
    directory::{MailAddress, UnitFunction},
    place::HsaId,
};
use jiff::{SignedDuration, Timestamp};

use super::notice::{Notice, NoticeId};

hemgang_core::typed_id! {
    /// A reminder.
    ReminderId
}

hemgang_db::text_column!(ReminderId);

/// The longest wait between two tries.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);

/// How long what cannot be delivered is tried: afterwards somebody has read the notice, or was told otherwise.
const TRIED: SignedDuration = SignedDuration::from_hours(24 * 3);

/// How much of what a mail server says is kept.
const FAULT: usize = 200;

/// A reminder as kept until it is delivered. It names no case and no patient.
#[expect(clippy::struct_field_names, reason = "fields are columns of the same name")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    pub reminder_id: ReminderId,
    pub version: i64,
    pub notice_id: NoticeId,
    pub unit: HsaId,
    pub function: String,
    pub address: String,
    pub unread_since: Timestamp,
    pub written_at: Timestamp,
    pub tries: i64,
    pub next_try_at: Timestamp,
    pub fault: Option<String>,
    pub given_up_at: Option<Timestamp>,
}

/// Why a mail was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It may be later: the server is away, trusts or knows us not, or asks to try again.
    Later(String),
    /// It never will be: the server refuses the address, or the mail.
    Never(String),
}

impl Reminder {
    /// Of a notice to one address of a function.
    pub fn new(notice: &Notice, function: UnitFunction, address: &MailAddress, now: Timestamp) -> Self {
        Self {
            reminder_id: ReminderId::fresh(now),
            version: 1,
            notice_id: notice.notice_id,
            unit: notice.recipient.clone(),
            function: function.to_string(),
            address: address.to_string(),
            unread_since: notice.delivered_at.unwrap_or(notice.sent_at),
            written_at: now,
            tries: 0,
            next_try_at: now,
            fault: None,
            given_up_at: None,
        }
    }

    /// A try, written down before it is made: whoever is stopped in between, or is another process, tries later.
    #[must_use]
    pub fn tried(self, retry: SignedDuration, now: Timestamp) -> Self {
        let doubled = (0..self.tries)
            .try_fold(retry, |wait, _| wait.checked_add(wait).filter(|wait| *wait < LONGEST_WAIT));
        let wait = doubled.unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
        let next_try_at = now.saturating_add(wait).unwrap_or(Timestamp::MAX);
        Self { version: self.version + 1, tries: self.tries + 1, next_try_at, ..self }
    }

    /// The reminder after a try that failed: it is tried again, or given up.
    #[must_use]
    pub fn failed(self, fault: Fault, now: Timestamp) -> Self {
        let is_old = now.duration_since(self.written_at) >= TRIED;
        let (is_final, said) = match fault {
            Fault::Never(said) => (true, said),
            Fault::Later(said) => (is_old, said),
        };
        let said: String = said.chars().map(|c| if c.is_control() { ' ' } else { c }).take(FAULT).collect();
        Self { version: self.version + 1, fault: Some(said), given_up_at: is_final.then_some(now), ..self }
    }

    /// The same mail, however often it is sent: who gets it twice can tell (RFC 5322, 3.6.4).
    pub fn message_id(&self, domain: &str) -> String {
        format!("<{}@{domain}>", self.reminder_id)
    }

    /// What it says: that something lies unread, where, since when, and where to log in. Short enough for a text message.
    pub fn text(&self, unit: &str, link: &str) -> String {
        let since = local(self.unread_since).strftime("%Y-%m-%d %H:%M");
        format!(
            "Du har ett oläst meddelande i Hemgång. Enhet: {unit}. Oläst sedan {since}. Logga in: {link}\n"
        )
    }
}

/// Its subject.
pub const SUBJECT: &str = "Oläst meddelande i Hemgång";
