//! An event that cannot be applied is parked with what follows of its admission, beyond its page and over a restart;
//! everything else is applied once.

use std::sync::atomic::{AtomicBool, Ordering};

use hemgang_db::{Change, Migration, Storage, Table, params};
use hemgang_feed::{FeedEvent as _, FeedServer, Follow};
use hemgang_proto::{
    admission::{self as pb, AdmissionEvent, admission_service_client::AdmissionServiceClient},
    common::PersonId,
    readiness::readiness_feed_service_server::ReadinessFeedServiceServer,
};
use hemgang_rpc::{Context, Failure, Peer, wire};
use hemgang_runtime::{Built, Following, Process, Service};
use hemgang_testing::{at, postgres};

use super::listener;
use crate::store::when_free;

const SERVICES: [Service; 2] = [hemgang_admission::SERVICE, KEEPER];

/// Keeps the position of every event. It stands in readiness's place on the routes.
const KEEPER: Service = Service {
    name: "readiness",
    migrations: &[KEPT],
    build: |cx, routes| {
        routes.add_service(ReadinessFeedServiceServer::new(FeedServer::new(cx)));
        Built { follows: vec![Following::of(Keeper)], ..Built::default() }
    },
};

const KEPT: Migration = Migration {
    version: 100,
    name: "kept",
    // Whatever is applied twice stands twice.
    sql: "create table kept (entry text primary key, position text not null, kind text not null)",
};

struct Kept {
    entry: String,
    position: String,
    kind: String,
}

hemgang_db::record!(Kept, "kept", key(entry), columns(position, kind));

/// Judgements of need cannot be applied as long as this is set.
static BROKEN: AtomicBool = AtomicBool::new(true);

struct Keeper;

#[async_trait::async_trait]
impl Follow for Keeper {
    type Event = AdmissionEvent;

    const PROJECTIONS: &'static [Table] = &[Table::of::<Kept>()];

    async fn project(&self, _cx: &Context, event: &AdmissionEvent) -> Result<Change, Failure> {
        let header = event.header().cloned().unwrap_or_default();
        if header.kind == "NeedsAssessed" && BROKEN.load(Ordering::SeqCst) {
            return Err(Failure::Internal("a judgement that cannot be read".into()));
        }
        let entry = hemgang_core::id::random().to_string();
        Ok(Change::new().insert(&Kept { entry, position: header.cursor, kind: header.kind }))
    }
}

async fn admit(client: &Peer, person: &str) -> String {
    let request = pb::AdmitPatientRequest {
        person_id: Some(PersonId { oid: "1.2.752.129.2.1.2.1".to_owned(), value: person.to_owned() }),
        ward: "SE2321000131-E000000001101".to_owned(),
        admitted_at: Some(wire::timestamp(at("2026-09-14T06:00:00Z"))),
        admission_type: pb::AdmissionType::Unplanned.into(),
        ..Default::default()
    };
    let answer = AdmissionServiceClient::new(client.clone()).admit_patient(request).await.expect("admitted");
    answer.into_inner().admission.expect("an admission").admission_id
}

async fn assess(client: &Peer, admission_id: String) {
    let needs_assessment = Some(pb::NeedsAssessment {
        social_services: true,
        assessed_at: Some(wire::timestamp(at("2026-09-14T06:00:00Z"))),
        assessed_by: "SE2321000131-P000000000102".to_owned(),
        ..Default::default()
    });
    let request = pb::AssessNeedsRequest { admission_id, needs_assessment, ..Default::default() };
    AdmissionServiceClient::new(client.clone()).assess_needs(request).await.expect("assessed");
}

/// Positions and kinds, in the order of the feed.
async fn kept(process: &Process) -> Vec<(String, String)> {
    let keeper = process.contexts().find(|cx| cx.name == KEEPER.name).expect("the keeper");
    let rows =
        keeper.db.rows("select position, kind from kept order by position", params![]).await.expect("rows");
    let column = |row: &hemgang_db::Row, name| row.column::<String>(name).expect("text");
    let seq = |position: String| position.rsplit('.').next().unwrap_or_default().to_owned();
    rows.iter().map(|row| (seq(column(row, "position")), column(row, "kind"))).collect()
}

fn of(events: &[(&str, &str)]) -> Vec<(String, String)> {
    events.iter().map(|(seq, kind)| ((*seq).to_owned(), (*kind).to_owned())).collect()
}

/// Numbers and reasons of what is parked, in the order of the feed.
async fn parked(process: &Process) -> Vec<(String, String)> {
    let keeper = process.contexts().find(|cx| cx.name == KEEPER.name).expect("the keeper");
    let rows = keeper.db.rows("select position, reason from feed_parked", params![]);
    let column = |row: &hemgang_db::Row, name| row.column::<String>(name).expect("text");
    let seq = |position: String| position.rsplit('.').next().unwrap_or_default().to_owned();
    let rows = rows.await.expect("rows");
    let mut parked: Vec<(String, String)> =
        rows.iter().map(|row| (seq(column(row, "position")), column(row, "reason"))).collect();
    parked.sort_by_key(|(seq, _)| seq.parse::<i64>().expect("a number"));
    parked
}

/// Whether what rests on an admission is behind.
fn is_behind(process: &Process, admission_id: &str) -> bool {
    let keeper = process.contexts().find(|cx| cx.name == KEEPER.name).expect("the keeper");
    matches!(keeper.rests_on(Some(admission_id)), Err(Failure::FeedBehind("admission")))
}

/// Two events each; with what was told before, they are more than a page has.
const OTHERS: i64 = 100;

async fn assert_once(storage: Storage, reopened: impl AsyncFn() -> Storage) {
    BROKEN.store(true, Ordering::SeqCst);
    let (process, client) = listener::start(storage, &SERVICES, None).await;
    let first = admit(&client, "SE2321000131-E000000001001A").await;
    assess(&client, first.clone()).await;
    for other in 0..OTHERS {
        admit(&client, &format!("SE2321000131-E000000001001B{other}")).await;
    }
    let (other, last) = (admit(&client, "SE2321000131-E000000001001C").await, 3 + 2 * OTHERS + 3);
    assess(&client, first.clone()).await;
    process.drain().await.expect("what is parked does not stop the feed");
    let applied = kept(&process).await;
    let numbers = |kept: &[(String, String)]| {
        let mut numbers: Vec<i64> = kept.iter().map(|(seq, _)| seq.parse().expect("a number")).collect();
        numbers.sort_unstable();
        numbers
    };
    assert_eq!(numbers(&applied), (1..last).filter(|number| *number != 3).collect::<Vec<_>>());
    let waits = of(&[("3", "INTERNAL"), (&last.to_string(), "BEHIND")]);
    assert_eq!(parked(&process).await, waits);
    assert!(listener::position(&process).ends_with(&format!(".{last}")), "{}", listener::position(&process));
    assert!(is_behind(&process, &first) && !is_behind(&process, &other));
    drop((process, client));

    // Tried again at the start, and still broken.
    let (process, client) = listener::start(reopened().await, &SERVICES, None).await;
    process.drain().await.expect("drained");
    assert_eq!((kept(&process).await, parked(&process).await), (applied, waits));
    drop((process, client));

    BROKEN.store(false, Ordering::SeqCst);
    let (process, _) = listener::start(reopened().await, &SERVICES, None).await;
    process.drain().await.expect("drained");
    assert_eq!(numbers(&kept(&process).await), (1..=last).collect::<Vec<_>>());
    assert!(parked(&process).await.is_empty() && !is_behind(&process, &first));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_parked_event_holds_up_its_own_admission_until_it_can_be_applied() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().display());
    assert_once(Storage::open(&url).expect("a storage"), async || when_free(&url).await).await;
    // One after the other, because what is broken is broken for both.
    let url = postgres::database();
    let open = || Storage::open(&url).expect("a storage");
    assert_once(open(), async || open()).await;
}
