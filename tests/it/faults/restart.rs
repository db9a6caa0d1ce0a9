//! After a restart a service goes on where it stood.

use hemgang_db::Storage;
use hemgang_proto::{
    admission::{self as pb, admission_service_client::AdmissionServiceClient},
    common::PersonId,
};
use hemgang_rpc::{POSITION, Peer, wire};
use hemgang_testing::{at, postgres, refused};
use tokio::task::JoinSet;
use tonic::metadata::MetadataMap;

use super::listener;
use crate::store::{thing::count, when_free};

const SERVICES: [hemgang_runtime::Service; 2] = [hemgang_admission::SERVICE, listener::SERVICE];

async fn admit(client: &Peer) -> MetadataMap {
    let answer =
        AdmissionServiceClient::new(client.clone()).admit_patient(request()).await.expect("admitted");
    answer.metadata().clone()
}

fn request() -> pb::AdmitPatientRequest {
    pb::AdmitPatientRequest {
        person_id: Some(PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: "191212121212".to_owned() }),
        ward: "SE2321000131-E000000001101".to_owned(),
        admitted_at: Some(wire::timestamp(at("2026-09-14T06:00:00Z"))),
        admission_type: pb::AdmissionType::Unplanned.into(),
        ..Default::default()
    }
}

async fn assert_goes_on(storage: Storage, reopened: impl AsyncFnOnce() -> Storage) {
    let (process, client) = listener::start(storage, &SERVICES, None).await;
    let after = admit(&client).await.get(POSITION).expect("a position").to_str().expect("text").to_owned();
    // Whoever reads after its own write finds the follower there.
    listener::read(&client, &after).await.expect("answered");
    let stood = listener::position(&process);
    assert!(stood.ends_with(".2"), "two events were told: {stood}");
    drop((process, client));

    let (process, client) = listener::start(reopened().await, &SERVICES, None).await;
    listener::read(&client, &after).await.expect("a position from before the restart counts");
    // What is decided now rests on what was followed then, although nothing new came.
    assert_eq!(listener::position(&process), stood);
    admit(&client).await;
    process.drain().await.expect("drained");
    assert!(listener::position(&process).ends_with(".3") || listener::position(&process).ends_with(".4"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite_a_follower_stands_after_a_restart_where_it_stood() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().display());
    assert_goes_on(Storage::open(&url).expect("a storage"), async || when_free(&url).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_a_follower_stands_after_a_restart_where_it_stood() {
    let url = postgres::database();
    let open = || Storage::open(&url).expect("a storage");
    assert_goes_on(open(), async || open()).await;
}

/// Twenty identical requests at once.
async fn race(client: &Peer, request: &pb::AdmitPatientRequest) -> Vec<pb::AdmitPatientResponse> {
    let mut calls = JoinSet::new();
    for _ in 0..20 {
        let (mut client, request) = (AdmissionServiceClient::new(client.clone()), request.clone());
        calls.spawn(async move { client.admit_patient(request).await.expect("admitted").into_inner() });
    }
    calls.join_all().await
}

async fn assert_replays_race_across_a_restart(storage: Storage, reopened: impl AsyncFnOnce() -> Storage) {
    let id = "0190163d-8694-739b-aea5-966c26f8ad91".to_owned();
    let request = pb::AdmitPatientRequest { request_id: id, ..request() };
    let (process, client) = listener::start(storage, &SERVICES, None).await;
    let mut answers = race(&client, &request).await;
    drop((process, client));

    let (process, client) = listener::start(reopened().await, &SERVICES, None).await;
    answers.extend(race(&client, &request).await);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let other = pb::AdmitPatientRequest { name: "Någon Annan".to_owned(), ..request };
    let reused = refused(AdmissionServiceClient::new(client).admit_patient(other).await);
    assert_eq!(reused.reason, "REQUEST_ID_REUSED");
    let db = &process.contexts().find(|cx| cx.name == "admission").expect("admission").db;
    assert_eq!(count(db, "select count(*) as n from episode").await, 1);
    assert_eq!(count(db, "select count(*) as n from feed_event").await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite_identical_requests_have_one_effect_across_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().display());
    let storage = Storage::open(&url).expect("a storage");
    assert_replays_race_across_a_restart(storage, async || when_free(&url).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_identical_requests_have_one_effect_across_a_restart() {
    let url = postgres::database();
    let open = || Storage::open(&url).expect("a storage");
    assert_replays_race_across_a_restart(open(), async || open()).await;
}
