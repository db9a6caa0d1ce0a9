//! Movements, what takes them back, and merged identities.

use super::*;

fn at(timed: Timed) -> (String, TimeSource) {
    (timed.stamp.at.to_string(), timed.source)
}

#[test]
fn the_time_of_a_numbered_movement_comes_before_any_other() {
    let (pid, pv1) = (pid(&[]), pv1(&[(44, "202609140700"), (45, "202609141100")]));
    let evn = "EVN||202609141200||||202609141130";
    let moved = mapped("A02", &[evn, &pid, &pv1, "ZBE|7^EHR|202609141000||INSERT"]);
    assert_eq!(at(moved.occurred_at), ("2026-09-14T08:00:00Z".to_owned(), TimeSource::Movement));
    assert_eq!(at(moved.registered_at), ("2026-09-14T10:00:00Z".to_owned(), TimeSource::Recorded));
    let left = mapped("A03", &[evn, &pid, &pv1, "ZBE|7^EHR|202609141000||INSERT"]);
    assert_eq!(left.discharged_at.map(at), Some(("2026-09-14T08:00:00Z".to_owned(), TimeSource::Movement)));
    let left = mapped("A03", &[evn, &pid, &pv1]);
    assert_eq!(left.discharged_at.map(at), Some(("2026-09-14T09:00:00Z".to_owned(), TimeSource::Discharge)));
    let came = mapped("A01", &[evn, &pid, &pv1, "ZBE|7^EHR|202609140600||INSERT"]);
    assert_eq!(came.admitted_at.map(at), Some(("2026-09-14T04:00:00Z".to_owned(), TimeSource::Movement)));
    // Without EVN-2 it was recorded when it was sent.
    let leave = mapped("A21", &[&pid, &pv1]);
    assert_eq!(at(leave.registered_at), ("2026-09-14T07:00:00Z".to_owned(), TimeSource::Sent));
}

#[test]
fn a_cancelled_movement_is_the_cancellation_of_its_event() {
    for (event, action, kind) in [
        ("A01", "CANCEL", AdtKind::CancelAdmit),
        ("A02", "CANCEL", AdtKind::CancelTransfer),
        ("A02", "delete", AdtKind::CancelTransfer),
        ("A02", "UPDATE", AdtKind::Transfer),
        ("A03", "CANCEL", AdtKind::CancelDischarge),
        ("A12", "CANCEL", AdtKind::CancelTransfer),
        ("A13", "CANCEL", AdtKind::CancelDischarge),
        ("A21", "CANCEL", AdtKind::CancelStartLeave),
        ("A22", "CANCEL", AdtKind::CancelEndLeave),
        ("A16", "CANCEL", AdtKind::CancelPendingDischarge),
    ] {
        let zbe = format!("ZBE|7^EHR|202609141000||{action}");
        assert_eq!(mapped(event, &[&pid(&[]), &pv1(&[]), &zbe]).kind, kind, "{event} {action}");
    }
}

#[test]
fn a_leave_needs_no_ward_and_a_movement_needs_a_visit() {
    assert_eq!(mapped("A21", &[&pid(&[]), &pv1(&[(3, "")])]).ward, None);
    for event in ["A12", "A13", "A21", "A22", "A52", "A53"] {
        let parked = verdict(event, &[&pid(&[]), &pv1(&[(19, "")])]);
        assert_eq!(parked, Verdict::Parked(Unmapped::NoVisit), "{event}");
    }
}

/// The pairs of a merge: survivor, absorbed.
fn merged(event: &str, segments: &[&str]) -> Vec<(String, String)> {
    let value = |identity: &Identity| identity.id.value().to_owned();
    mapped(event, segments).merges.iter().map(|one| (value(&one.surviving), value(&one.absorbed))).collect()
}

#[test]
fn the_patient_survives_and_the_merged_one_is_absorbed() {
    let local = |number: &str| format!("SE2321000131-E000000001005{number}");
    let person = "195009072553".to_owned();
    for event in ["A40", "A34", "A36"] {
        // Without a visit, as most of them come.
        let pairs = merged(event, &[&pid(&[]), "MRG|17^^^^MR"]);
        assert_eq!(pairs, [(person.clone(), local("17"))], "{event}");
    }
    // The group repeats; a patient may absorb several; a number merged with itself says nothing.
    let pairs = merged(
        "A40",
        &[
            &pid(&[]),
            "PD1|",
            "MRG|17^^^^MR~18^^^^MR",
            "PV1||I",
            "PID|2||20^^^^MR",
            "MRG|21^^^^MR",
            "MRG|20^^^^MR",
        ],
    );
    let expected = [(person.clone(), local("17")), (person, local("18")), (local("20"), local("21"))];
    assert_eq!(pairs, expected);
}

#[test]
fn a_merge_that_names_nobody_is_parked() {
    for segments in [
        [pid(&[]), "MRG|".to_owned()],
        [pid(&[]), format!("MRG|{PERSON}~X^^^ELSEWHERE^MR")],
        [pid(&[]), "MRG|X^^^ELSEWHERE^MR".to_owned()],
        ["MRG|17^^^^MR".to_owned(), pid(&[])],
    ] {
        let segments = segments.each_ref().map(String::as_str);
        assert_eq!(verdict("A40", &segments), Verdict::Parked(Unmapped::NothingMerged));
    }
    assert_eq!(verdict("A40", &["PID|1", "MRG|17^^^^MR"]), Verdict::Parked(Unmapped::NoIdentity));
    // That a number is the same person's as itself is known.
    assert_eq!(merged("A40", &[&pid(&[]), &format!("MRG|{PERSON}")]), []);
}
