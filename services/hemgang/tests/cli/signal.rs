//! A signal ends what works on a temporary database, and the database goes with it.

use std::{
    fs,
    process::{Command, Output, Stdio},
    thread::sleep,
    time::Duration,
};

use crate::command::HEMGANG;

/// Starts a command, sends the signal once it has written to its temporary folder, and tells what is left there.
fn stopped_by(signal: &str, arguments: &[&str]) -> (Output, usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let child = Command::new(HEMGANG)
        .current_dir(folder.path())
        .env("TMPDIR", folder.path())
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let entries = || fs::read_dir(folder.path()).expect("a folder").count();
    let begun = (0..6_000).any(|_| {
        sleep(Duration::from_millis(10));
        entries() > 0
    });
    assert!(begun, "nothing was begun");
    sleep(Duration::from_millis(300));
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill runs");
    assert!(sent.success(), "it had ended before the signal");
    let output = child.wait_with_output().expect("it ends");
    (output, entries())
}

#[test]
fn a_signal_leaves_no_temporary_database() {
    for (signal, arguments) in [
        ("-TERM", &["demo", "--listen", "127.0.0.1:0"][..]),
        ("-INT", &["demo", "--exit"]),
        ("-TERM", &["simulate", "--days", "365", "--in-process"]),
    ] {
        let (output, left) = stopped_by(signal, arguments);
        assert_eq!((output.status.code(), left), (Some(1), 0), "{output:?}");
        assert_eq!(output.stderr, b"hemgang: stopped before the end\n", "{output:?}");
    }
}
