//! The columns of a file of episodes. `docs/import-episodes.md` says more of each.

use crate::import::rows::columns::Column;

/// All of them.
pub const COLUMNS: &[Column] = &[
    ("source", true, "the system that the episode comes from"),
    ("case_id", true, "its number there; with the source it names the episode"),
    ("hospital", true, "HSA-id of the hospital; its token is used"),
    ("ward", true, "HSA-id of the ward where the stay ended, or stands"),
    ("person_oid", true, "issuer of the personal identity, 1.2.752.129.2.1.3.1 for personnummer"),
    ("person_value", true, "the personal identity"),
    ("name", false, "full name"),
    ("birth_date", false, "YYYY-MM-DD"),
    ("sex", false, "female, male or unknown"),
    ("protection", false, "none, confidential or protected_registration"),
    ("admission_type", true, "planned, unplanned or unknown"),
    ("specialty", false, "somatic or psychiatric; the ward's own when empty"),
    ("legal_status", false, "HSL, LPT or LRV; HSL when empty"),
    ("residence_municipality", false, "four digits"),
    ("liable_municipality", false, "four digits; the residence when empty"),
    ("admitted_at", true, "time of admission"),
    (
        "needs",
        false,
        "none, or social_services, municipal_health_care, region_outpatient_care between blanks",
    ),
    ("needs_assessed_at", false, "when the physician judged"),
    ("needs_assessed_by", false, "HSA-id of the physician"),
    ("notice_sent_at", false, "when the admission notice was sent"),
    ("notice_recipients", false, "HSA-ids of the units, between blanks"),
    (
        "ready_assessed_at",
        false,
        "when the physician judged, of the valid readiness; empty when not recorded",
    ),
    ("ready_assessed_by", false, "HSA-id of the physician"),
    ("ready_notified_at", false, "when its notice was given"),
    ("discharge_notice_sent_at", false, "when the discharge notice was sent"),
    ("discharge_agreed_at", false, "the time home that it told of"),
    ("discharge_agreed_destination", false, "the destination that it told of; destination when empty"),
    ("discharged_at", false, "when the patient left or died; empty while in hospital"),
    ("destination", false, "home, home_with_care, short_term_care, care_home, other_hospital, ..."),
];

#[cfg(test)]
mod tests {
    use csv::ByteRecord;

    use super::*;
    use crate::import::rows::columns::Columns;

    #[test]
    fn every_column_is_in_the_documentation_with_the_same_demand() {
        let page = include_str!("../../../../../docs/import-episodes.md");
        for (name, required, _) in COLUMNS {
            let row = format!("| `{name}` | {} |", if *required { "yes" } else { "" });
            assert!(page.contains(&row), "{row}");
        }
    }

    #[test]
    fn a_heading_that_would_be_misread_stops_the_import() {
        let names: Vec<_> = COLUMNS.iter().map(|(name, ..)| *name).collect();
        let whole = ByteRecord::from(names.clone());
        assert_eq!(Columns::read(&whole, COLUMNS).expect("a heading").place("case_id"), Some(1));
        for (names, fault) in [
            ([&names[..], &["wards"]].concat(), "no column of this name"),
            ([&names[..], &["ward"]].concat(), "stands twice"),
            (names[1..].to_vec(), "lacks the columns source"),
        ] {
            let error = Columns::read(&ByteRecord::from(names), COLUMNS).expect_err("a fault").to_string();
            assert!(error.contains(fault), "{error}");
        }
    }
}
