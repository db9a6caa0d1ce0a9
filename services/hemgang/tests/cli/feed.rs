//! `hemgang feed`: a feed is told to who may see it, what was made of one is mended, and a restore is told.

use std::{fs, path::Path};

use hemgang_db::{Change, Storage, is_in_use};

use crate::command::{Answer, Server, hemgang};

const SERVICES: [&str; 5] = ["admission", "readiness", "planning", "deviation", "access"];

/// A few days of a region, in the folder's data.
fn simulate(folder: &Path) {
    let arguments =
        ["simulate", "--days", "4", "--admissions-per-day", "12", "--in-process", "--data", "data"];
    let answer = hemgang(folder, &arguments, b"");
    assert_eq!(answer.code, Some(0), "{answer:?}");
}

fn feed(folder: &Path, arguments: &[&str]) -> Answer {
    hemgang(folder, &[&["feed"], arguments, &["--database-url", "sqlite://data"]].concat(), b"")
}

/// A row of a projection, by its key.
struct Stay {
    admission_id: String,
}

hemgang_db::record!(Stay, "stay", key(admission_id), columns());

/// Takes a stay out of readiness's projection.
async fn lose_a_stay(folder: &Path) {
    let storage = Storage::open(&format!("sqlite://{}", folder.join("data").display())).expect("a storage");
    let readiness = hemgang_discharge_readiness::SERVICE;
    let db = storage.database(readiness.name, readiness.migrations).await.expect("a database");
    let any: Stay =
        db.optional("select admission_id from stay", Vec::new()).await.expect("read").expect("a stay");
    db.commit(Change::new().remove(&any)).await.expect("removed");
    drop((db, storage));
    while is_in_use(&folder.join("data")) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_rebuild_equals_a_simulated_region_in_every_service_and_mends_what_was_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    simulate(folder);
    for service in SERVICES {
        let answer = feed(folder, &["rebuild", service, "--check"]);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        let equal = answer.stdout.lines().filter(|line| line.ends_with(" rows, equal")).count();
        assert_eq!(equal + 1, answer.stdout.lines().count(), "{answer:?}");
        // In a few days nobody need be protected, nobody refuses anything, no notice need go astray, and no case need end.
        let mut empty = answer.stdout.lines().filter(|line| line.contains(": 0 rows"));
        let may_be_empty =
            ["access protected_", "readiness barred", "readiness ending", "deviation interruption"];
        let is_fine = |line: &str| {
            line.contains(" recipient_change: ") || may_be_empty.iter().any(|name| line.starts_with(name))
        };
        assert!(empty.all(is_fine), "{answer:?}");
    }
    lose_a_stay(folder).await;
    let found = feed(folder, &["rebuild", "readiness", "--check"]);
    assert_eq!(found.code, Some(1), "{found:?}");
    assert!(
        found.stdout.contains("readiness stay: ") && found.stdout.contains(" rows, 1 differ\n"),
        "{found:?}"
    );
    assert!(found.stderr.contains("`hemgang feed rebuild readiness` mends them"), "{found:?}");
    let mended = feed(folder, &["rebuild", "readiness"]);
    assert_eq!(mended.code, Some(0), "{mended:?}");
    assert!(mended.stdout.contains(" rows, 1 differed, mended\n"), "{mended:?}");
    assert_eq!(feed(folder, &["rebuild", "readiness", "--check"]).code, Some(0));
}

#[test]
fn a_restored_feed_goes_on_and_nothing_is_parked() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    simulate(folder);
    let told = feed(folder, &["new-epoch", "admission"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(told.stdout.starts_with("admission goes on after event "), "{told:?}");
    let retried = feed(folder, &["retry"]);
    assert_eq!(retried.code, Some(0), "{retried:?}");
    for (name, feed) in [("readiness", "admission"), ("planning", "admission"), ("planning", "readiness")] {
        let line = format!("{name} follows {feed}: nothing is parked\n");
        assert!(retried.stdout.contains(&line), "{retried:?}");
    }
    // Nothing was lost, so nothing is made anew.
    for service in SERVICES {
        assert_eq!(feed(folder, &["rebuild", service, "--check"]).code, Some(0), "{service}");
    }
}

#[test]
fn a_feed_is_told_by_its_headers_and_from_a_cursor_on() {
    let folder = tempfile::tempdir().expect("a folder");
    simulate(folder.path());
    let server = Server::start_in(folder);
    let token = server.token("hospital", "SE2321000131-E000000001001");
    let tail = |service: &str, more: &[&str]| {
        let target = ["feed", "tail", service, "--target", &server.url, "--token"];
        let token = token.to_str().expect("a path");
        hemgang(server.folder.path(), &[&target, &[token][..], more].concat(), b"")
    };
    let all = tail("admission", &["--output", "json"]);
    assert_eq!(all.code, Some(0), "{all:?}");
    let headers: Vec<serde_json::Value> =
        all.stdout.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    assert!(headers.len() > 10, "{}", headers.len());
    assert!(headers.iter().any(|header| header["kind"] == "PatientAdmitted"));
    assert!(headers.iter().all(|header| header["admissionId"].is_string() && header.get("seen").is_none()));

    let cursor = headers[9]["cursor"].as_str().expect("a cursor");
    let rest = tail("admission", &["--from", cursor]);
    assert_eq!((rest.code, rest.stdout.lines().count()), (Some(0), headers.len() - 10), "{rest:?}");
    assert!(rest.stderr.starts_with("go on with --from "), "{rest:?}");
    assert_eq!(tail("planning", &["--output", "json"]).code, Some(0));

    for nonsense in ["nonsense", "-W"] {
        let refused = tail("admission", &["--from", nonsense]);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""), "{refused:?}");
        assert!(refused.stderr.contains("cursor: is not a cursor of this feed"), "{refused:?}");
    }

    // A server holds its folder: what works on the databases says so.
    let held = feed(server.folder.path(), &["rebuild", "readiness"]);
    assert_eq!(held.code, Some(1), "{held:?}");
    assert!(held.stderr.contains("is in use by another process"), "{held:?}");
    assert!(fs::exists(server.folder.path().join("data/admission.sqlite")).expect("a folder"));
}
