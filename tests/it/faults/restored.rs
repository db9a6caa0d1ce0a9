//! A feed whose database was restored from a copy: followers forget what the copy does not hold, and do nothing twice.

use std::collections::BTreeSet;

use hemgang_core::redacted::Redacted;
use hemgang_db::{Change, Storage, params};
use hemgang_feed::rebuild;
use hemgang_proto::planning::NoticeKind;
use hemgang_rpc::Context;
use hemgang_testing::{On, Suite};

use crate::{
    journeys::steps::{NOW, SAHLGRENSKA, SOCIAL, WARD, adt, kinds},
    services::SERVICES,
};

/// Somebody who is known to neither.
const THIRD: &str = "194105089819^^^1.2.752.129.2.1.3.1^NI";

/// A row of the feed, by its key.
struct Told {
    seq: i64,
}

hemgang_db::record!(Told, "feed_event", key(seq), columns());

/// The counter's row.
struct Counter {
    id: i64,
    epoch: String,
    seq: i64,
    former: String,
    cursor_key: Redacted<String>,
}

hemgang_db::record!(Counter, "feed_counter", key(id), columns(epoch, seq, former, cursor_key));

/// Leaves admission's feed as a copy would that was taken after event `head`; in its first epoch, where one is named.
async fn restore(storage: &Storage, head: i64, first_epoch: Option<&str>) {
    let admission = hemgang_admission::SERVICE;
    let db = storage.database(admission.name, admission.migrations).await.expect("a database");
    let lost: Vec<Told> =
        db.list("select seq from feed_event where seq > $1", params![head]).await.expect("rows");
    assert!(!lost.is_empty());
    let counter: Counter =
        db.optional("select * from feed_counter", params![]).await.expect("read").expect("one");
    let change = lost.iter().fold(Change::new(), Change::remove);
    let restored = match first_epoch {
        Some(epoch) => Counter { seq: head, epoch: epoch.to_owned(), former: String::new(), ..counter },
        None => Counter { seq: head, ..counter },
    };
    let change = change.remove(&restored).insert(&restored);
    db.commit(change).await.expect("restored");
    drop(db);
    let began = storage.begin_epoch(admission.name, admission.migrations).await.expect("a new epoch");
    assert_eq!(began, head);
}

/// Admits, judges and notifies.
async fn tell(suite: &Suite, visit: &'static str, person: &'static str) -> String {
    adt::tell(suite, &[adt::Adt { person, ..adt::a01(visit, "20260914070000") }]).await;
    let id = SAHLGRENSKA.admission_of(suite, visit).await.admission_id;
    WARD.assess(suite, &id, &[SOCIAL], NOW).await;
    WARD.notify(suite, &id, &[SOCIAL], NOW).await;
    suite.drain().await;
    id
}

/// The stays that a service keeps of admission's feed; the access log keeps whose they are.
async fn stays(cx: &Context) -> BTreeSet<String> {
    cx.catch_up().await.expect("the head");
    let sql = match cx.name {
        "access" => "select admission_id from stay_person",
        _ => "select admission_id from stay",
    };
    let rows = cx.db.rows(sql, params![]).await.expect("rows");
    rows.iter().map(|row| row.column("admission_id").expect("an id")).collect()
}

/// Whether a service keeps what admission told.
fn follows_admission(cx: &Context) -> bool {
    cx.followers().iter().any(|follower| follower.feed() == "admission")
}

async fn assert_goes_on(on: On) {
    let suite = Suite::start(on, SERVICES).await;
    let kept = tell(&suite, "V1", adt::TOLVAN).await;
    WARD.confirm(&suite, &kept).await.expect("confirmed");
    let admission = suite.process.contexts().find(|cx| cx.name == "admission").expect("admission");
    let head = *admission.db.head().borrow();
    let plain = admission.db.cursors().plain(head);
    let (first_epoch, _) = plain.split_once('.').expect("a plain cursor");
    let lost = tell(&suite, "V2", adt::MARTA).await;
    assert_eq!(SOCIAL.inbox(&suite).await.len(), 3);

    let suite = suite.restarted(SERVICES, async |storage| restore(storage, head, None).await).await;
    suite.drain().await;
    for cx in suite.process.contexts().filter(|cx| follows_admission(cx)) {
        assert_eq!(stays(cx).await, BTreeSet::from([kept.clone()]), "{}: the copy holds one stay", cx.name);
    }
    // What was delivered was delivered, and nothing comes twice.
    assert_eq!(SOCIAL.inbox(&suite).await.len(), 3);
    assert!(WARD.case(&suite, &lost).await.is_ok(), "our own case of it stands");

    // The numbers that were lost are given anew, to other events, which are followed.
    let next = tell(&suite, "V3", THIRD).await;
    for cx in suite.process.contexts().filter(|cx| follows_admission(cx)) {
        assert_eq!(stays(cx).await, BTreeSet::from([kept.clone(), next.clone()]), "{}", cx.name);
        let again = rebuild(cx, true).await.expect("rebuilt");
        assert!(again.tables.iter().all(|table| table.differing == 0), "{}: {again:?}", cx.name);
    }
    WARD.notify(&suite, &kept, &[SOCIAL], NOW).await;
    suite.drain().await;
    let told = kinds(&WARD.case(&suite, &kept).await.expect("a case").notices);
    assert_eq!(told, [NoticeKind::Admission, NoticeKind::Readiness, NoticeKind::Admission]);

    // The same once more is an ordinary start.
    let suite = suite.restarted(SERVICES, async |_| ()).await;
    suite.drain().await;
    assert_eq!(SOCIAL.inbox(&suite).await.len(), 3 + 1 + 1);

    // A copy from before the first restore knows nothing of the epoch that the followers have read last.
    let restored = async |storage: &Storage| restore(storage, head - 1, Some(first_epoch)).await;
    let suite = suite.restarted(SERVICES, restored).await;
    suite.drain().await;
    for cx in suite.process.contexts().filter(|cx| follows_admission(cx)) {
        assert_eq!(stays(cx).await, BTreeSet::from([kept.clone()]), "{}", cx.name);
        let again = rebuild(cx, true).await.expect("rebuilt");
        assert!(again.tables.iter().all(|table| table.differing == 0), "{}: {again:?}", cx.name);
    }
    assert_eq!(SOCIAL.inbox(&suite).await.len(), 3 + 1 + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite_followers_go_on_after_a_restore() {
    assert_goes_on(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_followers_go_on_after_a_restore() {
    assert_goes_on(On::Postgres).await;
}
