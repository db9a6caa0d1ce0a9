//! The duty as a table: what happened when, and how the stay stands.

use hemgang_core::{day, id::AdmissionId, place::HsaId};
use hemgang_proto::admission::LegalStatus;
use jiff::{ToSpan as _, civil::date};

use super::*;

/// Saturday 2026-10-24 14:00 in Stockholm, the day before the clocks go back.
fn start() -> Timestamp {
    "2026-10-24T12:00:00Z".parse().expect("an instant")
}

fn after(seconds: i64) -> Timestamp {
    start() + seconds.seconds()
}

const DAY: i64 = 86_400;

const LIVE: EntryReason = EntryReason::Unspecified;

fn stay() -> Stay {
    let place = |text: &str| HsaId::parse(text).expect("an HSA-id");
    Stay {
        admission_id: AdmissionId::fresh(start()),
        version: 1,
        hospital: place("SE1-H"),
        ward: place("SE1-W"),
        liable_municipality: None,
        state: AdmissionState::Admitted,
        admitted_at: start(),
        needed_since: None,
        needed_entry: LIVE,
        notified_at: None,
        notified_entry: LIVE,
        legal_status: LegalStatus::Hsl,
        discharged_at: None,
        interrupted_at: None,
    }
}

fn owed(seconds: i64) -> Standing {
    Standing::Owed { due_at: after(seconds) }
}

#[test]
fn twenty_four_hours_are_elapsed_hours_on_both_dst_weekends() {
    // domain.md §1.4: 14:00 CET + 24 h is 15:00 CEST in spring; 14:00 CEST + 24 h is 13:00 CET in autumn.
    let rows = [
        (date(2026, 3, 28).at(14, 0, 0, 0), date(2026, 3, 29).at(15, 0, 0, 0)),
        (date(2026, 10, 24).at(14, 0, 0, 0), date(2026, 10, 25).at(13, 0, 0, 0)),
    ];
    for (admitted, runs_out) in rows {
        let admitted_at = day::from_local(admitted).expect("a time").instant();
        let stay = Stay { admitted_at, ..stay() }.assessed(true, admitted_at, LIVE);
        let due_at = admitted_at + SignedDuration::from_secs(86_400);
        assert_eq!(standing(&stay), Standing::Owed { due_at });
        assert_eq!(day::local(due_at).datetime(), runs_out);
        assert_eq!(standing(&stay.clone().notified(due_at, LIVE)), Standing::Clear);
        let met_at = due_at + 1.second();
        assert_eq!(standing(&stay.notified(met_at, LIVE)), Standing::Late { due_at, met_at });
    }
}

#[test]
fn the_duty_runs_from_the_first_judgement_that_stands() {
    assert_eq!(standing(&stay()), Standing::Clear);
    assert_eq!(standing(&stay().assessed(false, after(0), LIVE)), Standing::Clear);
    let needed = stay().assessed(true, after(100), LIVE);
    assert_eq!(standing(&needed), owed(DAY + 100));
    // Judged before the patient was formally admitted.
    assert_eq!(standing(&stay().assessed(true, after(-100), LIVE)), owed(DAY));
    // A later judgement moves nothing; one that was made earlier and told later does.
    assert_eq!(standing(&needed.clone().assessed(true, after(500), LIVE)), owed(DAY + 100));
    assert_eq!(standing(&needed.clone().assessed(true, after(50), LIVE)), owed(DAY + 50));
    // Nobody after all, then somebody again: a new duty.
    let nobody = needed.clone().assessed(false, after(200), LIVE);
    assert_eq!(standing(&nobody), Standing::Clear);
    assert_eq!(standing(&nobody.assessed(true, after(300), LIVE)), owed(DAY + 300));
    // Nobody, but judged only when the duty had run out; on the second itself it had not.
    assert_eq!(standing(&needed.clone().assessed(false, after(DAY + 101), LIVE)), owed(DAY + 100));
    assert_eq!(standing(&needed.assessed(false, after(DAY + 100), LIVE)), Standing::Clear);
}

#[test]
fn what_is_judged_after_the_notice_moves_nothing() {
    let sent = stay().assessed(true, after(100), LIVE).notified(after(DAY + 50), LIVE);
    assert_eq!(standing(&sent), Standing::Clear);
    assert_eq!(standing(&sent.clone().assessed(true, after(10), LIVE)), Standing::Clear);
    assert_eq!(
        standing(&sent.assessed(false, after(DAY + 60), LIVE).assessed(true, after(DAY + 70), LIVE)),
        Standing::Clear
    );
    // Only the first notice counts.
    let late =
        stay().assessed(true, after(0), LIVE).notified(after(DAY + 1), LIVE).notified(after(DAY + 500), LIVE);
    assert_eq!(standing(&late), Standing::Late { due_at: after(DAY), met_at: after(DAY + 1) });
}

#[test]
fn a_stay_that_ended_before_the_duty_ran_out_or_never_was_owes_nothing() {
    let needed = stay().assessed(true, after(0), LIVE);
    for died in [false, true] {
        assert_eq!(standing(&needed.clone().discharged(after(DAY - 1), died)), Standing::Clear);
        assert_eq!(standing(&needed.clone().discharged(after(DAY), died)), owed(DAY));
    }
    // A notice that went out when the patient had gone within the 24 hours was not owed.
    let gone = needed.clone().discharged(after(DAY - 1), false).notified(after(DAY + 1), LIVE);
    assert_eq!(standing(&gone), Standing::Clear);
    assert_eq!(standing(&needed.notified(after(DAY + 1), LIVE).voided()), Standing::Clear);
}

#[test]
fn what_was_told_afterwards_opens_no_duty_and_breaks_none() {
    for entry in [EntryReason::DowntimeRoutine, EntryReason::Import] {
        let judged = stay().assessed(true, after(0), entry);
        assert_eq!(standing(&judged), Standing::Clear);
        assert_eq!(standing(&judged.clone().notified(after(DAY + 1), LIVE)), Standing::Clear);
        let here = stay().assessed(true, after(0), LIVE);
        assert_eq!(standing(&here.clone().notified(after(DAY + 1), entry)), Standing::Clear);
        // Judged here, too: that is watched from its own time, and a paper from before hides it not.
        assert_eq!(standing(&judged.assessed(true, after(50), LIVE)), owed(DAY + 50));
        assert_eq!(standing(&here.clone().assessed(true, after(-9), entry)), owed(DAY));
        assert_eq!(standing(&here.assessed(false, after(-9), entry)), owed(DAY));
    }
}

#[test]
fn what_had_not_run_out_when_planning_was_broken_off_is_owed_no_more() {
    let needed = stay().assessed(true, after(100), LIVE);
    let interrupted = needed.clone().interrupted(Some(after(DAY)));
    assert_eq!(standing(&interrupted), Standing::Clear);
    assert_eq!(standing(&interrupted.interrupted(None)), owed(DAY + 100), "with the deadline that it had");
    assert_eq!(standing(&needed.clone().interrupted(Some(after(DAY + 100)))), owed(DAY + 100));
    // Somebody was judged to be needed after it.
    assert_eq!(standing(&needed.interrupted(Some(after(50)))), owed(DAY + 100));
}
