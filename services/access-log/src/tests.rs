//! Whatever somebody does to the log who may write to its database, it shows.

mod index;

use hemgang_db::{Change, Db};
use hemgang_proto::{
    access::{RecordAccessRequest, access_log_service_client::AccessLogServiceClient},
    common::AccessEntry,
};
use hemgang_rpc::{Signer, wire};
use hemgang_testing::{Suite, each_backend, refused};

use crate::{
    domain::{
        checkpoint::Checkpoint,
        entry::{About, Kept, NewEntry},
        head::Head,
        index::Mark,
    },
    store,
    verify::{Fault, What, verify},
};

each_backend!(
    what_is_recorded_is_chained_and_proven,
    an_entry_that_is_removed_altered_or_moved_is_named,
    a_chain_that_is_made_anew_does_not_hold,
    what_is_cut_from_the_end_is_missed,
    a_checkpoint_that_is_gone_or_another_is_named,
    what_is_no_entry_is_refused
    on &[]
);

fn db(suite: &Suite) -> &Db {
    &suite.process.contexts().find(|cx| cx.name == "access").expect("the access log").db
}

fn entry(suite: &Suite, number: usize) -> AccessEntry {
    AccessEntry {
        at: Some(wire::timestamp(suite.clock.now())),
        caller: "SE2321000131-P000000000001".to_owned(),
        unit: "SE2321000131-E000000001101".to_owned(),
        organisation: "region".to_owned(),
        admission_ids: vec![format!("admission-{number}"), format!("admission-{}", number + 1)],
        ..AccessEntry::default()
    }
}

/// Ten entries of one chain, five at a time, and indexed.
async fn recorded(suite: &Suite) -> Vec<Kept> {
    let mut client = client(suite);
    for half in [0, 5] {
        let entries = (half..half + 5).map(|number| entry(suite, number)).collect();
        client.record_access(RecordAccessRequest { entries }).await.expect("recorded");
    }
    crate::index::all(db(suite)).await.expect("indexed");
    let heads = store::chain::heads_since(db(suite), jiff::Timestamp::UNIX_EPOCH).await.expect("heads");
    store::entry::after(db(suite), &heads[0].chain, 0, 100).await.expect("entries")
}

fn client(suite: &Suite) -> AccessLogServiceClient<hemgang_rpc::Peer> {
    AccessLogServiceClient::new(suite.peer("service", "SE0000000000-HEMGANG", "region"))
}

async fn faults(suite: &Suite) -> Vec<Fault> {
    let public = suite.signer().public();
    verify(db(suite), &public, None).await.expect("a report").faults
}

/// What somebody does who may write to the database.
async fn done(suite: &Suite, change: Change) {
    db(suite).commit(change).await.expect("done");
}

async fn put_in_place(suite: &Suite, old: &Kept, new: &Kept) {
    done(suite, Change::new().remove(old)).await;
    done(suite, Change::new().insert(new)).await;
}

/// Rows by subject.
fn about(kept: &[Kept]) -> Vec<About> {
    kept.iter().flat_map(Kept::about).collect()
}

/// Sets the mark of a chain from one number to another.
fn marked(kept: &[Kept], (from, to): (i64, i64)) -> Change {
    let mark = |number| Mark { chain: kept[0].chain.clone(), number };
    Change::new().remove(&mark(from)).insert(&mark(to))
}

fn fault(what: What, kept: &[Kept], numbers: (i64, i64)) -> Fault {
    Fault { what, place: kept[0].chain.clone(), numbers }
}

async fn what_is_recorded_is_chained_and_proven(suite: &Suite) {
    let kept = recorded(suite).await;
    assert_eq!(kept.iter().map(|kept| kept.number).collect::<Vec<_>>(), (1..=10).collect::<Vec<_>>());
    let report = verify(db(suite), &suite.signer().public(), None).await.expect("a report");
    assert_eq!((report.chains, report.entries, report.faults), (1, 10, Vec::new()));
    // Another key proves nothing.
    let other = verify(db(suite), &Signer::fresh().public(), None).await.expect("a report");
    let checkpoint = Fault { what: What::Checkpoint, place: String::new(), numbers: (1, 1) };
    assert_eq!(other.faults, [fault(What::Head, &kept, (0, 0)), checkpoint]);
}

async fn an_entry_that_is_removed_altered_or_moved_is_named(suite: &Suite) {
    let kept = recorded(suite).await;
    done(suite, Change::new().remove(&kept[3])).await;
    let gone = kept[3].about();
    done(suite, gone.iter().fold(Change::new(), Change::remove)).await;
    assert_eq!(faults(suite).await, [fault(What::Removed, &kept, (4, 4))]);
    done(suite, gone.iter().fold(Change::new().insert(&kept[3]), Change::insert)).await;
    assert_eq!(faults(suite).await, []);

    // A column alone, and the entry with its column.
    let column = Kept { unit: "SE2321000131-E000000001102".to_owned(), ..kept[1].clone() };
    let entry = kept[1].entry.replace("E000000001101", "E000000001102");
    for altered in [column.clone(), Kept { entry, ..column }] {
        put_in_place(suite, &kept[1], &altered).await;
        assert_eq!(faults(suite).await, [fault(What::Altered, &kept, (2, 2))]);
        put_in_place(suite, &altered, &kept[1]).await;
    }

    // Two that have changed places.
    done(suite, Change::new().remove(&kept[6]).remove(&kept[7])).await;
    let (first, second) = (Kept { number: 8, ..kept[6].clone() }, Kept { number: 7, ..kept[7].clone() });
    done(suite, Change::new().insert(&first).insert(&second)).await;
    let moved = faults(suite).await;
    for number in [7, 8] {
        assert!(moved.contains(&fault(What::Altered, &kept, (number, number))), "{moved:?}");
    }
    done(suite, Change::new().remove(&first).remove(&second)).await;
    done(suite, Change::new().insert(&kept[6]).insert(&kept[7])).await;

    // One that nobody finds who asks about the patient.
    done(suite, Change::new().remove(&kept[4].about()[0])).await;
    assert_eq!(faults(suite).await, [fault(What::Hidden, &kept, (5, 5))]);
}

async fn a_chain_that_is_made_anew_does_not_hold(suite: &Suite) {
    let kept = recorded(suite).await;
    let head = store::chain::head(db(suite), &kept[0].chain).await.expect("a head").expect("a head");
    // Everything from the sixth on is chained anew, as if the fifth had never been.
    let (mut anew, mut before) = (Vec::new(), kept[3].hash.clone());
    for old in &kept[5..] {
        let new = NewEntry { source: None, entry: old.said().expect("an entry") };
        let next = Kept::after(&before, &old.chain, old.number - 1, &new).expect("an entry");
        before.clone_from(&next.hash);
        anew.push(next);
    }
    let remove = |kept: &[Kept]| kept.iter().fold(Change::new(), Change::remove);
    done(suite, remove(&kept[4..]).and(marked(&kept, (10, 4)))).await;
    done(suite, about(&kept[4..]).iter().fold(Change::new(), Change::remove)).await;
    let change = anew.iter().fold(marked(&kept, (4, 9)), Change::insert);
    done(suite, about(&anew).iter().fold(change, Change::insert)).await;
    // The first checkpoint names the fifth.
    let fifth = || fault(What::Altered, &kept, (5, 5));
    assert_eq!(faults(suite).await, [fault(What::Removed, &kept, (10, 10)), fifth()]);

    // With a head for it, signed with a key of their own.
    let signer = Signer::fresh();
    let forged = head.moved((9, before), suite.clock.now(), &signer);
    done(suite, Change::new().replace(&forged)).await;
    assert_eq!(faults(suite).await, [fifth(), fault(What::Head, &kept, (0, 0))]);
    done(suite, Change::new().remove(&forged)).await;
    assert_eq!(faults(suite).await, [fifth(), fault(What::Head, &kept, (0, 0))]);
}

async fn what_is_cut_from_the_end_is_missed(suite: &Suite) {
    let kept = recorded(suite).await;
    let about = about(&kept[8..]);
    let cut = kept[8..].iter().fold(marked(&kept, (10, 8)), Change::remove);
    done(suite, about.iter().fold(cut, Change::remove)).await;
    assert_eq!(faults(suite).await, [fault(What::Removed, &kept, (9, 10))]);

    // Back to a head that was kept aside, which holds; a checkpoint that was made meanwhile misses what is gone.
    let put_back = kept[8..].iter().fold(marked(&kept, (8, 10)), Change::insert);
    done(suite, about.iter().fold(put_back, Change::insert)).await;
    let head = store::chain::head(db(suite), &kept[0].chain).await.expect("a head").expect("a head");
    let first = store::chain::last_checkpoint(db(suite)).await.expect("checkpoints");
    let heads = std::slice::from_ref(&head);
    let checkpoint = Checkpoint::after(first.as_ref(), heads, suite.clock.now(), suite.signer());
    let checkpoint = checkpoint.expect("a checkpoint");
    done(suite, Change::new().insert(&checkpoint)).await;
    let aside = Head { number: 0, version: 1, ..head.clone() };
    let aside = aside.moved((8, kept[7].hash.clone()), suite.clock.now(), suite.signer());
    let cut = kept[8..].iter().fold(marked(&kept, (10, 8)).remove(&head), Change::remove);
    done(suite, about.iter().fold(cut, Change::remove)).await;
    done(suite, Change::new().insert(&aside)).await;
    assert_eq!(faults(suite).await, [fault(What::Removed, &kept, (9, 10))]);
    // Without the checkpoint nothing here would say so; what was kept of it elsewhere does.
    done(suite, Change::new().remove(&checkpoint)).await;
    assert_eq!(faults(suite).await, []);
    let kept_elsewhere = checkpoint.digest();
    let report = verify(db(suite), &suite.signer().public(), Some(&kept_elsewhere)).await.expect("a report");
    assert_eq!(report.faults, [Fault { what: What::Forgotten, place: kept_elsewhere, numbers: (0, 0) }]);
}

async fn a_checkpoint_that_is_gone_or_another_is_named(suite: &Suite) {
    recorded(suite).await;
    let first = store::chain::last_checkpoint(db(suite)).await.expect("checkpoints");
    let mut made = vec![first.expect("the first names the beginning of the chain")];
    for _ in 0..2 {
        let heads = store::chain::heads_since(db(suite), jiff::Timestamp::UNIX_EPOCH).await.expect("heads");
        let next = Checkpoint::after(made.last(), &heads, suite.clock.now(), suite.signer());
        made.push(next.expect("a checkpoint"));
    }
    done(suite, made[1..].iter().fold(Change::new(), Change::insert)).await;
    let report =
        verify(db(suite), &suite.signer().public(), Some(&made[1].digest())).await.expect("a report");
    assert_eq!((report.checkpoints, report.faults, report.digest), (3, Vec::new(), made[2].digest()));

    let checkpoint =
        |number| Fault { what: What::Checkpoint, place: String::new(), numbers: (number, number) };
    done(suite, Change::new().remove(&made[1])).await;
    assert_eq!(faults(suite).await, [checkpoint(2)]);
    let another =
        Checkpoint { content: made[1].content.replace("\"number\":10", "\"number\":9"), ..made[1].clone() };
    assert_ne!(another, made[1]);
    done(suite, Change::new().insert(&another)).await;
    // The third names the second that was.
    assert_eq!(faults(suite).await, [checkpoint(2), checkpoint(3)]);
}

async fn what_is_no_entry_is_refused(suite: &Suite) {
    let mut client = client(suite);
    let none = refused(client.record_access(RecordAccessRequest::default()).await);
    assert_eq!(none.fields, ["entries"]);
    let entries = vec![entry(suite, 1), AccessEntry::default()];
    let timeless = refused(client.record_access(RecordAccessRequest { entries }).await);
    assert_eq!(timeless.fields, ["entries[1].at"]);
}
