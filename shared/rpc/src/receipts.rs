//! Within what time a unit acknowledges what was delivered to it. The Act knows no receipt (kvittens), and the county's
//! routine no time that we could verify, so it is the region's policy, in rows with a date.

use hemgang_core::day::local_day;
use hemgang_proto::planning::NoticeKind;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// Where no row says otherwise: a day's office hours.
const USUAL: i64 = 8 * 60;

/// One row of the policy.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct ReceiptLimit {
    /// The local day from which it holds, as `2027-01-01`, until a later row.
    pub valid_from: Date,
    /// Kind of notice, as `READINESS`; every kind that has no row of its own where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Whether it is for municipal units, or for the region's; for both where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub municipal: Option<bool>,
    /// Minutes in which the unit is manned.
    pub office_minutes: i64,
}

/// The policy: of the rows that are about a notice, the one that says most about it, and of those the latest.
#[derive(Clone, Debug, Default)]
pub struct Receipts(pub Vec<ReceiptLimit>);

impl Receipts {
    /// In how many manned minutes a notice is to be acknowledged that was delivered at an instant.
    pub fn limit(&self, kind: NoticeKind, is_municipal: bool, delivered_at: Timestamp) -> i64 {
        let name = kind.as_str_name().trim_start_matches("NOTICE_KIND_");
        let on = local_day(delivered_at);
        let is_about = |row: &&ReceiptLimit| {
            row.valid_from <= on
                && row.kind.as_ref().is_none_or(|kind| kind == name)
                && row.municipal.is_none_or(|municipal| municipal == is_municipal)
        };
        let best = self.0.iter().filter(is_about);
        let best = best.max_by_key(|row| (row.kind.is_some(), row.municipal.is_some(), row.valid_from));
        best.map_or(USUAL, |row| row.office_minutes)
    }

    /// The first kind in it that no notice has.
    pub fn unknown_kind(&self) -> Option<&str> {
        let is_known = |kind: &&str| NoticeKind::from_str_name(&format!("NOTICE_KIND_{kind}")).is_some();
        self.0.iter().filter_map(|row| row.kind.as_deref()).find(|kind| !is_known(kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_holds_that_says_most_and_came_last() {
        let row = |valid_from: &str, kind: Option<&str>, municipal, office_minutes| ReceiptLimit {
            valid_from: valid_from.parse().expect("a day"),
            kind: kind.map(str::to_owned),
            municipal,
            office_minutes,
        };
        let policy = Receipts(vec![
            row("2027-01-01", None, None, 120),
            row("2026-01-01", None, None, 240),
            row("2026-01-01", Some("READINESS"), None, 60),
            row("2026-01-01", None, Some(false), 480),
        ]);
        let limit =
            |kind, is_municipal, at: &str| policy.limit(kind, is_municipal, at.parse().expect("an instant"));
        assert_eq!(limit(NoticeKind::Admission, true, "2025-06-01T10:00:00Z"), USUAL);
        assert_eq!(limit(NoticeKind::Admission, true, "2026-06-01T10:00:00Z"), 240);
        assert_eq!(limit(NoticeKind::Admission, true, "2026-12-31T23:30:00Z"), 120, "2027 in Stockholm");
        assert_eq!(limit(NoticeKind::Admission, false, "2027-06-01T10:00:00Z"), 480);
        assert_eq!(limit(NoticeKind::Readiness, false, "2027-06-01T10:00:00Z"), 60);
        assert_eq!(policy.unknown_kind(), None);
        assert_eq!(Receipts(vec![row("2026-01-01", Some("READY"), None, 1)]).unknown_kind(), Some("READY"));
    }
}
