//! `hemgang doctor`: what is broken is a fault with its mend, also beside a running server.

use std::{
    fs::{self, File},
    io::Write as _,
    path::Path,
    time::Duration,
};

use hemgang_core::{clock::Clock, redacted::Redacted};
use hemgang_db::{Change, NewEvent, OpenError, Storage, is_in_use};
use jiff::{SignedDuration, Timestamp};

use crate::command::{Answer, Server, hemgang, hemgang_with};

fn doctor(folder: &Path) -> Answer {
    hemgang(folder, &["doctor", "--database-url", "sqlite://data"], b"")
}

/// Asserts that a line begins so, and says so.
fn assert_says(answer: &Answer, code: i32, begins: &str, said: &str) {
    assert_eq!(answer.code, Some(code), "{answer:?}");
    let found = answer.stdout.lines().any(|line| line.starts_with(begins) && line.contains(said));
    assert!(found, "no line {begins} … {said}: {}", answer.stdout);
}

/// Puts an event into admission's feed that no follower knows, as a newer program's would be.
async fn tell(folder: &Path, recorded_at: Timestamp) {
    tell_of(folder, recorded_at, "PatientTeleported", "", "{}").await;
}

async fn tell_of(folder: &Path, recorded_at: Timestamp, kind: &str, admission_id: &str, payload: &str) {
    let url = format!("sqlite://{}", folder.join("data").display());
    let storage = loop {
        match Storage::open(&url) {
            Err(OpenError::InUse(_)) => tokio::time::sleep(Duration::from_millis(20)).await,
            opened => break opened.expect("a storage"),
        }
    };
    let admission = hemgang_admission::SERVICE;
    let db = storage.database(admission.name, admission.migrations).await.expect("a database");
    let event = NewEvent {
        kind: kind.to_owned(),
        admission_id: admission_id.to_owned(),
        case_id: String::new(),
        occurred_at: recorded_at,
        recorded_at,
        actor_unit: "SE2321000131-E000000001005".to_owned(),
        entry_reason: "ENTRY_REASON_UNSPECIFIED",
        stated_at: None,
        audience: String::new(),
        seen: String::new(),
        access: String::new(),
        payload: Redacted::new(payload.to_owned()),
    };
    db.commit(Change::new().tell(event)).await.expect("told");
    drop((db, storage));
    while is_in_use(&folder.join("data")) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[test]
fn a_sound_installation_is_ok_before_its_first_start_and_while_it_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_says(&doctor(folder.path()), 0, "ok     database: ", "data is made at the first start");
    assert!(fs::read_dir(folder.path()).expect("a folder").next().is_none(), "nothing is changed");

    let server = Server::start();
    let answer = doctor(server.folder.path());
    assert_says(&answer, 0, "ok     database: ", "data; a server runs on it");
    for name in ["directory", "admission", "readiness", "planning", "deviation"] {
        assert_says(&answer, 0, &format!("ok     database of {name}: "), "up to date");
    }
    assert_says(&answer, 0, "ok     planning follows readiness: ", "up to date");
    assert_says(&answer, 0, "ok     reminders: ", "none was given up");
}

#[test]
fn a_damaged_file_is_a_fault() {
    let mut server = Server::start();
    server.stop();
    let data = server.folder.path().join("data");
    let mut file = File::options().write(true).open(data.join("admission.sqlite")).expect("a file");
    file.write_all(&[0; 100]).expect("a header of nothing");
    // What stands there holds the same header.
    fs::remove_file(data.join("admission.sqlite-wal")).expect("the log");
    let answer = doctor(server.folder.path());
    assert_says(&answer, 1, "FAULT  database of admission: data/admission.sqlite ", "Mend: ");
    assert_says(&answer, 1, "ok     database of readiness: ", "up to date");
    assert_eq!(answer.stdout.matches("file is not a database").count(), 1, "{answer:?}");
    assert_says(&answer, 1, "ok     database: ", "no server runs on it");
}

#[tokio::test]
async fn a_feed_that_does_not_move_is_a_fault_after_a_minute() {
    let mut server = Server::start();
    server.stop();
    let folder = server.folder.path();
    tell(folder, Clock::system().now()).await;
    assert_says(
        &doctor(folder),
        0,
        "ok     readiness follows admission: ",
        "1 events behind, less than a minute",
    );
    assert_says(&doctor(folder), 0, "ok     clock: ", "no feed is ahead of it");

    let mut server = Server::start();
    server.stop();
    tell(server.folder.path(), Clock::system().now() - SignedDuration::from_mins(2)).await;
    let behind = "FAULT  deviation follows admission: 1 events behind; the first waits since ";
    assert_says(&doctor(server.folder.path()), 1, behind, "Mend: start the server");
    let folder = std::mem::replace(&mut server.folder, tempfile::tempdir().expect("a folder"));
    let running = Server::start_in(folder);
    assert_says(&doctor(running.folder.path()), 1, behind, "Mend: the server's log says why");
}

#[tokio::test]
async fn an_event_that_cannot_be_applied_is_a_fault_and_is_retried_without_a_server() {
    let mut server = Server::start();
    server.stop();
    let (folder, now) = (server.folder.path(), Clock::system().now());
    // A notice of a stay that was never told of.
    let (id, notice) = ("0190163d-8694-739b-aea5-966c26f8ad90", r#"{"admissionNoticeSent":{}}"#);
    tell_of(folder, now, "AdmissionNoticeSent", id, notice).await;
    let retry = || hemgang(folder, &["feed", "retry", "--database-url", "sqlite://data"], b"");
    for _ in 0..2 {
        let retried = retry();
        assert_eq!(retried.code, Some(1), "{retried:?}");
        let said = "readiness follows admission: 1 events of 1 admissions stay parked";
        assert!(retried.stdout.contains(said), "{retried:?}");
        assert!(retried.stderr.contains("events stay parked"), "{retried:?}");
    }
    let parked = "FAULT  readiness follows admission: 1 events of 1 admissions parked since ";
    assert_says(&doctor(folder), 1, parked, &format!("the first is AdmissionNoticeSent of {id} (INTERNAL)"));
    assert_says(&doctor(folder), 1, parked, "`hemgang feed retry readiness`");
    assert_says(&doctor(folder), 1, "ok     readiness follows admission: ", "up to date");

    // Whatever is told of the same stay queues behind it.
    let admitted = r#"{"patientAdmitted":{"hospital":"SE2321000131-E000000001001","ward":"SE2321000131-E000000001101"}}"#;
    tell_of(folder, now, "PatientAdmitted", id, admitted).await;
    let behind = retry();
    assert!(
        behind.stdout.contains("readiness follows admission: 2 events of 1 admissions stay parked"),
        "{behind:?}"
    );
}

#[tokio::test]
async fn a_feed_from_the_future_is_the_clocks_fault() {
    let mut server = Server::start();
    server.stop();
    tell(server.folder.path(), Clock::system().now() + SignedDuration::from_mins(2)).await;
    assert_says(&doctor(server.folder.path()), 1, "FAULT  clock: ", "admission has recorded an event at ");
}

#[test]
fn a_feed_that_was_lost_alone_is_a_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["--days", "1", "--admissions-per-day", "10", "--in-process", "--data", "data"];
    let simulated = hemgang(folder.path(), &[&["simulate"], &arguments[..]].concat(), b"");
    assert_eq!(simulated.code, Some(0), "{simulated:?}");
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(folder.path().join(format!("data/admission.sqlite{end}")));
    }
    let answer = doctor(folder.path());
    assert_says(
        &answer,
        1,
        "FAULT  planning follows admission: there is no such feed here",
        "the same moment",
    );
}

#[test]
fn what_a_server_would_refuse_is_a_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    let doctor = |environment: &[(&str, &str)]| hemgang_with(folder.path(), environment, &["doctor"], b"");
    let unwritable = doctor(&[("HEMGANG_DATABASE__URL", "sqlite:///proc/self/data")]);
    assert_says(&unwritable, 1, "FAULT  database: the data folder /proc/self/data is not writable", "Mend: ");
    let away = doctor(&[("HEMGANG_DATABASE__URL", "postgres://u:hemligt@127.0.0.1:1/d")]);
    assert_says(&away, 1, "FAULT  database: ", "Connection refused");
    assert!(!away.stdout.contains("hemligt"), "{away:?}");
    let peer = ("HEMGANG_PEERS__URL__ADMISSION", "http://127.0.0.1:1");
    assert_says(&doctor(&[peer]), 1, "FAULT  peers: ", "peers.token_file is required");
    let file = ("HEMGANG_PEERS__TOKEN_FILE", "nowhere");
    assert_says(&doctor(&[peer, file]), 1, "FAULT  peers: nowhere cannot be read", "Mend: ");
    assert_says(
        &doctor(&[("HEMGANG_LISTEN__GRPCC", "x")]),
        1,
        "FAULT  configuration: ",
        "HEMGANG_LISTEN__GRPCC",
    );
}
