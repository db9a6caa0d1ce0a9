//! A change is written as a whole or not at all, and tells which table it lost at.

use std::{future::Future as _, task::Poll};

use futures::future::maybe_done;
use hemgang_core::id::AdmissionId;
use hemgang_db::{Change, CommitError, Db, DbError, params};
use hemgang_testing::{Suite, at, each_backend};

use super::thing::{Thing, answer, count, db, get, telling, thing};

each_backend!(
    every_kind_of_column_comes_back_as_it_was_written,
    a_stale_version_loses_and_nothing_of_its_change_is_written,
    a_replace_of_a_missing_row_loses,
    a_taken_key_loses_and_so_does_a_taken_unique_value,
    a_removal_loses_when_the_row_is_gone,
    of_many_that_replace_one_version_one_wins,
    a_statement_that_the_database_refuses_fails_alone,
    two_changes_as_one_are_written_together,
    of_many_that_take_one_unique_value_one_wins_and_their_neighbours_stand,
    changes_of_one_row_are_written_one_after_another,
    a_nul_character_is_refused_alone
    on &[crate::store::thing::SERVICE]
);

/// Asserts that a change loses at `thing` and that neither rows, events, counter nor answer of it are there.
async fn assert_lost_whole(db: &Db, change: Change) {
    let before = state(db).await;
    let change = telling(change, 2).answer(answer("lost", "first"));
    let lost = db.commit(change).await;
    assert!(matches!(lost, Err(CommitError::Lost("thing"))), "{lost:?}");
    assert_eq!(state(db).await, before);
}

/// Rows, events, the counter, answers.
async fn state(db: &Db) -> [i64; 4] {
    [
        count(db, "select count(*) as n from thing").await,
        count(db, "select count(*) as n from feed_event").await,
        count(db, "select seq as n from feed_counter").await,
        count(db, "select count(*) as n from answer").await,
    ]
}

async fn every_kind_of_column_comes_back_as_it_was_written(suite: &Suite) {
    let db = db(suite);
    let full = Thing {
        label: "Å\u{1F600}'\"; --\t\n".to_owned(),
        admission_id: Some(AdmissionId::fresh(at("2026-09-14T06:00:00Z"))),
        flag: true,
        counted: Some(i64::MIN),
        ..thing("full")
    };
    let empty = Thing { label: String::new(), ..thing("empty") };
    db.commit(Change::new().insert(&full).insert(&empty)).await.expect("written");
    assert_eq!(get(db, "full").await.expect("read"), Some(full));
    assert_eq!(get(db, "empty").await.expect("read"), Some(empty));
    assert_eq!(get(db, "absent").await.expect("read"), None);
}

async fn a_stale_version_loses_and_nothing_of_its_change_is_written(suite: &Suite) {
    let db = db(suite);
    let first = thing("a");
    db.commit(Change::new().put(&first)).await.expect("written");
    let second = first.next(2);
    db.commit(telling(Change::new().put(&second), 1)).await.expect("replaced");
    assert_lost_whole(db, Change::new().insert(&thing("b")).replace(&first.next(3)).insert(&thing("c")))
        .await;
    assert_eq!(get(db, "a").await.expect("read"), Some(second));
}

async fn a_replace_of_a_missing_row_loses(suite: &Suite) {
    assert_lost_whole(db(suite), Change::new().insert(&thing("b")).replace(&thing("a").next(2))).await;
}

async fn a_taken_key_loses_and_so_does_a_taken_unique_value(suite: &Suite) {
    let db = db(suite);
    let first = thing("a");
    db.commit(Change::new().insert(&first)).await.expect("written");
    let same_key = Thing { label: "another".to_owned(), ..thing("a") };
    assert_lost_whole(db, Change::new().insert(&thing("b")).insert(&same_key)).await;
    let same_label = Thing { label: "a".to_owned(), ..thing("another") };
    assert_lost_whole(db, Change::new().insert(&thing("b")).insert(&same_label)).await;
    // Within one change, too.
    assert_lost_whole(db, Change::new().insert(&thing("b")).insert(&thing("b"))).await;
    assert_eq!(get(db, "a").await.expect("read"), Some(first));
}

async fn a_removal_loses_when_the_row_is_gone(suite: &Suite) {
    let db = db(suite);
    let first = thing("a");
    db.commit(Change::new().insert(&first)).await.expect("written");
    db.commit(Change::new().remove(&first)).await.expect("removed");
    assert_eq!(get(db, "a").await.expect("read"), None);
    assert_lost_whole(db, Change::new().insert(&thing("b")).remove(&first)).await;
    // What is removed may be written again, in the same change as well.
    db.commit(Change::new().insert(&first)).await.expect("written");
    db.commit(Change::new().insert(&first.next(1)).remove(&first)).await.expect("removed, then inserted");
    assert_eq!(get(db, "a").await.expect("read"), Some(first.next(1)));
}

async fn of_many_that_replace_one_version_one_wins(suite: &Suite) {
    let db = db(suite).clone();
    let first = thing("a");
    db.commit(Change::new().insert(&first)).await.expect("written");
    let mut racers = tokio::task::JoinSet::new();
    for racer in 0..50 {
        let (db, next) = (db.clone(), first.next(racer));
        racers.spawn(async move { db.commit(telling(Change::new().replace(&next), 1)).await.map(|_| next) });
    }
    let results = racers.join_all().await;
    let winners: Vec<_> = results.iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    let losers = results.iter().filter(|result| matches!(result, Err(CommitError::Lost("thing")))).count();
    assert_eq!(losers, 49);
    assert_eq!(get(&db, "a").await.expect("read").as_ref(), Some(winners[0]));
    assert_eq!(state(&db).await, [1, 1, 1, 0]);
}

/// The table without what it demands.
struct Unlabelled {
    thing_id: String,
    label: Option<String>,
}

hemgang_db::record!(Unlabelled, "thing", key(thing_id), columns(label));

async fn a_statement_that_the_database_refuses_fails_alone(suite: &Suite) {
    let db = db(suite).clone();
    let mut commits = tokio::task::JoinSet::new();
    for number in 0..20 {
        let (db, id) = (db.clone(), format!("t{number}"));
        commits.spawn(async move {
            let wrong = Unlabelled { thing_id: format!("wrong{number}"), label: None };
            let good = Change::new().insert(&thing(&id));
            let change = if number % 5 == 0 { good.insert(&wrong) } else { good };
            (number, db.commit(telling(change, 1)).await)
        });
    }
    for (number, result) in commits.join_all().await {
        match number % 5 {
            0 => assert!(matches!(result, Err(CommitError::Db(DbError::Statement(_)))), "{result:?}"),
            _ => assert!(result.is_ok(), "{result:?}"),
        }
    }
    assert_eq!(state(&db).await, [16, 16, 16, 0]);
}

async fn two_changes_as_one_are_written_together(suite: &Suite) {
    let db = db(suite);
    let left = telling(Change::new().insert(&thing("a")), 1).answer(answer("r", "first"));
    let right = telling(Change::new().insert(&thing("b")), 2);
    let position = db.commit(right.and(left)).await.expect("written");
    assert_eq!((position.seq, state(db).await), (3, [2, 3, 3, 1]));
    let rows =
        db.rows("select response from answer where request_id = $1", params!["r"]).await.expect("rows");
    assert_eq!(rows[0].column::<String>("response").expect("text"), "first");
}

async fn of_many_that_take_one_unique_value_one_wins_and_their_neighbours_stand(suite: &Suite) {
    let db = db(suite).clone();
    let mut commits = tokio::task::JoinSet::new();
    for number in 0..60 {
        let db = db.clone();
        // Every third wants the same label under a key of its own; the others have nothing to do with them.
        let label = if number % 3 == 0 { "wanted".to_owned() } else { format!("t{number}") };
        let change = Change::new().insert(&Thing { label, ..thing(&format!("t{number}")) });
        commits.spawn(async move { (number, db.commit(telling(change, 2)).await) });
    }
    let (mut won, mut lost) = (0, 0);
    for (number, result) in commits.join_all().await {
        match result {
            Ok(_) => won += i64::from(number % 3 == 0),
            Err(CommitError::Lost("thing")) if number % 3 == 0 => lost += 1,
            other => panic!("{number}: {other:?}"),
        }
    }
    assert_eq!((won, lost), (1, 19));
    assert_eq!(state(&db).await, [41, 41 * 2, 41 * 2, 0]);
}

async fn changes_of_one_row_are_written_one_after_another(suite: &Suite) {
    let db = db(suite).clone();
    let mut thing = thing("a");
    db.commit(Change::new().insert(&thing)).await.expect("written");
    // All of them are handed over before the first answer is looked at: a change is in the queue from its first poll.
    let mut commits = Vec::new();
    for counted in 0..30 {
        thing = thing.next(counted);
        let mut commit = Box::pin(maybe_done(db.commit(telling(Change::new().replace(&thing), 1))));
        std::future::poll_fn(|cx| Poll::Ready(commit.as_mut().poll(cx).is_ready())).await;
        commits.push(commit);
    }
    for (number, mut commit) in (1..).zip(commits) {
        commit.as_mut().await;
        let position = commit.as_mut().take_output().expect("polled to its end").expect("in its turn");
        assert_eq!(position.seq, number);
    }
    assert_eq!(get(&db, "a").await.expect("read"), Some(thing));
}

async fn a_nul_character_is_refused_alone(suite: &Suite) {
    let db = db(suite);
    let cut = Thing { label: "a\0b".to_owned(), ..thing("a") };
    let refused = db.commit(telling(Change::new().insert(&cut), 1)).await;
    assert!(matches!(refused, Err(CommitError::Db(DbError::Nul))), "{refused:?}");
    assert_eq!(state(db).await, [0, 0, 0, 0]);
}
