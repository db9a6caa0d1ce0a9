//! What is done to the rows that lists read shows, or does no harm.

use hemgang_db::Change;
use hemgang_testing::{Suite, each_backend};

use super::{
    super::{done, fault, faults, marked, without},
    CHAIN, ended, indexed, mark, rows, rows_after,
};
use crate::{
    domain::index::{About, Listed, Mark, Rows},
    verify::{Fault, What},
};

each_backend!(
    a_mark_that_is_set_back_does_no_harm,
    a_mark_that_is_set_forward_is_named,
    rows_that_are_taken_or_added_are_named
    on &[]
);

async fn a_mark_that_is_set_back_does_no_harm(suite: &Suite) {
    let kept = ended(suite, 10).await;
    // Nothing is indexed, and nothing says so.
    assert_eq!(faults(suite).await, []);
    indexed(suite).await;
    for back in [6, 5, 0, -3] {
        done(suite, marked(&kept, (10, back))).await;
        let first = back.max(0) + 1;
        assert_eq!(faults(suite).await, [fault(What::Hidden, &kept, (first, 10))]);
        indexed(suite).await;
        assert_eq!((rows(suite).await, faults(suite).await), (Rows::of_all(&kept), Vec::new()));
    }
    // With rows that it then no longer vouches for, or without a mark at all.
    let some = rows_after(&kept, 7);
    done(suite, without(marked(&kept, (10, 7)), &some)).await;
    assert_eq!(faults(suite).await, []);
    indexed(suite).await;
    assert_eq!((rows(suite).await, faults(suite).await), (Rows::of_all(&kept), Vec::new()));
    let gone = Change::new().remove(&Mark { chain: CHAIN.to_owned(), number: 10 });
    done(suite, without(gone, &some)).await;
    assert_eq!(faults(suite).await, [fault(What::Hidden, &kept, (1, 7))]);
    indexed(suite).await;
    assert_eq!((rows(suite).await, faults(suite).await), (Rows::of_all(&kept), Vec::new()));
}

async fn a_mark_that_is_set_forward_is_named(suite: &Suite) {
    let kept = ended(suite, 4).await;
    // Before anything is indexed: what nobody finds is named.
    done(suite, Change::new().insert(&Mark { chain: CHAIN.to_owned(), number: 2 })).await;
    indexed(suite).await;
    assert_eq!(rows(suite).await, rows_after(&kept, 2));
    assert_eq!(faults(suite).await, [1, 2].map(|number| fault(What::Hidden, &kept, (number, number))));
    done(suite, marked(&kept, (4, 0))).await;
    indexed(suite).await;
    assert_eq!((rows(suite).await, faults(suite).await), (Rows::of_all(&kept), Vec::new()));

    for beyond in [5, i64::MAX] {
        done(suite, marked(&kept, (4, beyond))).await;
        indexed(suite).await;
        assert_eq!(faults(suite).await, [fault(What::Hidden, &kept, (5, beyond))]);
        done(suite, marked(&kept, (beyond, 4))).await;
    }
    // Of a chain that there is not.
    done(suite, Change::new().insert(&Mark { chain: "none".to_owned(), number: 1 })).await;
    let none = |what, numbers| Fault { place: "none".to_owned(), ..fault(what, &kept, numbers) };
    assert_eq!(faults(suite).await, [none(What::Hidden, (1, 1)), none(What::Head, (0, 0))]);
}

async fn rows_that_are_taken_or_added_are_named(suite: &Suite) {
    let kept = ended(suite, 4).await;
    indexed(suite).await;
    let another = |number| About { subject: "another".to_owned(), chain: CHAIN.to_owned(), number };
    for number in [0, 3, 5] {
        done(suite, Change::new().insert(&another(number))).await;
        assert_eq!(faults(suite).await, [fault(What::Hidden, &kept, (number, number))]);
        done(suite, Change::new().remove(&another(number))).await;
    }
    let there = rows(suite).await;
    let listed = there.listed.iter().find(|listed| listed.number == 2).expect("a row");
    done(suite, Change::new().remove(listed)).await;
    assert_eq!(faults(suite).await, [fault(What::Hidden, &kept, (2, 2))]);
    // Nothing puts it back unseen.
    indexed(suite).await;
    assert_eq!(faults(suite).await, [fault(What::Hidden, &kept, (2, 2))]);

    // A row of the list that says something else keeps nothing out either.
    let right = rows(suite).await.listed.into_iter().find(|listed| listed.number == 3).expect("a row");
    let wrong = Listed { unit: "SE2321000131-E000000001102".to_owned(), ..right.clone() };
    done(suite, Change::new().remove(&right)).await;
    done(suite, marked(&kept, (4, 2)).insert(&wrong)).await;
    indexed(suite).await;
    assert_eq!(mark(suite, CHAIN).await, 4);
    assert_eq!(faults(suite).await, [2, 3].map(|number| fault(What::Hidden, &kept, (number, number))));
    done(suite, Change::new().remove(&wrong)).await;
    done(suite, Change::new().insert(&right)).await;

    // Rows that are there before their entry is indexed, right ones and wrong ones, keep nothing out.
    done(suite, Change::new().remove(&Mark { chain: CHAIN.to_owned(), number: 4 }).insert(&another(4))).await;
    indexed(suite).await;
    assert_eq!(mark(suite, CHAIN).await, 4);
    assert_eq!(faults(suite).await, [fault(What::Hidden, &kept, (4, 4))]);
}
