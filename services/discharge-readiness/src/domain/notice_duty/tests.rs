//! The duty as a table: what happened when, in seconds from the admission, and how the figure counts it.

use hemgang_core::{id::AdmissionId, place::HsaId};
use hemgang_proto::common::{AgeGroup, Destination, Sex, Specialty};
use jiff::{ToSpan as _, civil::date};

use super::*;

const DAY: i64 = 86_400;

const LIVE: EntryReason = EntryReason::Unspecified;
const PAPER: EntryReason = EntryReason::DowntimeRoutine;
const IMPORT: EntryReason = EntryReason::Import;

/// Saturday 2026-10-24 14:00 in Stockholm, the day before the clocks go back.
fn after(seconds: i64) -> Timestamp {
    let start: Timestamp = "2026-10-24T12:00:00Z".parse().expect("an instant");
    start + seconds.seconds()
}

fn stay() -> Stay {
    let unit = |id| HsaId::parse(id).expect("an HSA-id");
    Stay {
        admission_id: AdmissionId::fresh(after(0)),
        version: 1,
        hospital: unit("SE1-H"),
        ward: unit("SE1-A"),
        specialty: Specialty::Somatic,
        state: AdmissionState::Admitted,
        admitted_at: after(0),
        liable_municipality: None,
        residence_municipality: None,
        municipality_is_secret: false,
        participating_municipality: None,
        sex: Sex::Unknown,
        age_group: AgeGroup::Unspecified,
        needed_since: None,
        needed_entry: LIVE,
        notified_at: None,
        notified_on: None,
        notified_entry: LIVE,
        discharge_notice_at: None,
        discharged_at: None,
        discharged_on: None,
        destination: Destination::Unspecified,
        discharged_entry: EntryReason::Unspecified,
    }
}

fn home(stay: Stay, seconds: i64) -> Stay {
    Stay { state: AdmissionState::Discharged, discharged_at: Some(after(seconds)), ..stay }
}

/// The stay after nine days, where it is not over before.
fn over(stay: Stay) -> Stay {
    if stay.state == AdmissionState::Admitted { home(stay, 9 * DAY) } else { stay }
}

#[test]
fn a_notice_counts_as_the_catalogue_says() {
    let needed = |seconds| stay().assessed(true, after(seconds), LIVE);
    let rows = [
        ("nobody was judged to be needed", stay(), None),
        ("nobody may be needed", stay().assessed(false, after(9), LIVE), None),
        ("sent on the last second", needed(0).notified(after(DAY), LIVE), Some(true)),
        ("sent a second late", needed(0).notified(after(DAY + 1), LIVE), Some(false)),
        ("within 24 hours of the later judgement", needed(DAY).notified(after(2 * DAY), LIVE), Some(true)),
        ("judged before the admission", needed(-500).notified(after(DAY), LIVE), Some(true)),
        ("no judgement recorded: from admission", stay().notified(after(DAY + 1), LIVE), Some(false)),
        ("never sent", needed(0), Some(false)),
        ("never sent, and judged on the last day", needed(8 * DAY), Some(false)),
        ("never sent, home after 24 hours", home(needed(0), DAY), Some(false)),
        ("never sent, home within 24 hours", home(needed(0), DAY - 1), None),
        ("sent late, home within 24 hours", home(needed(0).notified(after(DAY + 1), LIVE), 9), Some(false)),
        ("nobody after all, in time", needed(0).assessed(false, after(DAY), LIVE), None),
        ("nobody after all, too late", needed(0).assessed(false, after(DAY + 1), LIVE), Some(false)),
        (
            "judged again, first stands",
            needed(5).assessed(true, after(DAY), LIVE).notified(after(DAY + 6), LIVE),
            Some(false),
        ),
        ("voided", Stay { state: AdmissionState::Voided, ..needed(0) }, None),
    ];
    for (name, stay, expected) in rows {
        assert_eq!(over(stay).notice_in_time(), expected, "{name}");
    }
}

#[test]
fn a_patient_still_in_hospital_is_in_no_figure_yet() {
    for stay in [stay().assessed(true, after(0), LIVE), stay().notified(after(1), LIVE)] {
        assert_eq!(stay.notice_in_time(), None);
        assert!(over(stay).notice_in_time().is_some());
    }
    // However it ends.
    let dead = Stay { state: AdmissionState::Deceased, ..over(stay().notified(after(1), LIVE)) };
    assert_eq!(dead.notice_in_time(), Some(true));
}

#[test]
fn the_first_of_several_notices_counts() {
    let stay =
        stay().assessed(true, after(0), LIVE).notified(after(100), LIVE).notified(after(2 * DAY), LIVE);
    assert_eq!((stay.notified_at, over(stay.clone()).notice_in_time()), (Some(after(100)), Some(true)));
    assert_eq!((stay.notified_on, stay.version), (Some(date(2026, 10, 24)), 4));
}

#[test]
fn what_the_reserve_routine_told_is_out_and_what_was_imported_counts_by_its_times() {
    let judged = |entry| stay().assessed(true, after(0), entry);
    let rows = [
        ("a notice on paper, in time", judged(LIVE).notified(after(9), PAPER), None),
        ("a notice on paper, late", judged(LIVE).notified(after(DAY + 1), PAPER), None),
        ("judged on paper, never sent", judged(PAPER), None),
        ("judged on paper, sent here", judged(PAPER).notified(after(9), LIVE), None),
        (
            "the paper came to light later",
            judged(LIVE).notified(after(9), LIVE).notified(after(5), PAPER),
            None,
        ),
        (
            "sent here before the paper",
            judged(LIVE).notified(after(5), LIVE).notified(after(9), PAPER),
            Some(true),
        ),
        ("judged on paper, and here", judged(PAPER).assessed(true, after(5), LIVE), Some(false)),
        (
            "judged here, and on paper before",
            stay().assessed(true, after(5), LIVE).assessed(true, after(0), PAPER),
            Some(false),
        ),
        ("imported, in time", judged(IMPORT).notified(after(DAY), IMPORT), Some(true)),
        ("imported, late", judged(IMPORT).notified(after(DAY + 1), IMPORT), Some(false)),
        ("imported, never sent", home(judged(IMPORT), DAY), Some(false)),
        (
            "imported in any order",
            stay().notified(after(DAY), IMPORT).assessed(true, after(0), IMPORT),
            Some(true),
        ),
    ];
    for (name, stay, expected) in rows {
        assert_eq!(over(stay).notice_in_time(), expected, "{name}");
    }
    // Nobody was needed before somebody was: told in the order of papers, it takes nothing away.
    let stay = stay().assessed(true, after(5), LIVE).assessed(false, after(0), PAPER);
    assert_eq!(stay.needed_since, Some(after(5)));
}
