//! Who was told as a table: notices of admission's, in seconds, and what planning told of since.

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("an instant")
}

fn unit(name: &str) -> HsaId {
    HsaId::parse(&format!("SE1-{name}")).expect("an HSA-id")
}

fn stay() -> AdmissionId {
    AdmissionId::fresh(at(0))
}

fn sent(number: i64, second: i64, to: &str) -> SentNotice {
    SentNotice {
        admission_id: stay(),
        number,
        unit: unit(to),
        municipality: None,
        sent_at: at(second),
        entry: EntryReason::Unspecified,
    }
}

/// Who left, who joined, when, and since when that counts.
fn change(left: Option<&str>, joined: Option<&str>, second: i64, notified: i64) -> RecipientChange {
    RecipientChange {
        admission_id: stay(),
        number: 0,
        left_unit: left.map(unit),
        joined_unit: joined.map(unit),
        municipality: None,
        changed_at: at(second),
        notified_at: at(notified),
    }
}

fn added(to: &str, second: i64) -> RecipientChange {
    change(None, Some(to), second, second)
}

fn removed(from: &str, second: i64) -> RecipientChange {
    change(Some(from), None, second, second)
}

fn forwarded(from: &str, to: &str, second: i64, notified: i64) -> RecipientChange {
    change(Some(from), Some(to), second, notified)
}

#[test]
fn what_was_told_of_a_unit_that_left_is_told_to_nobody_or_to_the_one_in_its_place() {
    type Row<'a> = (&'a str, Vec<SentNotice>, Vec<RecipientChange>, &'a [(&'a str, i64)]);
    let rows: [Row<'_>; 13] = [
        ("one notice", vec![sent(1, 1, "A")], vec![], &[("A", 1)]),
        ("misdirected", vec![sent(1, 1, "A")], vec![removed("A", 2)], &[]),
        (
            "another is told by the same notice",
            vec![sent(1, 1, "A"), sent(1, 1, "B")],
            vec![removed("A", 2)],
            &[("B", 1)],
        ),
        (
            "told again after it left",
            vec![sent(1, 1, "A"), sent(2, 3, "A")],
            vec![removed("A", 2)],
            &[("A", 3)],
        ),
        ("added", vec![], vec![added("A", 2)], &[("A", 2)]),
        ("added and removed at one moment", vec![], vec![added("A", 2), removed("A", 2)], &[]),
        ("added again", vec![sent(1, 1, "A")], vec![removed("A", 2), added("A", 2)], &[("A", 2)]),
        ("forwarded", vec![sent(1, 1, "A")], vec![forwarded("A", "B", 5, 1)], &[("B", 1)]),
        (
            "forwarded with the last notice, and not with the next",
            vec![sent(1, 1, "A"), sent(2, 3, "A"), sent(3, 9, "A")],
            vec![forwarded("A", "B", 5, 1)],
            &[("A", 9), ("B", 1), ("B", 3)],
        ),
        ("forwarded before the notice is heard of", vec![], vec![forwarded("A", "B", 5, 1)], &[("B", 1)]),
        (
            "forwarded twice, and misdirected there",
            vec![sent(1, 1, "A")],
            vec![forwarded("A", "B", 5, 1), forwarded("B", "C", 5, 1), removed("C", 5)],
            &[],
        ),
        (
            "forwarded to who had left before",
            vec![sent(1, 1, "A"), sent(1, 1, "B")],
            vec![removed("B", 2), forwarded("A", "B", 5, 1)],
            &[("B", 1)],
        ),
        (
            "a paper of before it left, told after",
            vec![sent(1, 4, "A"), sent(2, 1, "A")],
            vec![removed("A", 3)],
            &[("A", 4)],
        ),
    ];
    for (name, sent, changes, expected) in rows {
        let mut found: Vec<_> = reached(&sent, &changes).into_iter().map(|one| (one.unit, one.at)).collect();
        found.sort();
        let expected: Vec<_> = expected.iter().map(|(name, second)| (unit(name), at(*second))).collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn a_unit_that_joined_stands_before_what_was_judged_after_it() {
    let judged = |number, second| JudgedNeed {
        admission_id: stay(),
        number,
        needed: true,
        assessed_at: at(second),
        admitted_at: at(0),
        told_at: at(second),
        entry: EntryReason::Unspecified,
    };
    let course = Course {
        judged: vec![judged(1, 1), judged(3, 5)],
        sent: vec![sent(2, 2, "A")],
        changes: vec![removed("A", 3), added("B", 4), added("C", 6)],
    };
    let notified = |second| Step::Notified(at(second), EntryReason::Unspecified);
    let [first, second] = [&course.judged[0], &course.judged[1]];
    assert_eq!(course.steps(), [Step::Judged(first), notified(4), Step::Judged(second), notified(6)]);
    assert_eq!(course.next_number(), 4);
}
