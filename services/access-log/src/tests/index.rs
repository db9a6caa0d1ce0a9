//! The rows that lists read follow the entries: whoever asks finds all of them.
//!
//! The chain here is one of a process that has ended: nothing indexes it but what a test calls.

mod tampered;

use std::time::Duration;

use hemgang_core::{person::PERSONNUMMER, redacted::Redacted};
use hemgang_db::{Backend, Change, Db, Storage};
use hemgang_proto::{
    access::{
        Access, GetPatientExtractRequest, ListAccessRequest, RecordAccessRequest, WhoReadRequest,
        access_log_service_client::AccessLogServiceClient,
    },
    common::PersonId,
};
use hemgang_testing::{Suite, each_backend};

use super::{client, db, done, entry, faults};
use crate::{
    MIGRATIONS, SERVICE,
    domain::{
        head::Head,
        index::Rows,
        link::{Link, NewEntry, genesis},
    },
    index,
    store::{self, person::StayPerson, protected::ProtectedStay},
};

each_backend!(
    what_nothing_has_indexed_is_found_by_whoever_asks,
    two_at_once_leave_each_subject_once,
    a_chain_indexes_itself_after_a_while
    on &[]
);

const TOLVAN: &str = "191212121212";
const CHAIN: &str = "ended";

/// Some entries of a chain that nobody writes any more, three together; each tells of its own number's admission and the
/// next one's.
async fn ended(suite: &Suite, entries: usize) -> Vec<Link> {
    let new = |number| NewEntry::of(None, &entry(suite, number)).expect("an entry");
    let new: Vec<_> = (1..=entries).map(new).collect();
    let (mut kept, mut before) = (Vec::new(), (0, genesis(CHAIN)));
    for together in new.chunks(3) {
        let next = Link::after((before.0, &before.1), CHAIN, together);
        before = (next.number, next.hash.clone());
        kept.push(next);
    }
    let head = Head::of(CHAIN).moved(before, suite.clock.now(), suite.signer());
    done(suite, kept.iter().fold(Change::new().put(&head), Change::insert)).await;
    kept
}

async fn indexed(suite: &Suite) {
    index::all(db(suite)).await.expect("indexed");
}

async fn mark(suite: &Suite, chain: &str) -> i64 {
    store::index::mark(db(suite), chain).await.expect("a mark").map_or(0, |mark| mark.number)
}

/// What is indexed of the chain, whatever its mark says.
async fn rows(suite: &Suite) -> Rows {
    store::listed::rows(db(suite), CHAIN, i64::MIN, i64::MAX).await.expect("rows")
}

/// What should be of the entries after a number.
fn rows_after(kept: &[Link], after: i64) -> Rows {
    let mut rows = Rows::of_all(kept);
    rows.listed.retain(|listed| listed.number > after);
    rows.about.retain(|about| about.number > after);
    rows
}

fn place((chain, number): (&str, i64)) -> (String, i64) {
    (chain.to_owned(), number)
}

/// Chain and number of accesses, without the questions themselves.
fn found(accesses: Vec<Access>) -> Vec<(String, i64)> {
    let recorded = |access: &Access| access.entry.as_ref().is_some_and(|entry| entry.rpc.is_empty());
    let mut found: Vec<_> =
        accesses.into_iter().filter(recorded).map(|access| (access.chain, access.number)).collect();
    found.sort();
    found
}

async fn what_nothing_has_indexed_is_found_by_whoever_asks(suite: &Suite) {
    let stay = StayPerson {
        admission_id: "admission-7".to_owned(),
        oid: Redacted::new(PERSONNUMMER.to_owned()),
        value: Redacted::new(TOLVAN.to_owned()),
        patient_id: "patient".to_owned(),
    };
    let protected = ProtectedStay { admission_id: "admission-7".to_owned() };
    done(suite, Change::new().insert(&stay).insert(&protected)).await;
    ended(suite, 10).await;
    let person_id = Some(PersonId { oid: PERSONNUMMER.to_owned(), value: TOLVAN.to_owned() });
    let mut auditor =
        AccessLogServiceClient::new(suite.peer("auditor", "SE2321000131-E000000001001", "region"));

    let only = ListAccessRequest { protected_persons_only: true, ..Default::default() };
    let listed = auditor.list_access(only.clone()).await.expect("a list").into_inner().accesses;
    assert_eq!(found(listed), [(CHAIN, 6), (CHAIN, 7)].map(place));

    // Of our own chain, just now.
    let mut own = String::new();
    for times in 1..=2 {
        let entries = vec![entry(suite, 7)];
        client(suite).record_access(RecordAccessRequest { entries }).await.expect("recorded");
        let request = WhoReadRequest { person_id: person_id.clone(), ..Default::default() };
        let read = found(auditor.who_read(request).await.expect("an answer").into_inner().accesses);
        assert_eq!(read.len(), 2 + times, "{read:?}");
        own = read.into_iter().map(|(chain, _)| chain).find(|chain| chain != CHAIN).expect("our chain");
    }
    let entries = vec![entry(suite, 7)];
    client(suite).record_access(RecordAccessRequest { entries: entries.clone() }).await.expect("recorded");
    let request = GetPatientExtractRequest { person_id, ..Default::default() };
    let extract = auditor.get_patient_extract(request).await.expect("an extract").into_inner();
    // Two questions before it, and itself.
    assert_eq!(extract.lines.len(), 2 + 3 + 3);
    client(suite).record_access(RecordAccessRequest { entries }).await.expect("recorded");
    let listed = auditor.list_access(only).await.expect("a list").into_inner().accesses;
    assert_eq!(found(listed).iter().filter(|(chain, _)| *chain == own).count(), 4);
    assert_eq!(faults(suite).await, []);
}

async fn two_at_once_leave_each_subject_once(suite: &Suite) {
    let kept = ended(suite, 300).await;
    // Another process's, where there may be one.
    let other = match db(suite).backend() {
        Backend::Sqlite => db(suite).clone(),
        Backend::Postgres => {
            let storage = Storage::open(suite.url()).expect("a storage");
            storage.database(SERVICE.name, MIGRATIONS).await.expect("a database")
        }
    };
    let all = async |db: &Db| index::all(db).await.expect("indexed");
    tokio::join!(all(db(suite)), all(&other), all(db(suite)), all(&other));
    assert_eq!(rows(suite).await, Rows::of_all(&kept));
    assert_eq!(mark(suite, CHAIN).await, 300);
    assert_eq!(faults(suite).await, []);
}

async fn a_chain_indexes_itself_after_a_while(suite: &Suite) {
    client(suite)
        .record_access(RecordAccessRequest { entries: vec![entry(suite, 1)] })
        .await
        .expect("recorded");
    let heads = store::chain::heads_since(db(suite), jiff::Timestamp::UNIX_EPOCH).await.expect("heads");
    let is_there = async {
        while mark(suite, &heads[0].chain).await < 1 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), is_there).await.expect("indexed");
}
