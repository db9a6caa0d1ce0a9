//! What may be opened, and what is refused before it can do harm. The texts name what to mend.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc, time::Duration};

use hemgang_core::clock::Clock;
use hemgang_db::{Db, Migration, OpenError, Storage};
use hemgang_rpc::Signer;
use hemgang_runtime::{Process, Settings};
use hemgang_testing::{own, postgres, with_access_log};

use super::thing;

const SECOND: Migration =
    Migration { version: 101, name: "more", sql: "create table more (more_id text primary key)" };

fn sqlite(folder: &Path) -> String {
    format!("sqlite://{}", folder.display())
}

/// The folder's storage, as soon as whoever had it has ended.
pub async fn when_free(url: &str) -> Storage {
    let wait = async {
        loop {
            match Storage::open(url) {
                Err(OpenError::InUse(_)) => tokio::task::yield_now().await,
                opened => return opened.expect("a storage"),
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wait).await.expect("a free folder")
}

#[tokio::test]
async fn a_folder_is_in_use_for_as_long_as_a_process_runs_on_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = sqlite(folder.path());
    let settings = Settings {
        storage: Storage::open(&url).expect("a storage"),
        clock: Clock::system(),
        directory: Arc::new(hemgang_directory::compiled_in().expect("the directory")),
        trusted: vec![Signer::fresh().trusted().expect("a key")],
        peers: BTreeMap::new(),
        own: own(&Signer::fresh()),
    };
    let process = Process::start(settings, &with_access_log(&[thing::SERVICE])).await.expect("a process");
    let refusal = Storage::open(&url).expect_err("a refusal").to_string();
    assert!(
        refusal.contains("in use") && refusal.contains(&folder.path().display().to_string()),
        "{refusal}"
    );
    drop(process);
    when_free(&url).await;
}

#[tokio::test]
async fn a_folder_is_in_use_while_its_database_is_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = sqlite(folder.path());
    let storage = Storage::open(&url).expect("a storage");
    assert!(matches!(Storage::open(&url), Err(OpenError::InUse(_))));
    let db = storage.database("thing", &[thing::FIRST]).await.expect("a database");
    drop(storage);
    assert!(matches!(Storage::open(&url), Err(OpenError::InUse(_))));
    drop(db);
    when_free(&url).await;
}

#[test]
fn a_folder_that_cannot_be_written_is_refused_by_name() {
    // Neither can be made or written by anyone, the superuser included.
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "in the way").expect("a file");
    for place in [file.join("data"), file, "/proc/self".into()] {
        let refusal = Storage::open(&sqlite(&place)).expect_err("a refusal");
        assert!(matches!(refusal, OpenError::NotWritable(..)), "{refusal:?}");
        let said = refusal.to_string();
        assert!(said.contains("not writable") && said.contains(&place.display().to_string()), "{said}");
    }
}

#[test]
fn a_url_of_another_kind_is_refused_with_the_two_that_are_ours() {
    for url in ["", "mysql://h/db", "/var/lib/hemgang", "sqlite:folder"] {
        let refusal = Storage::open(url).expect_err("a refusal").to_string();
        assert!(refusal.contains("sqlite://") && refusal.contains("postgres://"), "{refusal}");
    }
}

async fn opened(url: &str, migrations: &[Migration]) -> Result<Db, OpenError> {
    when_free(url).await.database("thing", migrations).await
}

/// Opens, goes on to a newer schema, and refuses to go back or to read a text that was changed afterwards.
async fn assert_only_forward(url: &str) {
    drop(opened(url, &[thing::FIRST]).await.expect("opened"));
    drop(opened(url, &[thing::FIRST, SECOND]).await.expect("brought up to date"));
    let changed = Migration { sql: "create table less (less_id text primary key)", ..SECOND };
    for unknown in [&[thing::FIRST][..], &[thing::FIRST, changed]] {
        let refusal = opened(url, unknown).await.expect_err("a refusal");
        assert!(matches!(refusal, OpenError::Migrate(..)), "{refusal:?}");
        assert!(refusal.to_string().contains("thing"), "{refusal}");
    }
    drop(opened(url, &[thing::FIRST, SECOND]).await.expect("still whole"));
}

#[tokio::test]
async fn on_sqlite_a_schema_newer_than_this_program_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_only_forward(&sqlite(folder.path())).await;
}

#[tokio::test]
async fn on_postgres_a_schema_newer_than_this_program_is_refused() {
    assert_only_forward(&postgres::database()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_that_start_at_once_on_an_empty_postgres_all_open() {
    let url = postgres::database();
    let mut starts = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let url = url.clone();
        starts.spawn(async move { opened(&url, &[thing::FIRST, SECOND]).await });
    }
    let opened = starts.join_all().await;
    // One of them made the key and the epoch, and the others read its cursors.
    let first = opened[0].as_ref().expect("opened").cursors().sealed(1);
    for replica in &opened {
        assert_eq!(replica.as_ref().expect("opened").cursors().read(&first, false), Ok(1));
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_named_as_the_database() {
    let storage = Storage::open("postgres://nobody@127.0.0.1:1/none").expect("a storage");
    let refusal = storage.database("thing", &[thing::FIRST]).await.expect_err("a refusal");
    assert!(matches!(refusal, OpenError::Connect(_)), "{refusal:?}");
}
