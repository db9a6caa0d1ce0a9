//! What can be seen of a database from outside, without writing to it and while a process runs on it.

use std::fs;

use hemgang_core::clock::Clock;
use hemgang_db::{Beyond, Change, Inspection, Inspector, Migration, OpenError, Schema};
use hemgang_testing::{at, postgres};

use super::{thing, when_free};

const SECOND: Migration =
    Migration { version: 101, name: "more", sql: "create table more (more_id text primary key)" };

async fn look(url: &str, migrations: &[Migration]) -> Inspection {
    Inspector::new(url, "thing").expect("an inspector").look(migrations).await.expect("a look")
}

/// Looks before there is anything, then while somebody has it open.
async fn assert_seen_as_it_stands(url: &str) {
    let before = look(url, &[thing::FIRST]).await;
    assert!(before.schema == Schema::Absent && before.feed.is_none() && before.followed.is_empty());

    let db = when_free(url).await.database("thing", &[thing::FIRST]).await.expect("opened");
    let feed = look(url, &[thing::FIRST]).await.feed.expect("a feed");
    assert_eq!(feed.newest, None);
    db.commit(thing::telling(Change::new(), 3)).await.expect("told");

    let now = look(url, &[thing::FIRST]).await;
    assert_eq!(now.schema, Schema::Current);
    let (feed, told_at) = (now.feed.expect("a feed"), at("2026-09-14T06:00:00Z"));
    assert_eq!((feed.newest, feed.cursors.read(&db.cursors().plain(2), true)), (Some(told_at), Ok(2)));
    let inspector = Inspector::new(url, "thing").expect("an inspector");
    for (seq, events, first) in [(1, 2, Some(told_at)), (3, 0, None), (5, -2, None)] {
        assert_eq!(inspector.beyond(seq).await.expect("a look"), Beyond { events, first });
    }

    let other = Migration { sql: "create table less (less_id text primary key)", ..thing::FIRST };
    assert_eq!(look(url, &[thing::FIRST, SECOND]).await.schema, Schema::Behind(1));
    assert_eq!(look(url, &[]).await.schema, Schema::Newer(100));
    assert_eq!(look(url, &[other]).await.schema, Schema::Other(100));
}

#[tokio::test]
async fn on_sqlite_a_database_is_seen_as_it_stands() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_seen_as_it_stands(&format!("sqlite://{}", folder.path().join("data").display())).await;
}

#[tokio::test]
async fn on_postgres_a_database_is_seen_as_it_stands() {
    assert_seen_as_it_stands(&postgres::database()).await;
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named_and_refused_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().display());
    fs::write(folder.path().join("thing.sqlite"), [0; 8192]).expect("a file");
    let began = Clock::system().now();
    let looked = Inspector::new(&url, "thing").expect("an inspector").look(&[thing::FIRST]).await.map(drop);
    let opened = when_free(&url).await.database("thing", &[thing::FIRST]).await.map(drop);
    for refusal in [looked, opened] {
        let refusal = refusal.expect_err("a refusal");
        assert!(matches!(refusal, OpenError::File(..)), "{refusal:?}");
        assert!(refusal.to_string().contains("thing.sqlite"), "{refusal}");
    }
    assert!(Clock::system().now().duration_since(began).as_secs() < 3, "it will not heal by waiting");
}
