//! Within what time a unit acknowledges what was delivered to it. The Act knows no receipt (kvittens), and the county's
//! routine no time that we could verify, so it is the region's policy, in rows with a date. The deadline of a notice and the
//! indicator `acknowledgement` rest on what is said here, once.

use hemgang_core::{day::local_day, directory::Directory, place::HsaId};
use hemgang_proto::planning::NoticeKind;
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// Where no row says otherwise: a day's office hours.
const USUAL: Span = Span::Office(8 * 60);

/// Kinds of addressee, which answer for different things at different hours.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Addressee {
    /// A unit of a municipality.
    Municipality,
    /// A unit of the region's outpatient care.
    Outpatient,
    /// The ward where the patient is.
    Ward,
}

/// A time that a unit is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Minutes in which it is manned.
    Office(i64),
    /// Minutes that pass.
    Elapsed(i64),
}

impl Span {
    /// From the two keys of a row, of which one is given.
    pub(crate) fn of(office_minutes: Option<i64>, minutes: Option<i64>) -> Option<Self> {
        match (office_minutes, minutes) {
            (Some(office), None) => Some(Self::Office(office)),
            (None, Some(minutes)) => Some(Self::Elapsed(minutes)),
            _ => None,
        }
    }

    /// How many minutes, whichever.
    pub(crate) fn minutes(self) -> i64 {
        match self {
            Self::Office(minutes) | Self::Elapsed(minutes) => minutes,
        }
    }

    /// When it has passed for a unit.
    pub fn ends(self, directory: &Directory, unit: &HsaId, from: Timestamp) -> Timestamp {
        match self {
            Self::Office(minutes) => directory.manned_until(unit, from, minutes),
            Self::Elapsed(minutes) => {
                from.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(Timestamp::MAX)
            }
        }
    }
}

/// One row of the policy.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct ReceiptLimit {
    /// The local day from which it holds, as `2027-01-01`, until a later row.
    pub valid_from: Date,
    /// Kind of notice, as `READINESS`; every kind that has no row of its own where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Whom it is for, as `municipality`; everybody where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<Addressee>,
    /// Minutes in which the unit is manned: this, or
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office_minutes: Option<i64>,
    /// minutes that pass, by day and night.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
}

/// The policy: of the rows that are about a notice, the one that says most about it, and of those the latest.
#[derive(Clone, Debug, Default)]
pub struct Receipts(Vec<ReceiptLimit>);

impl Receipts {
    /// From its rows.
    ///
    /// # Errors
    /// What is wrong with one of them.
    pub fn new(rows: Vec<ReceiptLimit>) -> Result<Self, String> {
        for row in &rows {
            let name = row.kind.as_deref().unwrap_or("ADMISSION");
            if NoticeKind::from_str_name(&format!("NOTICE_KIND_{name}")).is_none() {
                return Err(format!("{name} is no kind of notice"));
            }
            if Span::of(row.office_minutes, row.minutes).is_none_or(|span| span.minutes() < 1) {
                return Err("either office_minutes or minutes must be at least 1".to_owned());
            }
        }
        Ok(Self(rows))
    }

    /// When a notice is to be acknowledged that was delivered to a unit at an instant.
    pub fn due(
        &self,
        directory: &Directory,
        (kind, addressee): (NoticeKind, Addressee),
        (unit, delivered_at): (&HsaId, Timestamp),
    ) -> Timestamp {
        self.limit(kind, addressee, delivered_at).ends(directory, unit, delivered_at)
    }

    fn limit(&self, kind: NoticeKind, addressee: Addressee, delivered_at: Timestamp) -> Span {
        let name = kind.as_str_name().trim_start_matches("NOTICE_KIND_");
        let on = local_day(delivered_at);
        let is_about = |row: &&ReceiptLimit| {
            row.valid_from <= on
                && row.kind.as_ref().is_none_or(|kind| kind == name)
                && row.party.is_none_or(|party| party == addressee)
        };
        let best = self.0.iter().filter(is_about);
        let best = best.max_by_key(|row| (row.kind.is_some(), row.party.is_some(), row.valid_from));
        best.and_then(|row| Span::of(row.office_minutes, row.minutes)).unwrap_or(USUAL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(valid_from: &str, kind: Option<&str>, party: Option<Addressee>, office: i64) -> ReceiptLimit {
        ReceiptLimit {
            valid_from: valid_from.parse().expect("a day"),
            kind: kind.map(str::to_owned),
            party,
            office_minutes: Some(office),
            minutes: None,
        }
    }

    #[test]
    fn the_row_holds_that_says_most_and_came_last() {
        let policy = Receipts::new(vec![
            row("2027-01-01", None, None, 120),
            row("2026-01-01", None, None, 240),
            ReceiptLimit {
                office_minutes: None,
                minutes: Some(60),
                ..row("2026-01-01", Some("READINESS"), None, 0)
            },
            row("2026-01-01", None, Some(Addressee::Outpatient), 480),
        ]);
        let policy = policy.expect("a policy");
        let limit = |kind, party, at: &str| policy.limit(kind, party, at.parse().expect("an instant"));
        let (municipality, outpatient) = (Addressee::Municipality, Addressee::Outpatient);
        assert_eq!(limit(NoticeKind::Admission, municipality, "2025-06-01T10:00:00Z"), USUAL);
        assert_eq!(limit(NoticeKind::Admission, municipality, "2026-06-01T10:00:00Z"), Span::Office(240));
        let new_year = limit(NoticeKind::Admission, municipality, "2026-12-31T23:30:00Z");
        assert_eq!(new_year, Span::Office(120), "2027 in Stockholm");
        assert_eq!(limit(NoticeKind::Admission, outpatient, "2027-06-01T10:00:00Z"), Span::Office(480));
        assert_eq!(limit(NoticeKind::Readiness, outpatient, "2027-06-01T10:00:00Z"), Span::Elapsed(60));
        assert_eq!(limit(NoticeKind::Admission, Addressee::Ward, "2026-06-01T10:00:00Z"), Span::Office(240));
    }

    #[test]
    fn what_is_wrong_with_a_row_is_told() {
        assert!(Receipts::new(vec![row("2026-01-01", Some("READY"), None, 1)]).is_err());
        assert!(Receipts::new(vec![row("2026-01-01", None, None, 0)]).is_err());
        let both = ReceiptLimit { minutes: Some(1), ..row("2026-01-01", None, None, 1) };
        let neither = ReceiptLimit { office_minutes: None, ..row("2026-01-01", None, None, 1) };
        assert!(Receipts::new(vec![both]).is_err() && Receipts::new(vec![neither]).is_err());
    }
}
