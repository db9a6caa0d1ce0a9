//! Cursors belong to one database's feed, and go on after a restart.

use hemgang_db::{Change, CursorFault, Db, Storage};
use hemgang_testing::{Suite, each_backend, postgres};

use super::thing::{self, db, telling};

each_backend!(a_position_carries_the_epoch_that_cursors_carry on &[crate::store::thing::SERVICE]);

async fn a_position_carries_the_epoch_that_cursors_carry(suite: &Suite) {
    let db = db(suite);
    let position = db.commit(telling(Change::new(), 2)).await.expect("committed");
    assert_eq!(db.cursors().plain(position.seq), format!("{}.2", position.epoch));
}

/// A folder's database, opened, and the storage that holds its lock.
async fn open(url: &str) -> Db {
    Storage::open(url).expect("a storage").database("thing", &[thing::FIRST]).await.expect("a database")
}

/// What one feed says of cursors that another made.
fn faults(ours: &Db, theirs: &Db) -> [Result<i64, CursorFault>; 2] {
    let cursors = theirs.cursors();
    [ours.cursors().read(&cursors.plain(7), true), ours.cursors().read(&cursors.sealed(7), false)]
}

async fn assert_cursors_go_on_and_are_nobody_elses(url: &str, another: &str) {
    let before = open(url).await;
    before.commit(telling(Change::new(), 5)).await.expect("committed");
    let (plain, sealed) = (before.cursors().plain(3), before.cursors().sealed(3));
    let other = open(another).await;
    assert_eq!(faults(&other, &before), [Err(CursorFault::Foreign), Err(CursorFault::Foreign)]);
    assert_eq!(faults(&before, &before), [Ok(7), Ok(7)]);

    drop(before);
    let after = reopen(url).await;
    assert_eq!(*after.head().borrow(), 5);
    assert_eq!(after.cursors().read(&plain, true), Ok(3));
    assert_eq!(after.cursors().read(&sealed, false), Ok(3));
}

/// The folder is free as soon as the lane that wrote to it has ended.
async fn reopen(url: &str) -> Db {
    super::when_free(url).await.database("thing", &[thing::FIRST]).await.expect("a database")
}

#[tokio::test]
async fn on_sqlite_cursors_survive_a_restart_and_are_no_other_feeds() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = |name| format!("sqlite://{}", folder.path().join(name).display());
    assert_cursors_go_on_and_are_nobody_elses(&url("one"), &url("two")).await;
}

#[tokio::test]
async fn on_postgres_cursors_survive_a_restart_and_are_no_other_feeds() {
    assert_cursors_go_on_and_are_nobody_elses(&postgres::database(), &postgres::database()).await;
}
