//! `hemgang demo`: to its table.

use std::{net::TcpListener, path::PathBuf};

use crate::command::{Answer, hemgang};

fn demo(arguments: &[&str]) -> Answer {
    let folder = tempfile::tempdir().expect("a folder");
    let all: Vec<_> = ["demo", "--exit"].iter().chain(arguments).copied().collect();
    hemgang(folder.path(), &all, b"")
}

/// How often a line of the tally says that something happened.
fn count(answer: &Answer, what: &str) -> usize {
    let mut lines = answer.stdout.lines().filter_map(|line| line.trim().split_once("  "));
    lines.find(|(_, said)| *said == what).and_then(|(count, _)| count.parse().ok()).unwrap_or_default()
}

/// The numbers of the total: notified, ready, same-day numerator and denominator.
fn total(answer: &Answer) -> Vec<usize> {
    let line = answer.stdout.lines().find(|line| line.trim_start().starts_with("total")).expect("a total");
    let cells = line.split_whitespace().skip(1).take(3).flat_map(|cell| cell.split('/'));
    cells.map(|cell| cell.parse().expect("a count")).collect()
}

#[test]
fn one_seed_gives_one_table_that_a_narrow_terminal_shows() {
    let (first, again) = (demo(&["--days", "9"]), demo(&["--days", "9"]));
    assert_eq!(first.code, Some(0), "{first:?}");
    assert_eq!(first.stdout, again.stdout);
    assert!(first.stdout.lines().all(|line| line.chars().count() <= 80), "{}", first.stdout);
    assert!(count(&first, "ADT messages sent") > 300, "{}", first.stdout);
    assert!(count(&first, "ADT messages repeated, one effect") > 0, "{}", first.stdout);
    assert!(count(&first, "ADT messages ignored: not inpatient care") > 0, "{}", first.stdout);
    assert!(!first.stdout.contains("refused"), "{}", first.stdout);
    let [notified, ready, same_day, left] = total(&first)[..] else { panic!("{}", first.stdout) };
    // A notice that went to the wrong municipality is followed by another one.
    assert!(notified <= count(&first, "admission notices sent"), "{}", first.stdout);
    assert!(same_day > 0 && same_day <= left && left <= ready && ready <= notified, "{}", first.stdout);
    let met = first.stdout.lines().find(|line| line.starts_with("meetings held: ")).expect("meetings");
    assert!(met.contains(" planning (") && met.contains(" SIP ("), "{met}");
    assert!(
        count(&first, "meetings held") > 10 && count(&first, "care requests sent") > 0,
        "{}",
        first.stdout
    );
    let other = demo(&["--days", "2", "--seed", "5"]);
    assert_ne!(other.stdout, demo(&["--days", "2", "--seed", "6"]).stdout);
}

#[test]
fn files_of_messages_are_replayed_with_people_who_act_on_them() {
    let files = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/adt");
    let answer = demo(&["--adt", files.to_str().expect("a path")]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(answer.stdout.starts_with("35 ADT messages of 16 visits, seed 1\n"), "{answer:?}");
    assert_eq!(count(&answer, "ADT messages repeated, one effect"), 1, "{answer:?}");
    assert!(total(&answer).iter().all(|count| *count > 0), "{answer:?}");
    assert!(answer.stdout.lines().all(|line| line.chars().count() <= 80), "{}", answer.stdout);
    let odd = tempfile::tempdir().expect("a folder");
    let year = "MSH|^~\\&|ADTNU|NAL|||100001010000||ADT^A08|1|P|2.5\rPV1|1|I|N41||||||||||||||||1\r";
    std::fs::write(odd.path().join("odd.hl7"), year).expect("a file");
    let odd =
        demo(&["--adt", files.to_str().expect("a path"), "--adt", odd.path().to_str().expect("a path")]);
    let said = "35 ADT messages of 16 visits, seed 1\n     1  pieces refused: sent before there were units, or \
                years from most of the others\n";
    assert_eq!((odd.code, odd.stdout.starts_with(said)), (Some(0), true), "{odd:?}");
    let first_days = demo(&["--adt", files.to_str().expect("a path"), "--days", "2"]);
    assert!(!first_days.stdout.starts_with("35 "), "{first_days:?}");
}

#[test]
fn what_cannot_be_shown_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("prose.txt"), "no message at all").expect("a file");
    let path = folder.path().to_str().expect("a path");
    let nothing = demo(&["--adt", path]);
    assert_eq!(nothing.code, Some(1), "{nothing:?}");
    assert!(nothing.stderr.contains("nothing to replay"), "{nothing:?}");
    let in_use = demo(&["--data", path, "--days", "1"]);
    assert!(in_use.code == Some(1) && in_use.stderr.contains("is not empty"), "{in_use:?}");
    assert_eq!(demo(&["--site", "nowhere.toml"]).code, Some(2), "a mapping of nothing");
}

#[test]
fn a_taken_address_is_told_before_the_story() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let answer = hemgang(folder.path(), &["demo", "--listen", &address], b"");
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(1), ""), "{answer:?}");
    assert!(answer.stderr.contains(&format!("cannot listen on {address}; name another")), "{answer:?}");
    assert_eq!(answer.stderr.matches("Address already in use").count(), 1, "{answer:?}");
}
