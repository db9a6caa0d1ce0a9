//! `hemgang audit`: the log of a region proves itself, names what was done to it, and says who read a person's data.

use std::path::Path;

use hemgang_access_log::SERVICE;
use hemgang_db::{Change, Db, Storage, is_in_use};

use crate::command::{Answer, Server, hemgang};

/// A few days of a region, in the folder's data.
fn simulate(folder: &Path) {
    let arguments =
        ["simulate", "--days", "3", "--admissions-per-day", "8", "--in-process", "--data", "data"];
    let answer = hemgang(folder, &arguments, b"");
    assert_eq!(answer.code, Some(0), "{answer:?}");
}

fn verify(folder: &Path, more: &[&str]) -> Answer {
    hemgang(folder, &[&["audit", "verify", "--database-url", "sqlite://data"], more].concat(), b"")
}

/// Does something in the log's database, and leaves the folder free.
async fn with_log<T>(folder: &Path, act: impl AsyncFnOnce(&Db) -> T) -> T {
    let storage = Storage::open(&format!("sqlite://{}", folder.join("data").display())).expect("a storage");
    let db = storage.database(SERVICE.name, SERVICE.migrations).await.expect("a database");
    let done = act(&db).await;
    drop((db, storage));
    while is_in_use(&folder.join("data")) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    done
}

struct Link {
    chain: String,
    number: i64,
}

hemgang_db::record!(Link, "access_link", key(chain, number), columns());

#[tokio::test]
async fn a_log_that_nobody_touched_holds_and_a_row_that_was_taken_out_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    simulate(folder);
    let whole = verify(folder, &[]);
    assert_eq!((whole.code, whole.stdout.as_str()), (Some(0), ""), "{whole:?}");
    let entries: usize = whole.stderr.split(' ').next().expect("a count").parse().expect("a number");
    assert!(entries > 40, "{whole:?}");
    // The digest of a checkpoint, which somebody may keep elsewhere.
    let digest = whole.stderr.trim().rsplit(' ').next().expect("a digest");
    assert_eq!(verify(folder, &["--kept", digest]).code, Some(0));
    let forgotten = verify(folder, &["--kept", "another", "--output", "csv"]);
    assert_eq!(forgotten.code, Some(1), "{forgotten:?}");
    assert!(forgotten.stdout.contains("checkpoint not there,another,,"), "{forgotten:?}");

    with_log(folder, async |db| {
        let sql = "select chain, number from access_link where number = 7";
        let link: Link = db.optional(sql, Vec::new()).await.expect("read").expect("a link");
        db.commit(Change::new().remove(&link)).await.expect("removed");
    })
    .await;
    let removed = verify(folder, &["--output", "csv"]);
    assert_eq!(removed.code, Some(1), "{removed:?}");
    assert!(
        removed.stdout.lines().any(|line| line.starts_with("removed,") && line.ends_with(",7,7")),
        "{removed:?}"
    );
    // Without the key that signed it nothing is proven.
    std::fs::remove_file(folder.join("data/access-log.pem")).expect("removed");
    let keyless = verify(folder, &[]);
    assert_eq!(keyless.code, Some(1), "{keyless:?}");
    assert!(keyless.stderr.contains("access_log.key"), "{keyless:?}");
}

#[tokio::test]
async fn who_read_a_person_s_data_is_asked_without_the_number_on_the_command_line() {
    let folder = tempfile::tempdir().expect("a folder");
    simulate(folder.path());
    let (oid, number) = with_log(folder.path(), async |db| {
        let rows = db.rows("select oid, value from stay_person order by value limit 1", Vec::new()).await;
        let row = rows.expect("read").pop().expect("a person");
        (row.column::<String>("oid").expect("an OID"), row.column::<String>("value").expect("a number"))
    })
    .await;
    let server = Server::start_in(folder);
    let ask = |role: &str, number: &str| {
        let token = server.token(role, "SE2321000131-E000000001001");
        let token = token.to_str().expect("a path");
        let arguments = ["audit", "who-read", "--person", "-", "--oid", &oid, "--output", "json"];
        let target = ["--target", &server.url, "--token", token];
        hemgang(server.folder.path(), &[&arguments[..], &target].concat(), number.as_bytes())
    };
    let answer = ask("auditor", &format!("{number}\n"));
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let rows = answer.json();
    let what: Vec<_> = rows.as_array().expect("rows").iter().map(|row| row["what"].clone()).collect();
    assert_eq!(
        (&what[0], what.last().expect("a row")),
        (&"WhoRead".into(), &"AdmitPatient".into()),
        "{what:?}"
    );
    assert!(!answer.stdout.contains(&number) && !answer.stderr.contains(&number));

    let nonsense = ask("auditor", "19121212");
    assert_eq!(nonsense.code, Some(1), "{nonsense:?}");
    assert!(nonsense.stderr.contains("person_id.value"), "{nonsense:?}");
    assert_eq!(ask("ward", &number).code, Some(1));
}
