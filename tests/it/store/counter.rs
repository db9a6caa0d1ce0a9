//! The feed's numbers: without gaps, in commit order, for every reader and from every replica.

use hemgang_db::{Change, Db, Storage, params};
use hemgang_testing::{Suite, each_backend, postgres};
use tokio::task::JoinSet;

use super::thing::{self, db, telling, thing};

const COMMITS: i64 = 200;

each_backend!(
    two_hundred_commits_at_once_leave_no_gap_and_no_reader_misses_one,
    the_head_is_the_last_commit
    on &[crate::store::thing::SERVICE]
);

/// Events that the commits below tell: none, one, two or three each.
const EVENTS: i64 = COMMITS / 4 * (1 + 2 + 3);

/// Commits from every database in turn. One in ten loses, after its turn at the counter.
async fn commit_from(replicas: &[Db]) {
    replicas[0].commit(Change::new().insert(&thing("taken"))).await.expect("written");
    let mut commits = JoinSet::new();
    for (number, db) in (0..COMMITS).zip(replicas.iter().cycle()) {
        let db = db.clone();
        commits.spawn(async move {
            let events = usize::try_from(number % 4).expect("a count");
            if number % 10 == 0 {
                db.commit(telling(Change::new().insert(&thing("taken")), 3)).await.expect_err("a loser");
            }
            db.commit(telling(Change::new().insert(&thing(&format!("t{number}"))), events)).await
        });
    }
    for committed in commits.join_all().await {
        committed.expect("committed");
    }
}

/// Polls for what comes after what it has seen, as a follower does, until it has seen everything.
async fn poll(db: Db) -> Vec<i64> {
    let mut seen = vec![0];
    while *seen.last().expect("one") < EVENTS {
        let sql = "select seq from feed_event where seq > $1 order by seq limit 7";
        let rows = db.rows(sql, params![*seen.last().expect("one")]).await.expect("rows");
        seen.extend(rows.iter().map(|row| row.column::<i64>("seq").expect("a number")));
        tokio::task::yield_now().await;
    }
    seen
}

async fn assert_no_reader_misses_one(replicas: &[Db]) {
    let mut readers = JoinSet::new();
    for db in replicas.iter().cycle().take(4) {
        readers.spawn(poll(db.clone()));
    }
    commit_from(replicas).await;
    for seen in readers.join_all().await {
        assert_eq!(seen, (0..=EVENTS).collect::<Vec<_>>());
    }
}

async fn two_hundred_commits_at_once_leave_no_gap_and_no_reader_misses_one(suite: &Suite) {
    assert_no_reader_misses_one(&[db(suite).clone()]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_on_one_postgres_number_one_feed_without_gaps() {
    let url = postgres::database();
    let mut replicas = Vec::new();
    for _ in 0..2 {
        let storage = Storage::open(&url).expect("a storage");
        replicas.push(storage.database("thing", &[thing::FIRST]).await.expect("a database"));
    }
    assert_no_reader_misses_one(&replicas).await;
}

async fn the_head_is_the_last_commit(suite: &Suite) {
    let db = db(suite);
    let mut head = db.head();
    assert_eq!(*head.borrow_and_update(), 0);
    db.commit(telling(Change::new(), 3)).await.expect("committed");
    assert!(head.has_changed().expect("a lane"));
    assert_eq!(*head.borrow_and_update(), 3);
    // A commit without events wakes nobody.
    db.commit(Change::new().insert(&thing("a"))).await.expect("committed");
    assert!(!head.has_changed().expect("a lane"));
}
