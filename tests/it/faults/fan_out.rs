//! Many subscribers of one feed: each gets what it may see, in order and once; one that does not read is cut off and
//! goes on where it was; a commit of another process wakes it.

use std::{sync::Arc, time::Duration};

use hemgang_core::{day::local_day, directory::UnitKind, id::AdmissionId, place::HsaId};
use hemgang_db::{Change, Db, Storage};
use hemgang_feed::Telling;
use hemgang_proto::{
    admission::{
        self as pb, AdmissionEvent, admission_event::Event,
        admission_feed_service_client::AdmissionFeedServiceClient,
        admission_service_client::AdmissionServiceClient, follow_events_response::Item,
    },
    common::{EventHeader, PersonId},
};
use hemgang_rpc::{Audience, Peer, wire};
use hemgang_runtime::Process;
use hemgang_testing::{Suite, each_backend, postgres, refused};
use jiff::SignedDuration;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, timeout},
};
use tonic::{Code, Status, Streaming};

use super::listener;

each_backend!(
    three_hundred_subscribers_get_what_they_may_see_in_order_and_once,
    who_does_not_read_is_cut_off_and_misses_nothing_by_resuming,
    pages_from_memory_are_those_of_the_database,
    a_stream_ends_with_its_token_and_with_the_process
    on &[hemgang_admission::SERVICE]
);

const SUBSCRIBERS: usize = 300;
const ADMISSIONS: usize = 90;
const HOSPITAL: &str = "SE2321000131-E000000001001";
const WARD: &str = "SE2321000131-E000000001101";
const OTHER_WARD: &str = "SE2321000131-E000000001102";
const SERVICE: &str = "SE0000000000-HEMGANG";

/// Longer than anything here takes on the slowest machine.
const PATIENCE: Duration = Duration::from_mins(2);

type Stream = Streaming<pb::FollowEventsResponse>;

async fn follow(peer: Peer, cursor: &str) -> Stream {
    let request = pb::FollowEventsRequest { cursor: cursor.to_owned() };
    AdmissionFeedServiceClient::new(peer).follow_events(request).await.expect("a stream").into_inner()
}

async fn next(stream: &mut Stream) -> Result<Item, Status> {
    let came = timeout(PATIENCE, stream.message()).await.expect("something comes")?;
    Ok(came.and_then(|came| came.item).expect("a stream that goes on"))
}

/// A stream that has reached the head, which the first bookmark says.
async fn at_head(peer: Peer) -> Stream {
    let mut stream = follow(peer, "").await;
    assert!(matches!(next(&mut stream).await, Ok(Item::Bookmark(_))));
    stream
}

fn db(process: &Process) -> Db {
    process.contexts().next().expect("a service").db.clone()
}

/// Kind, admission and position of what comes for a ward from the beginning, until a bookmark says that all did.
async fn heard(mut stream: Stream, db: Db, last: watch::Receiver<Option<i64>>) -> Vec<(String, String, i64)> {
    let position = |cursor: &str| db.cursors().read(cursor, false).expect("a cursor");
    let mut heard = Vec::new();
    loop {
        match next(&mut stream).await.expect("no refusal") {
            Item::Event(event) => {
                let header = event.header.expect("a header");
                heard.push((header.kind, header.admission_id, position(&header.cursor)));
            }
            Item::Bookmark(mark) => {
                if last.borrow().is_some_and(|last| position(&mark.cursor) >= last) {
                    return heard;
                }
            }
        }
    }
}

/// Admits a patient to a ward, who is judged to need somebody; the id of the stay.
async fn admit(peer: Peer, ward: &str) -> String {
    let mut client = AdmissionServiceClient::new(peer);
    let person = format!("{HOSPITAL}{}", hemgang_core::id::random().simple());
    let now = Some(wire::timestamp(hemgang_testing::at("2026-09-14T06:00:00Z")));
    let request = pb::AdmitPatientRequest {
        person_id: Some(PersonId { oid: "1.2.752.129.2.1.2.1".to_owned(), value: person[..40].to_owned() }),
        ward: ward.to_owned(),
        admitted_at: now,
        admission_type: pb::AdmissionType::Unplanned.into(),
        ..Default::default()
    };
    let answer = client.admit_patient(request).await.expect("admitted").into_inner();
    let admission_id = answer.admission.expect("an admission").admission_id;
    let needs_assessment = Some(pb::NeedsAssessment {
        social_services: true,
        assessed_at: now,
        assessed_by: "SE2321000131-P000000000102".to_owned(),
        ..Default::default()
    });
    let (id, request_id) = (admission_id.clone(), String::new());
    let request =
        pb::AssessNeedsRequest { request_id, admission_id: id, needs_assessment, ..Default::default() };
    client.assess_needs(request).await.expect("assessed");
    admission_id
}

/// Every event that a reader sees, by pages of a size; with its number, since a cursor is never written alike twice.
async fn walk(
    suite: &Suite,
    (role, unit): (&'static str, &'static str),
    page_size: i32,
) -> Vec<(i64, AdmissionEvent)> {
    let mut client = AdmissionFeedServiceClient::new(suite.peer(role, unit, "region"));
    let (db, mut cursor, mut events) = (db(&suite.process), String::new(), Vec::new());
    let numbered = |event: AdmissionEvent| {
        let EventHeader { cursor, .. } = event.header.clone().expect("a header");
        let seq = db.cursors().read(&cursor, role == "service").expect("a cursor");
        let header = event.header.map(|header| EventHeader { cursor: String::new(), ..header });
        (seq, AdmissionEvent { header, ..event })
    };
    loop {
        let read = pb::ReadEventsRequest { cursor, page_size };
        let page = client.read_events(read).await.expect("a page").into_inner();
        assert!(page.events.len() <= usize::try_from(page_size).expect("a size"));
        events.extend(page.events.into_iter().map(numbered));
        if page.at_head {
            return events;
        }
        cursor = page.bookmark.expect("a bookmark").cursor;
    }
}

/// Takes what comes for a service, until a bookmark says that it was all.
async fn reach(stream: &mut Stream, db: &Db) {
    let mut came = -1;
    while came < *db.head().borrow() {
        if let Item::Bookmark(mark) = next(stream).await.expect("no refusal") {
            came = db.cursors().read(&mark.cursor, true).expect("a cursor");
        }
    }
}

async fn pages_from_memory_are_those_of_the_database(suite: &Suite) {
    let wards = [WARD, OTHER_WARD];
    for ward in [wards, wards].concat() {
        admit(suite.peer("ward", ward, "region"), ward).await;
    }
    // From here on one reader keeps what comes, for as long as somebody listens.
    let (db, mut stream) = (db(&suite.process), follow(suite.peer("service", SERVICE, "region"), "").await);
    reach(&mut stream, &db).await;
    for ward in [wards, wards, wards].concat() {
        admit(suite.peer("ward", ward, "region"), ward).await;
    }
    reach(&mut stream, &db).await;
    for reader in [("ward", WARD), ("ward", OTHER_WARD), ("hospital", HOSPITAL), ("service", SERVICE)] {
        // One page from the beginning is the database's.
        let whole = walk(suite, reader, 500).await;
        assert!(whole.len() >= 10, "{reader:?}: {}", whole.len());
        for size in [1, 3] {
            let parts = walk(suite, reader, size).await;
            assert!(parts == whole, "{reader:?} by pages of {size}");
        }
    }
}

async fn three_hundred_subscribers_get_what_they_may_see_in_order_and_once(suite: &Suite) {
    let directory = hemgang_directory::compiled_in().expect("the directory");
    let units = directory.units(local_day(suite.clock.now()));
    let wards = units.filter(|unit| unit.kind == UnitKind::Ward).map(|unit| unit.hsa_id.to_string());
    let wards: Arc<Vec<String>> = Arc::new(wards.collect());
    assert!(wards.len() > 20, "{wards:?}");
    let (all_told, last) = watch::channel(None);

    let mut subscribers = JoinSet::new();
    for number in 0..SUBSCRIBERS {
        let ward = wards[number % wards.len()].clone();
        let (peer, db, last) = (suite.peer("ward", &ward, "region"), db(&suite.process), last.clone());
        subscribers.spawn(async move {
            // Some are there before anything happens, others come while it does.
            let begins = i64::try_from(number % (2 * ADMISSIONS)).unwrap_or_default();
            let mut head = db.head();
            head.wait_for(|head| *head >= begins).await.expect("a head");
            (ward, heard(follow(peer, "").await, db, last).await)
        });
    }
    let mut senders = JoinSet::new();
    for number in 0..ADMISSIONS {
        let ward = wards[number % wards.len()].clone();
        let peer = suite.peer("ward", &ward, "region");
        senders.spawn(async move { (admit(peer, &ward).await, ward) });
    }
    let admitted = senders.join_all().await;
    all_told.send_replace(Some(*db(&suite.process).head().borrow()));

    for (ward, heard) in subscribers.join_all().await {
        assert!(heard.is_sorted_by(|one, other| one.2 < other.2), "{ward}: {heard:?}");
        let own = admitted.iter().filter(|(_, of)| *of == ward).flat_map(|(id, _)| {
            ["PatientAdmitted", "NeedsAssessed"].map(|kind| (kind.to_owned(), id.clone()))
        });
        let mut own: Vec<_> = own.collect();
        let mut told: Vec<_> = heard.into_iter().map(|(kind, id, _)| (kind, id)).collect();
        own.sort();
        told.sort();
        assert_eq!(told, own, "{ward}");
    }
}

/// Tells so many events of a stay at [`WARD`], past every handler.
async fn tell(db: &Db, count: usize) {
    let now = hemgang_testing::at("2026-09-14T06:00:00Z");
    let place = |id| HsaId::parse(id).expect("an HSA-id");
    let telling = Telling {
        subject: AdmissionId::fresh(now).into(),
        occurred_at: now,
        recorded_at: now,
        actor_unit: WARD.to_owned(),
        audience: Audience::stay(&place(HOSPITAL), &place(WARD)),
        seen: String::new(),
        entry: None,
    };
    for _ in 0..count.div_ceil(100) {
        let mut change = Change::new();
        for _ in 0..count.min(100) {
            let event = Event::LeaveEnded(pb::LeaveEnded { ended_at: None, superseded: true });
            change = change.tell(telling.event::<AdmissionEvent>(event).expect("an event"));
        }
        db.commit(change).await.expect("committed");
    }
}

/// Positions of events, and the cursor of the last, until so many came or the stream ended.
async fn take(
    stream: &mut Stream,
    read: impl Fn(&str) -> i64,
    count: usize,
) -> (Vec<i64>, String, Option<Status>) {
    let (mut positions, mut cursor) = (Vec::new(), String::new());
    while positions.len() < count {
        match next(stream).await {
            Ok(Item::Event(event)) => {
                cursor = event.header.expect("a header").cursor;
                positions.push(read(&cursor));
            }
            Ok(Item::Bookmark(_)) => {}
            Err(status) => return (positions, cursor, Some(status)),
        }
    }
    (positions, cursor, None)
}

async fn who_does_not_read_is_cut_off_and_misses_nothing_by_resuming(suite: &Suite) {
    const EVENTS: usize = 2000;
    let db = db(&suite.process);
    let (sealed, plain) = (
        |cursor: &str| db.cursors().read(cursor, false).expect("a cursor"),
        |cursor: &str| db.cursors().read(cursor, true).expect("a cursor"),
    );
    let ward = || suite.peer("ward", WARD, "region");
    let ours = || suite.peer("service", SERVICE, "region");
    let (mut idle, mut busy, mut quick) =
        (at_head(ward()).await, at_head(ours()).await, at_head(ours()).await);
    let told = tell(&db, EVENTS);
    // Whoever reads has it all; by then it has been handed to everybody else.
    let (all, ()) = tokio::join!(take(&mut quick, plain, EVENTS), told);
    let every: Vec<i64> = (1..=2000).collect();
    assert_eq!(all.0, every);

    let (mut first, cursor, status) = take(&mut idle, sealed, EVENTS).await;
    let cut = refused(Err::<(), _>(status.expect("cut off")));
    assert_eq!((cut.code, cut.reason.as_str()), (Code::ResourceExhausted, "SUBSCRIBER_TOO_SLOW"));
    assert_eq!(cut.metadata.get("cursor").map(|at| sealed(at)), Some(sealed(&cursor)));
    let mut again = follow(ward(), &cursor).await;
    let (rest, _, status) = take(&mut again, sealed, EVENTS - first.len()).await;
    assert!(status.is_none() && !rest.is_empty());
    first.extend(rest);
    assert_eq!(first, every);

    // A follower of ours is rung for and reads by pages: it goes on without a break.
    let (late, _, status) = take(&mut busy, plain, EVENTS).await;
    assert_eq!((late, status.is_none()), (every, true));
}

/// How a stream ends.
async fn end(stream: &mut Stream) -> (Code, String) {
    loop {
        if let Err(status) = next(stream).await {
            let refusal = refused(Err::<(), _>(status));
            return (refusal.code, refusal.reason);
        }
    }
}

async fn a_stream_ends_with_its_token_and_with_the_process(suite: &Suite) {
    let ward = || suite.peer("ward", WARD, "region");
    let mut expiring = at_head(ward()).await;
    suite.clock.advance_to(suite.clock.now() + SignedDuration::from_mins(61));
    assert_eq!(end(&mut expiring).await, (Code::Unauthenticated, "TOKEN_INVALID".to_owned()));
    let mut open = at_head(ward()).await;
    suite.process.stop();
    assert_eq!(end(&mut open).await, (Code::Unavailable, "STOPPING".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_of_one_process_wakes_the_subscribers_of_another() {
    const ROUNDS: u32 = 10;
    let url = postgres::database();
    let open = || Storage::open(&url).expect("a storage");
    let services = [hemgang_admission::SERVICE];
    let (here, _) = listener::start(open(), &services, None).await;
    let (there, client) = listener::start(open(), &services, None).await;
    let (here, mut head) = (db(&here), db(&there).head());
    // The head moves by word alone.
    tell(&here, 1).await;
    timeout(PATIENCE, head.wait_for(|head| *head == 1)).await.expect("woken").expect("a head");

    let mut stream = follow(client, "").await;
    while !matches!(next(&mut stream).await.expect("no refusal"), Item::Bookmark(_)) {}
    let began = Instant::now();
    for _ in 0..ROUNDS {
        tell(&here, 1).await;
        while !matches!(next(&mut stream).await.expect("no refusal"), Item::Event(_)) {}
    }
    // Each began right after the one before came: by the tick alone, each would have waited for a second.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}
