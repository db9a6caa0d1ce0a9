//! Reads by key that are made together: everybody gets their own rows, and nobody waits for whoever went.

use std::{future::Future as _, pin::pin, task::Poll};

use hemgang_core::id::AdmissionId;
use hemgang_db::{Change, Db, DbError};
use hemgang_testing::{Suite, each_backend};
use tokio::task::JoinSet;

use super::thing::{Thing, db, telling, thing};

each_backend!(
    many_that_read_at_once_get_their_own_rows_in_order,
    a_gathered_read_sees_what_was_committed_before_it,
    a_reader_that_goes_takes_nobodys_answer_along,
    a_key_that_cannot_be_stored_finds_nothing_and_harms_nobody
    on &[crate::store::thing::SERVICE]
);

/// The things of an admission, of which there may be several.
async fn of_admission(db: &Db, key: &str) -> Result<Vec<Thing>, DbError> {
    let sql = "select * from thing where admission_id in (select key from keys) order by thing_id desc";
    db.gathered(sql, "admission_id", key).await
}

async fn by_id(db: &Db, key: &str) -> Result<Option<Thing>, DbError> {
    let sql = "select * from thing where thing_id in (select key from keys)";
    Ok(db.gathered(sql, "thing_id", key).await?.pop())
}

async fn many_that_read_at_once_get_their_own_rows_in_order(suite: &Suite) {
    let db = db(suite).clone();
    let now = suite.clock.now();
    let admissions: Vec<_> = (0..40).map(|_| AdmissionId::fresh(now)).collect();
    let of = |number: usize, part| Thing {
        admission_id: Some(admissions[number]),
        ..thing(&format!("t{number:02}-{part}"))
    };
    // The last has none; the others have as many as their number's remainder of three, and one.
    for number in 0..39 {
        let parts = 0..=number % 3;
        let change = parts.fold(Change::new(), |change, part| change.insert(&of(number, part)));
        db.commit(change).await.expect("written");
    }
    let mut reads = JoinSet::new();
    for round in 0..400 {
        let (db, number) = (db.clone(), round % 40);
        let key = admissions[number].to_string();
        reads.spawn(async move { (number, of_admission(&db, &key).await.expect("read")) });
    }
    for (number, found) in reads.join_all().await {
        let parts = if number == 39 { 0..0 } else { 0..number % 3 + 1 };
        assert_eq!(found, parts.rev().map(|part| of(number, part)).collect::<Vec<_>>(), "{number}");
    }
}

async fn a_gathered_read_sees_what_was_committed_before_it(suite: &Suite) {
    let db = db(suite).clone();
    let mut writers = JoinSet::new();
    for writer in 0..16 {
        let db = db.clone();
        writers.spawn(async move {
            let mut own = thing(&format!("t{writer}"));
            db.commit(Change::new().insert(&own)).await.expect("written");
            for counted in 0..20 {
                assert_eq!(by_id(&db, &own.thing_id).await.expect("read").as_ref(), Some(&own));
                own = own.next(counted);
                db.commit(telling(Change::new().replace(&own), 1)).await.expect("replaced");
            }
        });
    }
    writers.join_all().await;
}

async fn a_reader_that_goes_takes_nobodys_answer_along(suite: &Suite) {
    let db = db(suite).clone();
    db.commit(Change::new().insert(&thing("a")).insert(&thing("b"))).await.expect("written");
    let mut left = 0;
    for _ in 0..50 {
        let mut stays = pin!(by_id(&db, "a"));
        {
            let mut goes = pin!(by_id(&db, "b"));
            let poll = std::future::poll_fn(|cx| Poll::Ready(goes.as_mut().poll(cx))).await;
            left += u32::from(poll.is_pending());
            let _ = std::future::poll_fn(|cx| Poll::Ready(stays.as_mut().poll(cx).is_pending())).await;
        }
        assert_eq!(stays.await.expect("read"), Some(thing("a")));
    }
    assert!(left > 0, "no read was under way when it was dropped");
}

async fn a_key_that_cannot_be_stored_finds_nothing_and_harms_nobody(suite: &Suite) {
    let db = db(suite);
    db.commit(Change::new().insert(&thing("a"))).await.expect("written");
    let (found, nothing, odd) = tokio::join!(by_id(db, "a"), by_id(db, "a\0b"), by_id(db, "Å\"'\\\u{1F600}"));
    assert_eq!(found.expect("read"), Some(thing("a")));
    assert_eq!((nothing.expect("read"), odd.expect("read")), (None, None));
}
