//! Exit code 2 is for usage, 1 for what is refused; and a refusal names what to mend, once.

use std::{fs, net::TcpListener};

use crate::command::{hemgang, hemgang_with};

#[test]
fn what_cannot_be_asked_is_usage() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = ["report", "indicator", "--token", "quality.token"];
    let figures = |more: &'static [&'static str]| [&report, more].concat();
    let year = &["same_day", "--from", "2026-01", "--to", "2026-12"];
    let all: &[(Vec<&str>, &str)] = &[
        (
            vec!["serve", "nosuch"],
            "[possible values: directory, admission, readiness, planning, deviation, access]",
        ),
        (figures(&["same_day"]), "--from <MONTH|DAY>"),
        (figures(&["same_day", "--from", "2026-09"]), "--to <MONTH|DAY>"),
        (figures(&["--from", "2026-09"]), "ID"),
        (
            figures(&["same_day", "--from", "2026-13", "--to", "2026-12"]),
            "neither a month (2026-09) nor a day",
        ),
        (figures(&["same_day", "--from", "2026-09", "--to", "2026-08"]), "--from is after --to"),
        ([&report[..], year, &["--file", "x.xlsx"]].concat(), "--file goes with --output xlsx"),
        ([&report[..], year, &["--output", "xlsx"]].concat(), "--file <OUT.xlsx>"),
        (vec!["token", "--role", "nobody", "--unit", "SE2321000131-E000000001101"], "nobody"),
        (
            vec!["feed", "rebuild", "directory"],
            "[possible values: admission, readiness, planning, deviation, access]",
        ),
        (vec!["feed", "tail", "nosuch", "--token", "any.token"], "[possible values: admission, readiness"),
        (vec!["demo", "--exit", "--listen", "127.0.0.1:1"], "--listen"),
        (vec![], "Usage: hemgang"),
    ];
    fs::write(folder.path().join("quality.token"), "token").expect("a file");
    for (arguments, said) in all {
        let answer = hemgang(folder.path(), arguments, b"");
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(2), ""), "{arguments:?}: {answer:?}");
        assert!(answer.stderr.contains(said), "{arguments:?}: {answer:?}");
    }
}

#[test]
fn an_unknown_key_is_named_as_its_reader_wrote_it() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.toml"), "[listen]\ngrpcc = \"127.0.0.1:1\"").expect("a file");
    fs::write(folder.path().join("b.toml"), "[peers.url]\nadmision = \"http://h\"").expect("a file");
    let of_file = |file: &str| hemgang(folder.path(), &["serve", "--print-config", "--config", file], b"");
    let environment = [("HEMGANG_LISTEN__GRPCC", "127.0.0.1:1")];
    let refusals = [
        (of_file("a.toml"), "configuration: listen.grpcc is no key; there are grpc (", "a.toml"),
        (of_file("b.toml"), "configuration: peers.url.admision is no key; there are admission", "b.toml"),
        (
            hemgang_with(folder.path(), &environment, &["serve", "--print-config"], b""),
            "configuration: HEMGANG_LISTEN__GRPCC is no key; there are grpc",
            "",
        ),
    ];
    for (answer, said, file) in refusals {
        assert_eq!(answer.code, Some(1), "{answer:?}");
        assert!(answer.stderr.contains(said) && answer.stderr.contains(file), "{answer:?}");
    }
}

#[test]
fn what_stands_in_the_way_of_a_server_is_named_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let serve = |arguments: &[&str]| hemgang(folder.path(), &[&["serve"], arguments].concat(), b"");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let answer = serve(&["--listen", &address]);
    assert_eq!(answer.stderr.matches("Address already in use").count(), 1, "{answer:?}");
    assert!(answer.code == Some(1) && !folder.path().join("hemgang-data").exists(), "{answer:?}");

    fs::create_dir(folder.path().join("data")).expect("a folder");
    fs::write(folder.path().join("data/admission.sqlite"), [0; 8192]).expect("a file");
    let answer = serve(&["--listen", "127.0.0.1:0", "--database-url", "sqlite://data"]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert!(answer.stderr.starts_with("hemgang: data/admission.sqlite cannot be used; "), "{answer:?}");
    assert_eq!(answer.stderr.matches("file is not a database").count(), 1, "{answer:?}");

    // Nobody listens there any more.
    drop(taken);
    let away = address;
    let answer = serve(&["--listen", "127.0.0.1:0", "--database-url", &format!("postgres://u@{away}/d")]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert_eq!(answer.stderr.matches("Connection refused").count(), 1, "{answer:?}");
    fs::write(folder.path().join("any.token"), "token").expect("a file");
    let target = format!("http://{away}");
    let report = ["report", "indicator", "--token", "any.token", "--target", &target];
    let answer = hemgang(folder.path(), &report, b"");
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert!(answer.stderr.contains(&format!("{target} cannot be reached: Connection refused")), "{answer:?}");
}
