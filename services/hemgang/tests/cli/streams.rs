//! Standard output: what does not get there is a fault, unless its reader went away.

use std::{fs::File, os::fd::OwnedFd};

use crate::command::{Server, hemgang_into};

/// A device that takes nothing.
fn full() -> File {
    File::options().write(true).open("/dev/full").expect("/dev/full")
}

#[test]
fn a_result_that_is_not_written_is_a_fault() {
    let server = Server::start();
    let folder = server.folder.path();
    let token = server.token("quality", "SE2321000131-E000000001001");
    let token = token.to_str().expect("a path");
    let report = ["report", "indicator", "--target", &server.url, "--token", token, "--output"];
    let year = ["same_day", "--from", "2026-01", "--to", "2026-12"];
    let unit = ["--role", "ward", "--unit", "SE2321000131-E000000001101"];
    let mut all = vec![
        vec!["serve", "--print-config"],
        vec!["token", "--data", "data", unit[0], unit[1], unit[2], unit[3]],
        vec!["doctor", "--database-url", "sqlite://data"],
        vec!["completions", "bash"],
        vec!["--help"],
        vec!["import", "hl7", "--help"],
        vec!["--version"],
    ];
    for form in ["table", "json", "csv"] {
        all.push([&report[..], &[form]].concat());
        all.push([&report[..], &[form], &year].concat());
    }
    for arguments in all {
        assert_eq!(hemgang_into(full(), folder, &arguments), Some(1), "{arguments:?}");
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let gone = File::from(OwnedFd::from(writer));
        assert_eq!(hemgang_into(gone, folder, &arguments), Some(0), "{arguments:?}");
    }
}
