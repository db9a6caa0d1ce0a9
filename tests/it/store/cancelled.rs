//! A caller that goes does not take its change along: what was handed to the lane is written.

use std::{future::Future as _, pin::pin, task::Poll, time::Duration};

use hemgang_db::Change;
use hemgang_testing::{Suite, each_backend};

use super::thing::{count, db, telling, thing};

each_backend!(commits_that_are_dropped_after_their_first_poll_land on &[crate::store::thing::SERVICE]);

async fn commits_that_are_dropped_after_their_first_poll_land(suite: &Suite) {
    let db = db(suite);
    let mut unanswered = 0;
    for number in 0..100 {
        let change = telling(Change::new().insert(&thing(&format!("t{number}"))), 1);
        let mut commit = pin!(db.commit(change));
        // Polled once and dropped, as a handler is whose client hangs up.
        let poll = std::future::poll_fn(|cx| Poll::Ready(commit.as_mut().poll(cx))).await;
        unanswered += i64::from(poll.is_pending());
    }
    assert!(unanswered > 0, "no commit was under way when it was dropped");
    let mut head = db.head();
    let all = head.wait_for(|seq| *seq == 100);
    tokio::time::timeout(Duration::from_secs(10), all).await.expect("all in time").expect("a lane");
    assert_eq!(count(db, "select count(*) as n from thing").await, 100);
    // And the lane goes on.
    db.commit(Change::new().insert(&thing("after"))).await.expect("committed");
}
