//! A process that is asked to end answers what it has begun, ends its streams, and is gone within seconds.

use std::{
    cell::Cell,
    process::{Command, Stdio},
    time::Duration,
};

use hemgang_proto::admission::{
    AdmissionEvent, FollowEventsRequest, ListAdmissionsRequest,
    admission_feed_service_client::AdmissionFeedServiceClient,
    admission_service_client::AdmissionServiceClient,
};
use hemgang_testing::postgres;
use tokio::time::{Instant, sleep};

use super::{
    compare::{compare, read},
    desk::{Desk, HOSPITAL, SERVICE},
    installation::Installation,
    ledger::Ledger,
    load::{self, BEFORE},
    note,
    races::admission,
};

/// A request that cannot be answered yet when the signal comes is answered all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_under_way_is_answered_before_the_process_ends() {
    let url = postgres::database();
    let mut installation = Installation::together(&url).await;
    let desk = Desk::new(&installation);
    let mut client = AdmissionServiceClient::new(desk.peer(HOSPITAL, "admission"));
    client.list_admissions(ListAdmissionsRequest::default()).await.expect("a connection");
    // Somebody holds the counter of admission's feed for two seconds.
    let hold = "begin; update admission.feed_counter set seq = seq; select pg_sleep(2); commit";
    let mut holds = Command::new(postgres::programs().join("psql"));
    let mut holder =
        holds.args(["-X", "-q", "-d", &url, "-c", hold]).stdout(Stdio::null()).spawn().expect("psql");
    sleep(Duration::from_millis(500)).await;
    let answer = tokio::spawn(async move { client.admit_patient(admission(0, "V")).await });
    sleep(Duration::from_millis(300)).await;
    assert!(!answer.is_finished(), "it was to wait");
    assert_eq!(installation.servers[0].terminate().await, Some(0));
    answer.await.expect("a task").expect("an answer");
    assert!(holder.wait().expect("psql").success());
    installation.servers[0].start().await;
    assert_eq!(read::<AdmissionEvent>(&desk).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_terminated_drains_and_ends_well_with_streams_open() {
    let mut installation = Installation::together("sqlite://data").await;
    let (desk, ledger, checked) = (Desk::new(&installation), Ledger::default(), Cell::new(0));
    let mut streams = Vec::new();
    for _ in 0..4 {
        let mut client = AdmissionFeedServiceClient::new(desk.peer(SERVICE, "admission"));
        let stream = client.follow_events(FollowEventsRequest::default()).await.expect("a stream");
        streams.push(tokio::spawn(async move {
            let mut stream = stream.into_inner();
            while let Ok(Some(_)) = stream.message().await {}
        }));
    }
    load::during(&desk, &ledger, async {
        desk.acknowledged(BEFORE).await;
        let asked = Instant::now();
        assert_eq!(installation.servers[0].terminate().await, Some(0));
        assert!(asked.elapsed() < Duration::from_secs(7), "it took {:?}", asked.elapsed());
        note(&format!("drained in {:?}", asked.elapsed()));
        for stream in streams {
            stream.await.expect("it ended");
        }
        installation.servers[0].start().await;
        desk.acknowledged(BEFORE).await;
    })
    .await;
    // Whatever was not answered had no effect, or was found by its request id: the comparison would show it.
    compare(&desk, &ledger, &checked).await;
}
