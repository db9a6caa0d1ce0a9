//! `hemgang import directory`: a file is taken over as a whole, and every fault of it is told with its line.

use std::fs;

use crate::command::{Answer, Server, hemgang};

const SOCIAL: &str = "SE0000001480-E0002";
const NEW: &str = "SE0000001480-E0999";
const HEADING: &str =
    "hsa_id,name,kind,parent,municipality,law,specialty,hospital_group,valid_from,valid_to\n";

fn import(server: &Server, rows: &str, arguments: &[&str]) -> Answer {
    fs::write(server.folder.path().join("units.csv"), format!("{HEADING}{rows}")).expect("a file");
    let token = server.token("directory-admin", SOCIAL).display().to_string();
    let import = ["import", "directory", "units.csv", "--token", &token, "--target", &server.url];
    hemgang(server.folder.path(), &[&import[..], arguments].concat(), b"")
}

#[test]
fn a_file_is_looked_at_imported_and_imported_again() {
    let server = Server::start();
    let row = format!("{NEW},Hemtjänst Lundby,municipal-unit,,1480,SoL,,,2020-01-01,\n");
    let dry = import(&server, &row, &["--dry-run"]);
    assert_eq!((dry.code, dry.stderr.as_str()), (Some(0), ""));
    assert!(
        dry.stdout.starts_with("units: 1 would be added, 0 would be changed, 0 as they stood\n"),
        "{dry:?}"
    );
    let first = import(&server, &row, &[]);
    assert_eq!(first.stdout, "units: 1 added, 0 changed, 0 as they stood\nmunicipalities: 0 changed\n");
    let again = import(&server, &row, &[]);
    assert!(again.stdout.starts_with("units: 0 added, 0 changed, 1 as they stood\n"), "{again:?}");
}

#[test]
fn every_fault_is_told_with_its_line_and_nothing_is_imported() {
    let server = Server::start();
    // More than a refusal holds.
    let bad = "SE1-W1,,ward,,,,,,2020-01-01,\n".repeat(60);
    let good = format!("{NEW},Hemtjänst Lundby,municipal-unit,,1480,SoL,,,2020-01-01,\n");
    let answer = import(&server, &format!("{good}{bad}"), &[]);
    assert_eq!((answer.code, answer.stdout.lines().count()), (Some(1), 180), "{answer:?}");
    assert!(answer.stdout.starts_with("units.csv:3: name is empty\n"), "{answer:?}");
    assert!(answer.stderr.contains("180 faults; nothing was imported"), "{answer:?}");
    let dry = import(&server, &good, &["--dry-run"]);
    assert!(dry.stdout.starts_with("units: 1 would be added"), "{dry:?}");
    let elsewhere =
        import(&server, "SE0000001490-E0999,Hemtjänst,municipal-unit,,1490,SoL,,,2020-01-01,\n", &[]);
    assert_eq!(elsewhere.stdout, "units.csv:2: SE0000001490-E0999 is of another organisation\n");
}
