//! `hemgang import contacts`: each row is set, what cannot be read is told with its line before anything is, and what is refused
//! after it.

use std::fs;

use crate::command::{Answer, Server, hemgang};

const SOCIAL: &str = "SE0000001480-E0002";

fn import(server: &Server, rows: &str, arguments: &[&str]) -> Answer {
    let text = format!("unit,function,addresses,valid_from\n{rows}");
    fs::write(server.folder.path().join("contacts.csv"), text).expect("a file");
    let token = server.token("directory-admin", SOCIAL).display().to_string();
    let import = ["import", "contacts", "contacts.csv", "--token", &token, "--target", &server.url];
    hemgang(server.folder.path(), &[&import[..], arguments].concat(), b"")
}

#[test]
fn a_file_is_read_set_and_set_again() {
    let server = Server::start();
    let rows =
        format!("{SOCIAL},duty,jour@kommun.example 0701740605@sms.example,\n{SOCIAL},mas,,2099-01-01\n");
    let dry = import(&server, &rows, &["--dry-run"]);
    assert_eq!((dry.code, dry.stdout.as_str()), (Some(0), "contacts: 2 rows can be read\n"), "{dry:?}");
    for _ in 0..2 {
        let set = import(&server, &rows, &[]);
        assert_eq!((set.code, set.stdout.as_str()), (Some(0), "contacts: 2 set, 0 refused\n"), "{set:?}");
    }
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let server = Server::start();
    let rows =
        format!("{SOCIAL},duty,jour@kommun.example,\n{SOCIAL},boss,a@b.example,\n{SOCIAL},mas,,soon\n");
    let unread = import(&server, &rows, &[]);
    let lines: Vec<_> = unread.stdout.lines().collect();
    assert!(lines[0].starts_with("contacts.csv:3: function boss: expected one of: duty"), "{unread:?}");
    assert!(lines[1].starts_with("contacts.csv:4: valid_from soon is no day"), "{unread:?}");
    assert!(unread.code == Some(1) && unread.stderr.contains("2 rows cannot be read; nothing was imported"));

    let rows = format!("{SOCIAL},duty,jour,\n{SOCIAL},mas,mas@kommun.example,\nSE0000001490-E0002,duty,,\n");
    let refused = import(&server, &rows, &[]);
    assert!(refused.stdout.contains("contacts.csv:2: ") && refused.stdout.contains("contact.addresses[0]: "));
    assert!(refused.stdout.contains("contacts.csv:4: "), "another organisation's: {refused:?}");
    assert!(
        refused.stdout.ends_with("contacts: 1 set, 2 refused\n") && refused.code == Some(1),
        "{refused:?}"
    );
}
