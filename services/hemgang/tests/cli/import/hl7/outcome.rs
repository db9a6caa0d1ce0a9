//! Each class of outcome, from files, folders, captures and standard input.

use std::{
    fs,
    os::unix::{
        fs::{PermissionsExt as _, symlink},
        net::UnixListener,
    },
    process::Command,
};

use hemgang_proto::admission::{ListAdmissionsRequest, admission_service_client::AdmissionServiceClient};

use super::*;

#[test]
fn each_piece_has_one_outcome_and_what_has_no_effect_is_kept() {
    let site = Site::start();
    let admit = adt("A01", "1", "1", "V1", "20250310080000");
    let pieces = [
        admit.clone(),
        admit,
        adt("A08", "2", "1", "V1", "20250310090000"),
        adt("A60", "3", "1", "V1", "20250310090000"),
        "MSH|^~\\&|EHR|NORTH|||20250310||ORU^R01|4|P|2.5\rPID|1\r".to_owned(),
        adt("A01", "5", "9", "V2", "20250310100000"),
        adt("A01", "6", "nowhere", "V3", "20250310110000"),
        "MSH|^~\\&|EHR|NORTH|||20250310||||P|2.5\r".to_owned(),
    ];
    site.write("day.hl7", pieces.concat());
    site.write("letter.txt", "Dear colleague,\nno message at all\n");
    site.write("empty.hl7", "");
    let dry = site.import(&["day.hl7", "letter.txt", "empty.hl7", "--dry-run"], b"");
    assert_eq!((dry.code, counts(&dry.json()).get("refused")), (Some(0), Some(&2)), "{dry:?}");
    let answer = site.import(&["day.hl7", "letter.txt", "empty.hl7"], b"");
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert!(answer.stderr.contains("2 pieces were refused"), "{answer:?}");
    let json = answer.json();
    let said =
        [("accepted", 1), ("repeated", 1), ("unchanged", 1), ("ignored", 3), ("parked", 2), ("refused", 2)];
    assert_eq!(counts(&json), of(said));
    let mut reasons: Vec<_> = json["rows"].as_array().expect("rows").iter().collect();
    reasons.retain(|row| row["outcome"] == "parked" || row["outcome"] == "refused");
    let reasons: Vec<_> = reasons.iter().map(|row| format!("{} {}", row["event"], row["reason"])).collect();
    assert_eq!(
        reasons,
        [
            "\"A01\" \"ward code is not in the site mapping: 9\"",
            "\"A01\" \"ward of the site mapping is not in the directory: SE2321000131-E000000009999\"",
            "\"none\" \"message type and event are missing\"",
            "\"none\" \"not an hl7 message: it does not begin with msh\"",
        ]
    );
    assert_eq!((json["files"].as_u64(), json["kept"]["pieces"].as_u64()), (Some(3), Some(4)));
    let none =
        json["rows"].as_array().expect("rows").iter().find(|row| row["reason"] == "file holds no message");
    assert_eq!(none.map(|row| (&row["outcome"], &row["pieces"])), Some((&"ignored".into(), &1.into())));
    assert_eq!(site.kept().len(), 8, "a piece and its reason each");
}

#[test]
fn kept_bytes_are_those_that_came_and_the_reasons_tell_nothing_of_a_person() {
    let site = Site::start();
    let parked = adt("A01", "5", "9", "V2", "20250310100000");
    let broken = b"MSH|^~\\&|EHR|NORTH|||2025||ADT^A01|\xE5\xE4\0|P|2.5\r".to_vec();
    site.write("day.hl7", [parked.as_bytes(), &broken].concat());
    assert_eq!(site.outcomes(&["day.hl7"]), of([("parked", 1), ("refused", 1)]));
    let kept = site.kept();
    let read = |name: &String| fs::read(site.path("hemgang-kept").join(name)).expect("a kept file");
    assert_eq!(read(&kept[0]), parked.as_bytes());
    assert_eq!(read(&kept[2]), broken);
    for (place, name) in kept.iter().enumerate().filter(|(_, name)| name.ends_with(".reason")) {
        let text = String::from_utf8(read(name)).expect("text");
        assert!(
            !["Hemligsson", "Provar", "77V2", "19400702"].iter().any(|word| text.contains(word)),
            "{text}"
        );
        let slip: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(slip["source"], "day.hl7");
        assert_eq!(slip["position"].as_u64(), Some(place as u64 / 2 + 1));
        assert!(name.contains(slip["content_hash"].as_str().expect("a hash")));
    }
}

#[test]
fn a_capture_on_standard_input_is_cut_into_its_messages() {
    let site = Site::start();
    let frame = |text: &str| [b"\x0B", text.as_bytes(), b"\x1C\r"].concat();
    let frames = [
        frame(&adt("A01", "1", "1", "V1", "20250310080000")),
        frame(&adt("A03", "2", "1", "V1", "20250311080000").replace('\r', "\r\n")),
    ];
    let answer = site.import(&["-"], &frames.concat());
    assert_eq!(counts(&answer.json()), of([("accepted", 2)]));
}

#[test]
fn a_frame_whose_end_did_not_come_is_kept_as_it_came_for_its_owner_only() {
    let site = Site::start();
    let frame = |text: &str| [b"\x0B", text.as_bytes(), b"\x1C\r"].concat();
    let death = adt("A03", "2", "1", "V1", "20250311080000");
    let cut = [b"\x0B", &death.as_bytes()[..death.len() - 10]].concat();
    let first = frame(&adt("A01", "1", "1", "V1", "20250310080000"));
    let last = frame(&adt("A01", "3", "1", "V2", "20250312080000"));
    site.write("day.mllp", [&first[..], &cut, &last].concat());
    assert_eq!(site.outcomes(&["day.mllp"]), of([("accepted", 2), ("refused", 1)]));
    let kept = site.kept();
    let folder = site.path("hemgang-kept");
    assert_eq!(fs::read(folder.join(&kept[0])).expect("a piece"), cut);
    let slip = fs::read_to_string(folder.join(&kept[1])).expect("a slip");
    assert!(slip.contains("mllp frame is not finished"), "{slip}");
    let mode = |path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(folder.clone()), 0o700);
    for name in kept.iter().map(String::as_str).chain([".hemgang-kept"]) {
        assert_eq!(mode(folder.join(name)), 0o600, "{name}");
    }
    assert_eq!(site.outcomes(&["hemgang-kept"]), of([("refused", 1)]));
    assert_eq!(site.kept(), kept);
}

#[test]
fn what_is_no_file_in_a_folder_is_refused_unopened_and_named() {
    let site = Site::start();
    fs::create_dir(site.path("month")).expect("a folder");
    symlink("nowhere", site.path("month/a.hl7")).expect("a link");
    let fifo = Command::new("mkfifo").arg(site.path("month/b.hl7")).status().expect("mkfifo runs");
    assert!(fifo.success());
    let _socket = UnixListener::bind(site.path("month/c.hl7")).expect("a socket");
    site.write("month/d.hl7", adt("A01", "1", "1", "V1", "20250310080000"));
    let answer = site.import(&["month"], b"");
    assert_eq!((answer.code, counts(&answer.json())), (Some(1), of([("accepted", 1), ("refused", 3)])));
    for name in ["a", "b", "c"] {
        let said = format!("month/{name}.hl7 is not a file that can be read\n");
        assert!(answer.stderr.contains(&said), "{answer:?}");
    }
    assert_eq!(site.kept(), [""; 0], "there is nothing to keep");
}

#[test]
fn a_control_id_used_for_two_messages_is_reported_and_kept_and_both_count() {
    let site = Site::start();
    let admit = |visit, at| adt("A01", "ADT001", "1", visit, at);
    site.write("a.hl7", admit("V1", "20250310080000"));
    site.write(
        "b.hl7",
        [adt("A01", "1", "1", "V3", "20250310080000"), admit("V2", "20250310090000")].concat(),
    );
    let import = |files: &[&str]| site.import(files, b"").json();
    let json = import(&["a.hl7", "b.hl7"]);
    assert_eq!(counts(&json), of([("accepted", 3)]));
    let first = serde_json::json!({ "source": "a.hl7", "position": 1 });
    let second = serde_json::json!([{ "source": "b.hl7", "position": 2, "of": first }]);
    assert_eq!(json["conflicts"], second);
    let kept = site.kept();
    let read = |name: &String| fs::read_to_string(site.path("hemgang-kept").join(name)).expect("a kept file");
    assert_eq!(read(&kept[0]), admit("V2", "20250310090000"));
    let slip = read(&kept[1]);
    assert!(slip.contains("\"accepted\"") && slip.contains("came under the same control id"), "{slip}");
    // A replay has no second effect, tells nothing twice, and empties the folder.
    let json = import(&["hemgang-kept"]);
    assert_eq!((counts(&json), json["conflicts"].as_array().map(Vec::len)), (of([("accepted", 1)]), Some(0)));
    assert_eq!(site.kept(), [""; 0]);
    // Another import knows what an earlier one took; the same message again is none.
    site.write("c.hl7", [admit("V1", "20250310080000"), admit("V4", "20250310100000")].concat());
    let json = import(&["c.hl7"]);
    let third = serde_json::json!([{ "source": "c.hl7", "position": 2, "of": null }]);
    assert_eq!((counts(&json), &json["conflicts"]), (of([("accepted", 2)]), &third));
    assert_eq!(site.kept().len(), 2);
    let mark = read(&".hemgang-kept".to_owned());
    assert!(!mark.contains("ADT001") && mark.lines().count() == 2, "{mark}");
}

#[test]
fn a_parked_message_under_the_id_of_another_stays_kept_when_it_has_its_effect() {
    let site = Site::start();
    let left = adt("A03", "ADT001", "1", "V1", "20250311080000");
    let admit = |id| adt("A01", id, "1", "V1", "20250310080000");
    site.write("a.hl7", [adt("A01", "ADT001", "1", "V2", "20250310080000"), left, admit("2")].concat());
    let json = site.import(&["a.hl7"], b"").json();
    assert_eq!((counts(&json), json["conflicts"].as_array().map(Vec::len)), (of([("accepted", 3)]), Some(1)));
    let slip = fs::read_to_string(site.path("hemgang-kept").join(&site.kept()[1])).expect("a slip");
    assert!(slip.contains("\"accepted\"") && !slip.contains("has not come"), "{slip}");
    // One that was refused took no id.
    let odd = adt("A01", "9", "1", "V9", "20250310080000").replace("|2.5", "|3");
    site.write("b.hl7", [odd, adt("A01", "9", "1", "V9", "20250310080000")].concat());
    let json = site.import(&["b.hl7"], b"").json();
    let expected = of([("accepted", 1), ("refused", 1)]);
    assert_eq!((counts(&json), json["conflicts"].as_array().map(Vec::len)), (expected, Some(0)));
}

#[tokio::test]
async fn running_an_import_again_has_no_second_effect() {
    let site = Site::start();
    fs::create_dir_all(site.path("month/day")).expect("folders");
    site.write("month/a.hl7", adt("A01", "1", "1", "V1", "20250310080000"));
    site.write("month/day/b.hl7", adt("A01", "2", "1", "V2", "20250310090000"));
    assert_eq!(site.outcomes(&["month"]), of([("accepted", 2)]));
    assert_eq!(site.outcomes(&["month"]), of([("accepted", 2)]));
    let token = hemgang_runtime::token_file(site.server.token("hospital", HOSPITAL));
    let peer = hemgang_runtime::remote(&site.server.url, token).expect("a peer");
    let listed = AdmissionServiceClient::new(peer).list_admissions(ListAdmissionsRequest::default()).await;
    assert_eq!(listed.expect("a list").into_inner().admissions.len(), 2);
}
