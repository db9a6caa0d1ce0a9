//! Kept pieces and their replay.

use std::fs;

use super::*;

/// An admission to the ward that the mapping lacks, and what comes after it.
fn a_stay() -> String {
    let admit = adt("A01", "1", "9", "V1", "20250310080000");
    admit + &adt("A02", "2", "1", "V1", "20250311080000") + &adt("A03", "3", "1", "V1", "20250312080000")
}

fn mend(site: &Site) {
    let line = format!("[sender.wards]\n\"9\" = \"{WARD}\"");
    site.write("site.toml", SITE.replace("[sender.wards]", &line));
}

#[test]
fn a_parked_stay_is_replayed_in_order_when_the_mapping_is_mended() {
    let site = Site::start();
    site.write("day.hl7", a_stay());
    assert_eq!(site.outcomes(&["day.hl7"]), of([("parked", 3)]));
    let kept = site.kept();
    assert_eq!(kept.len(), 6);
    let slip = || fs::read_to_string(site.path("hemgang-kept").join(&kept[1])).expect("a slip");
    let before = slip();

    assert_eq!(site.outcomes(&["hemgang-kept"]), of([("parked", 3)]), "nothing was mended");
    assert_eq!((site.kept(), slip()), (kept.clone(), before), "each stays once, with where it came from");

    mend(&site);
    assert_eq!(site.outcomes(&["hemgang-kept", "--dry-run"]), of([("accepted", 3)]));
    assert_eq!(site.kept(), kept, "a dry run removes nothing");
    assert_eq!(site.outcomes(&["hemgang-kept"]), of([("accepted", 3)]));
    assert_eq!(site.kept(), [""; 0]);
    assert_eq!(site.outcomes(&["hemgang-kept"]), of([]));
}

#[test]
fn later_messages_of_a_parked_visit_wait_behind_it_over_imports() {
    let site = Site::start();
    site.write("1.hl7", adt("A01", "1", "1", "V1", "20250310080000"));
    site.write("2.hl7", adt("A02", "2", "9", "V1", "20250311080000"));
    site.write("3.hl7", adt("A03", "3", "1", "V1", "20250312080000"));
    site.write("4.hl7", adt("A01", "4", "1", "V2", "20250312080000"));
    assert_eq!(site.outcomes(&["1.hl7", "2.hl7"]), of([("accepted", 1), ("parked", 1)]));
    // Applied now, the discharge would leave a transfer that can never follow.
    assert_eq!(site.outcomes(&["3.hl7", "4.hl7"]), of([("accepted", 1), ("parked", 1)]));
    mend(&site);
    assert_eq!(site.outcomes(&["hemgang-kept"]), of([("accepted", 2)]));
    assert_eq!(site.kept(), [""; 0]);
}

#[test]
fn the_first_files_imported_again_empty_the_folder_as_a_replay_does() {
    let site = Site::start();
    site.write("day.hl7", a_stay());
    assert_eq!(site.outcomes(&["day.hl7"]), of([("parked", 3)]));
    assert_eq!(site.outcomes(&["day.hl7"]), of([("parked", 3)]));
    assert_eq!(site.kept().len(), 6, "kept once");
    mend(&site);
    assert_eq!(site.outcomes(&["day.hl7"]), of([("accepted", 3)]));
    assert_eq!(site.kept(), [""; 0]);
}

#[test]
fn a_message_that_had_its_effect_is_a_repeat_under_another_mapping() {
    let site = Site::start();
    site.write("day.hl7", adt("A01", "1", "1", "V1", "20250310080000"));
    assert_eq!(site.outcomes(&["day.hl7"]), of([("accepted", 1)]));
    site.write("site.toml", SITE.replace(WARD, "SE2321000131-E000000001119"));
    assert_eq!(site.outcomes(&["day.hl7"]), of([("repeated", 1)]));
}

#[test]
fn a_folder_of_kept_messages_is_read_only_when_it_is_named() {
    let site = Site::start();
    fs::create_dir(site.path("month")).expect("a folder");
    site.write("month/day.hl7", adt("A01", "1", "9", "V1", "20250310080000"));
    assert_eq!(site.outcomes(&["month", "--kept", "month/kept"]), of([("parked", 1)]));
    assert_eq!(site.outcomes(&["month", "--kept", "month/kept"]), of([("parked", 1)]));
    let other = site.import(&["month/kept", "--kept", "elsewhere"], b"");
    assert_eq!(other.code, Some(1));
    assert!(other.stderr.contains("is replayed"), "{other:?}");
}

#[test]
fn messages_that_come_before_their_admission_follow_it() {
    let site = Site::start();
    let (transfer, discharge) =
        (adt("A02", "2", "1", "V1", "20250311080000"), adt("A03", "3", "1", "V1", "20250312080000"));
    site.write("1.hl7", [transfer.clone(), transfer, discharge].concat());
    site.write("2.hl7", adt("A01", "1", "1", "V1", "20250310080000"));
    assert_eq!(site.outcomes(&["1.hl7", "2.hl7"]), of([("accepted", 3), ("repeated", 1)]));
    assert_eq!(site.kept(), [""; 0]);
}

#[test]
fn a_replay_finds_an_admission_that_was_kept_after_what_needs_it() {
    let site = Site::start();
    site.write("1.hl7", adt("A03", "3", "1", "V1", "20250312080000"));
    site.write("2.hl7", adt("A01", "1", "9", "V1", "20250310080000"));
    assert_eq!(site.outcomes(&["1.hl7", "2.hl7"]), of([("parked", 2)]));
    mend(&site);
    assert_eq!(site.outcomes(&["2.hl7", "hemgang-kept"]), of([("accepted", 2)]));
    assert_eq!(site.kept(), [""; 0]);
}

#[test]
fn a_piece_that_was_kept_under_another_name_stays_once() {
    let site = Site::start();
    site.write("day.hl7", b"MSH|^~\\&|A\0");
    assert_eq!(site.outcomes(&["day.hl7"]), of([("refused", 1)]));
    // As it was kept when the beginning of the next frame was still a part of it.
    let kept = site.kept();
    let folder = site.path("hemgang-kept");
    fs::remove_file(folder.join(&kept[0])).expect("removed");
    fs::rename(folder.join(&kept[1]), folder.join("00000001-older.reason")).expect("renamed");
    fs::write(folder.join("00000001-older.hl7"), b"MSH|^~\\&|A\0\x0b").expect("written");
    for _ in 0..2 {
        assert_eq!(site.outcomes(&["hemgang-kept"]), of([("refused", 1)]));
        let names = site.kept();
        assert!(names.len() == 2 && !names[0].contains("older"), "{names:?}");
    }
}

#[test]
fn an_implausible_time_is_kept_and_holds_nobody_up() {
    let site = Site::start();
    let wrong = adt("A02", "2", "1", "V1", "20990311080000");
    let (admit, discharge) =
        (adt("A01", "1", "1", "V1", "20250310080000"), adt("A03", "3", "1", "V1", "20250312080000"));
    site.write("day.hl7", [admit, wrong, discharge].concat());
    let answer = site.import(&["day.hl7"], b"");
    assert_eq!(counts(&answer.json()), of([("accepted", 2), ("parked", 1)]));
    let flags = &answer.json()["quality_flags"];
    let number = |name: &str| flags[name].as_u64();
    assert_eq!((number("implausible_time"), number("check_digit")), (Some(1), Some(0)), "{answer:?}");
    // How they were read is said, too: these have no PV1-45, and the discharge took what EVN says.
    let json = answer.json();
    assert_eq!((&json["character_sets"]["ASCII"], &json["discharge_times"]["EVN-2"]), (&3.into(), &1.into()));
    assert_eq!(site.outcomes(&["hemgang-kept"]), of([("parked", 1)]), "no mapping mends a year");
    assert_eq!(site.kept().len(), 2);
}

#[test]
fn a_parked_admission_holds_its_visit_over_imports_until_the_void_between_comes() {
    let site = Site::start();
    let stated = |visit: &str, at: &str| {
        adt("A01", &format!("{visit}3"), "1", visit, at)
            .replace(&format!("EVN|A01|{at}"), &format!("EVN|A01|{at}||||{at}"))
    };
    let told = |visit: &str| {
        let of = |event: &str, id: &str, at: &str| adt(event, &format!("{visit}{id}"), "1", visit, at);
        [
            of("A01", "1", "20250310080000") + &of("A03", "2", "20250312080000"),
            // The number is used again, for a stay that says when it began.
            stated(visit, "20250320080000") + &of("A03", "4", "20250325080000"),
            of("A02", "5", "20250321080000"),
            of("A11", "6", "20250315080000"),
        ]
    };
    for (number, text) in (1..).zip(told("V1")) {
        site.write(&format!("{number}.hl7"), text);
    }
    assert_eq!(site.outcomes(&["1.hl7", "2.hl7"]), of([("accepted", 2), ("parked", 2)]));
    assert_eq!(site.outcomes(&["3.hl7"]), of([("parked", 1)]));
    assert_eq!(site.outcomes(&["4.hl7"]), of([("accepted", 1)]), "the void waits for nobody");
    assert_eq!(site.outcomes(&["hemgang-kept"]), of([("accepted", 3)]));
    assert_eq!(site.kept(), [""; 0]);
    // In one import it goes on by itself.
    site.write("whole.hl7", told("V2").concat());
    assert_eq!(site.outcomes(&["whole.hl7"]), of([("accepted", 6)]));
    assert_eq!(site.kept(), [""; 0]);
}
