//! When somebody who came home is called: by practice within 24 to 72 hours, which no law says, so it is policy with a date.

use hemgang_core::day::local_day;
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::receipts::Addressee;

/// A row of the policy.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct HomecomingContact {
    /// The local day from which it holds, as `2027-01-01`, until a later row.
    pub valid_from: Date,
    /// Who calls; nobody has to where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Addressee>,
    /// The earliest, in hours after the departure.
    pub from_hours: u16,
    /// The latest.
    pub until_hours: u16,
}

/// The policy. Where no row says otherwise the region's outpatient care calls after 24 to 72 hours.
#[derive(Clone, Debug, Default)]
pub struct Homecoming(Vec<HomecomingContact>);

impl Homecoming {
    /// From its rows.
    ///
    /// # Errors
    /// What is wrong with one of them.
    pub fn new(rows: Vec<HomecomingContact>) -> Result<Self, String> {
        let is_wrong = |row: &HomecomingContact| row.until_hours <= row.from_hours;
        if rows.iter().any(is_wrong) {
            return Err("until_hours must be more than from_hours".to_owned());
        }
        if rows.iter().any(|row| row.by == Some(Addressee::Ward)) {
            return Err("by must be municipality or outpatient".to_owned());
        }
        Ok(Self(rows))
    }

    /// Who calls somebody who left at an instant, from when and until when; none where nobody has to.
    pub fn due(&self, left_at: Timestamp) -> Option<(Addressee, Timestamp, Timestamp)> {
        let on = local_day(left_at);
        let row = self.0.iter().filter(|row| row.valid_from <= on).max_by_key(|row| row.valid_from);
        let (by, from, until) = match row {
            Some(row) => (row.by?, row.from_hours, row.until_hours),
            None => (Addressee::Outpatient, 24, 72),
        };
        let after = |hours: u16| {
            left_at.saturating_add(SignedDuration::from_hours(hours.into())).unwrap_or(Timestamp::MAX)
        };
        Some((by, after(from), after(until)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_row_says_who_calls_and_when() {
        let row = |valid_from: &str, by, from_hours, until_hours| HomecomingContact {
            valid_from: valid_from.parse().expect("a day"),
            by,
            from_hours,
            until_hours,
        };
        let at = |text: &str| text.parse::<Timestamp>().expect("an instant");
        let usual = Homecoming::default().due(at("2026-09-14T12:00:00Z"));
        let expected = (Addressee::Outpatient, at("2026-09-15T12:00:00Z"), at("2026-09-17T12:00:00Z"));
        assert_eq!(usual, Some(expected));
        let municipality = Some(Addressee::Municipality);
        let policy =
            Homecoming::new(vec![row("2026-01-01", municipality, 0, 48), row("2026-10-01", None, 24, 72)]);
        let policy = policy.expect("a policy");
        let expected = (Addressee::Municipality, at("2026-09-14T12:00:00Z"), at("2026-09-16T12:00:00Z"));
        assert_eq!(policy.due(at("2026-09-14T12:00:00Z")), Some(expected));
        assert_eq!(policy.due(at("2026-10-14T12:00:00Z")), None);
        assert!(Homecoming::new(vec![row("2026-01-01", None, 72, 24)]).is_err());
        assert!(Homecoming::new(vec![row("2026-01-01", Some(Addressee::Ward), 24, 72)]).is_err());
    }
}
