//! What stops an import: it says how far it came, and puts no message among the refused for it.

use std::fs::{self, File};

use super::*;

#[test]
fn a_server_that_is_away_stops_the_import_and_loses_nothing() {
    let mut site = Site::start();
    let broken = "no message\r";
    site.write("a.hl7", broken);
    site.write("b.hl7", adt("A01", "1", "1", "V1", "20250310080000"));
    site.server.stop();
    let answer = site.import(&["a.hl7", "b.hl7"], b"");
    assert_eq!(answer.code, Some(1));
    assert!(answer.stderr.contains("stopped at piece 1 of b.hl7, after 1 pieces"), "{answer:?}");
    assert!(answer.stderr.contains(&format!("{} cannot be reached: Connection refused", site.server.url)));
    let json = answer.json();
    assert_eq!((json["complete"].as_bool(), counts(&json)), (Some(false), of([("refused", 1)])));
    assert_eq!(site.kept().len(), 2);
}

#[test]
fn a_token_of_another_role_stops_the_import() {
    let site = Site::start();
    site.write("day.hl7", adt("A01", "1", "1", "V1", "20250310080000"));
    let token = site.server.token("quality", HOSPITAL);
    fs::copy(token, &site.token).expect("the token in place of the gateway's");
    let answer = site.import(&["day.hl7"], b"");
    assert_eq!(answer.code, Some(1));
    assert!(answer.stderr.contains("role gateway"), "{answer:?}");
    assert_eq!(site.kept(), [""; 0]);
}

#[test]
fn a_hospital_without_a_token_stops_the_import_and_one_more_token_lets_it_go_on() {
    let site = Site::start();
    let other = "SE2321000131-E000000001007";
    let sender = SITE.replace("NORTH", "SOUTH").replace(HOSPITAL, other);
    site.write("site.toml", format!("{SITE}{}", sender.replace(WARD, "SE2321000131-E000000001126")));
    let south = adt("A01", "2", "1", "V1", "20250310080000").replace("|NORTH|", "|SOUTH|");
    site.write("day.hl7", adt("A01", "1", "1", "V1", "20250310080000") + &south);
    let answer = site.import(&["day.hl7"], b"");
    assert_eq!(answer.code, Some(1));
    assert!(answer.stderr.contains(&format!("no token was given for hospital {other}")), "{answer:?}");
    let one_more = fs::read(&site.token).expect("the token");
    let token = site.server.token("gateway", other);
    site.write("south.token", fs::read(token).expect("a token"));
    site.write("gateway.token", one_more);
    assert_eq!(site.outcomes(&["day.hl7", "--token", "south.token"]), of([("accepted", 2)]));
}

#[test]
fn two_imports_do_not_keep_in_one_folder() {
    let site = Site::start();
    site.write("day.hl7", "no message\r");
    site.outcomes(&["day.hl7"]);
    let mark = File::open(site.path("hemgang-kept/.hemgang-kept")).expect("the mark");
    mark.lock().expect("nobody else holds it");
    let answer = site.import(&["day.hl7"], b"");
    assert_eq!(answer.code, Some(1));
    assert!(answer.stderr.contains("another import"), "{answer:?}");
}

#[test]
fn a_path_that_is_not_there_stops_before_anything_is_sent() {
    let site = Site::start();
    site.write("day.hl7", adt("A01", "1", "1", "V1", "20250310080000"));
    let answer = site.import(&["day.hl7", "nowhere"], b"");
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(1), ""), "{answer:?}");
}

#[test]
fn without_a_dry_run_a_token_is_required() {
    let folder = tempfile::tempdir().expect("a folder");
    let answer = hemgang(folder.path(), &["import", "hl7", "."], b"");
    assert_eq!(answer.code, Some(2));
}
