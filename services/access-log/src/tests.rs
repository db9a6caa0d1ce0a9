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
        head::Head,
        index::{Mark, Rows},
        link::{Link, NewEntry, genesis},
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

/// Ten entries of one chain, the first five together, and indexed.
async fn recorded(suite: &Suite) -> Vec<Link> {
    let mut client = client(suite);
    for together in [0..5, 5..6, 6..7, 7..8, 8..9, 9..10] {
        let entries = together.map(|number| entry(suite, number)).collect();
        client.record_access(RecordAccessRequest { entries }).await.expect("recorded");
    }
    crate::index::all(db(suite)).await.expect("indexed");
    let heads = store::chain::heads_since(db(suite), jiff::Timestamp::UNIX_EPOCH).await.expect("heads");
    store::link::after(db(suite), &heads[0].chain, 0, 100).await.expect("links")
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

async fn put_in_place(suite: &Suite, old: &Link, new: &Link) {
    done(suite, Change::new().remove(old)).await;
    done(suite, Change::new().insert(new)).await;
}

/// With the rows of links taken away.
fn without(change: Change, rows: &Rows) -> Change {
    let change = rows.listed.iter().fold(change, Change::remove);
    rows.about.iter().fold(change, Change::remove)
}

/// With the rows of links written.
fn with(change: Change, rows: &Rows) -> Change {
    let change = rows.listed.iter().fold(change, Change::insert);
    rows.about.iter().fold(change, Change::insert)
}

/// Sets the mark of a chain from one number to another.
fn marked(kept: &[Link], (from, to): (i64, i64)) -> Change {
    let mark = |number| Mark { chain: kept[0].chain.clone(), number };
    Change::new().remove(&mark(from)).insert(&mark(to))
}

fn fault(what: What, kept: &[Link], numbers: (i64, i64)) -> Fault {
    Fault { what, place: kept[0].chain.clone(), numbers }
}

async fn what_is_recorded_is_chained_and_proven(suite: &Suite) {
    let kept = recorded(suite).await;
    let spans: Vec<_> = kept.iter().map(|link| (link.first, link.number)).collect();
    assert_eq!(spans, [(1, 5), (6, 6), (7, 7), (8, 8), (9, 9), (10, 10)]);
    let report = verify(db(suite), &suite.signer().public(), None).await.expect("a report");
    assert_eq!((report.chains, report.entries, report.faults), (1, 10, Vec::new()));
    // Another key proves nothing.
    let other = verify(db(suite), &Signer::fresh().public(), None).await.expect("a report");
    let checkpoint = Fault { what: What::Checkpoint, place: String::new(), numbers: (1, 1) };
    assert_eq!(other.faults, [fault(What::Head, &kept, (0, 0)), checkpoint]);
}

async fn an_entry_that_is_removed_altered_or_moved_is_named(suite: &Suite) {
    let kept = recorded(suite).await;
    for (link, numbers) in [(&kept[0], (1, 5)), (&kept[1], (6, 6))] {
        let gone = Rows::of_all([link]);
        done(suite, without(Change::new().remove(link), &gone)).await;
        assert_eq!(faults(suite).await, [fault(What::Removed, &kept, numbers)]);
        done(suite, with(Change::new().insert(link), &gone)).await;
        assert_eq!(faults(suite).await, []);
    }

    // A column alone, and one entry of those that were written together.
    let column = Link { source: Some("planning:1".to_owned()), ..kept[0].clone() };
    let entries = kept[0].entries.replace("\"admission-3\"", "\"admission-33\"");
    let another = Link { entries, ..kept[0].clone() };
    let mut said = kept[0].said().expect("entries");
    said.remove(3);
    let entries = serde_json::to_string(&said).expect("JSON");
    let fewer = Link { entries, ..kept[0].clone() };
    let hidden = |number| fault(What::Hidden, &kept, (number, number));
    for (altered, hidden) in
        [(column, vec![]), (another, vec![hidden(3), hidden(4)]), (fewer, vec![hidden(4), hidden(5)])]
    {
        put_in_place(suite, &kept[0], &altered).await;
        assert_eq!(faults(suite).await, [vec![fault(What::Altered, &kept, (1, 5))], hidden].concat());
        put_in_place(suite, &altered, &kept[0]).await;
    }

    // One that no reader of the chain comes to, whose source would keep an event out; and numbers without a next.
    let early = Link { number: -1, first: -1, source: Some("planning:aa.9".to_owned()), ..kept[1].clone() };
    done(suite, Change::new().insert(&early)).await;
    assert_eq!(faults(suite).await, [fault(What::Inserted, &kept, (-1, -1))]);
    done(suite, Change::new().remove(&early)).await;
    for (number, first) in [(i64::MAX, i64::MAX), (i64::MAX, i64::MIN), (11, i64::MAX)] {
        let last = Link { number, first, ..kept[5].clone() };
        done(suite, Change::new().insert(&last)).await;
        assert!(faults(suite).await.contains(&fault(What::Altered, &kept, (first, number))), "{number}");
        done(suite, Change::new().remove(&last)).await;
    }
    assert_eq!(faults(suite).await, []);

    // Two that have changed places.
    done(suite, Change::new().remove(&kept[2]).remove(&kept[3])).await;
    let moved = |link: &Link, number| Link { number, first: number, ..link.clone() };
    let (first, second) = (moved(&kept[2], 8), moved(&kept[3], 7));
    done(suite, Change::new().insert(&first).insert(&second)).await;
    let moved = faults(suite).await;
    for number in [7, 8] {
        assert!(moved.contains(&fault(What::Altered, &kept, (number, number))), "{moved:?}");
    }
    done(suite, Change::new().remove(&first).remove(&second)).await;
    done(suite, Change::new().insert(&kept[2]).insert(&kept[3])).await;

    // One that nobody finds who asks about the patient, and one that is in no list.
    let rows = Rows::of_all(&kept[1..]);
    let about = rows.about.iter().find(|about| about.number == 7).expect("a row");
    let listed = rows.listed.iter().find(|listed| listed.number == 8).expect("a row");
    done(suite, Change::new().remove(about).remove(listed)).await;
    assert_eq!(faults(suite).await, [hidden(7), hidden(8)]);
}

async fn a_chain_that_is_made_anew_does_not_hold(suite: &Suite) {
    let kept = recorded(suite).await;
    let head = store::chain::head(db(suite), &kept[0].chain).await.expect("a head").expect("a head");
    // Everything is chained anew, as if the fifth had never been.
    let mut said: Vec<_> = kept.iter().flat_map(|link| link.said().expect("entries")).collect();
    said.remove(4);
    let new: Vec<_> = said.iter().map(|entry| NewEntry::of(None, entry).expect("an entry")).collect();
    let chained = |together: &[usize]| {
        let (mut anew, mut new): (Vec<Link>, _) = (Vec::new(), &new[..]);
        for many in together {
            let (these, others) = new.split_at(*many);
            let after =
                anew.last().map_or((0, genesis(&head.chain)), |link| (link.number, link.hash.clone()));
            anew.push(Link::after((after.0, &after.1), &head.chain, these));
            new = others;
        }
        anew
    };
    let remove =
        |links: &[Link], mark: Change| without(links.iter().fold(mark, Change::remove), &Rows::of_all(links));
    let insert =
        |links: &[Link], mark: Change| with(links.iter().fold(mark, Change::insert), &Rows::of_all(links));
    let anew = chained(&[4, 1, 1, 1, 1, 1]);
    done(suite, remove(&kept, marked(&kept, (10, 0)))).await;
    done(suite, insert(&anew, marked(&kept, (0, 9)))).await;
    // The first checkpoint names the fifth.
    let fifth = || fault(What::Altered, &kept, (5, 5));
    assert_eq!(faults(suite).await, [fault(What::Removed, &kept, (10, 10)), fifth()]);

    // With a head for it, signed with a key of their own.
    let stranger = Signer::fresh();
    let hash = |links: &[Link]| links.last().expect("a link").hash.clone();
    let forged = head.moved((9, hash(&anew)), suite.clock.now(), &stranger);
    done(suite, Change::new().replace(&forged)).await;
    assert_eq!(faults(suite).await, [fifth(), fault(What::Head, &kept, (0, 0))]);
    done(suite, Change::new().remove(&forged)).await;
    assert_eq!(faults(suite).await, [fifth(), fault(What::Head, &kept, (0, 0))]);

    // With no link that ends where the checkpoint says that one did, and a head that holds.
    let whole = chained(&[9]);
    done(suite, remove(&anew, marked(&kept, (9, 0)))).await;
    let signed = head.moved((9, hash(&whole)), suite.clock.now(), suite.signer());
    done(suite, insert(&whole, marked(&kept, (0, 9))).insert(&signed)).await;
    assert_eq!(faults(suite).await, [fault(What::Altered, &kept, (1, 9))]);
}

async fn what_is_cut_from_the_end_is_missed(suite: &Suite) {
    let kept = recorded(suite).await;
    let rows = Rows::of_all(&kept[4..]);
    let cut = kept[4..].iter().fold(marked(&kept, (10, 8)), Change::remove);
    done(suite, without(cut, &rows)).await;
    assert_eq!(faults(suite).await, [fault(What::Removed, &kept, (9, 10))]);

    // Back to a head that was kept aside, which holds; a checkpoint that was made meanwhile misses what is gone.
    let put_back = kept[4..].iter().fold(marked(&kept, (8, 10)), Change::insert);
    done(suite, with(put_back, &rows)).await;
    let head = store::chain::head(db(suite), &kept[0].chain).await.expect("a head").expect("a head");
    let first = store::chain::last_checkpoint(db(suite)).await.expect("checkpoints");
    let heads = std::slice::from_ref(&head);
    let checkpoint = Checkpoint::after(first.as_ref(), heads, suite.clock.now(), suite.signer());
    let checkpoint = checkpoint.expect("a checkpoint");
    done(suite, Change::new().insert(&checkpoint)).await;
    let aside = Head { number: 0, version: 1, ..head.clone() };
    let aside = aside.moved((8, kept[3].hash.clone()), suite.clock.now(), suite.signer());
    let cut = kept[4..].iter().fold(marked(&kept, (10, 8)).remove(&head), Change::remove);
    done(suite, without(cut, &rows)).await;
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
