//! A service goes on while the one that it follows is away; only who demands to be after it is told to try again.

use std::time::Duration;

use hemgang_db::Storage;
use hemgang_rpc::{Peer, PeerAway};
use tempfile::TempDir;
use tonic::{Code, Status, body::Body};
use tonic_types::StatusExt as _;
use tower::{service_fn, util::BoxCloneSyncService};

use super::listener;

/// A peer that refuses every call.
pub fn refuses() -> Peer {
    BoxCloneSyncService::new(service_fn(async |_: http::Request<Body>| {
        Err::<http::Response<Body>, _>(PeerAway("connection refused".into()))
    }))
}

/// A peer that takes calls and never answers.
pub fn hangs() -> Peer {
    BoxCloneSyncService::new(service_fn(async |_: http::Request<Body>| {
        std::future::pending::<Result<http::Response<Body>, PeerAway>>().await
    }))
}

async fn start(away: Peer) -> (TempDir, hemgang_runtime::Process, Peer) {
    let folder = tempfile::tempdir().expect("a folder");
    let storage = Storage::open(&format!("sqlite://{}", folder.path().display())).expect("a storage");
    let (process, client) = listener::start(storage, &[listener::SERVICE], Some(away)).await;
    (folder, process, client)
}

/// Asserts that a call is to be tried again: UNAVAILABLE, `FEED_BEHIND`, and when.
fn assert_try_again(status: &Status) {
    let details = status.get_error_details();
    let reason = details.error_info().map(|info| info.reason.as_str());
    assert_eq!((status.code(), reason), (Code::Unavailable, Some("FEED_BEHIND")));
    let after = details.retry_info().and_then(|info| info.retry_delay);
    assert!(after.is_some_and(|after| after > Duration::ZERO), "{details:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_after_a_feed_that_is_away_is_to_be_tried_again() {
    let (_folder, _process, client) = start(refuses()).await;
    for after in ["admission:x", "directory:y, admission:x", "admission"] {
        assert_try_again(&listener::read(&client, after).await.expect_err("a refusal"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_after_a_feed_that_hangs_is_answered_within_seconds() {
    let (_folder, _process, client) = start(hangs()).await;
    let started = tokio::time::Instant::now();
    assert_try_again(&listener::read(&client, "admission:x").await.expect_err("a refusal"));
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_demands_nothing_is_answered_while_the_peer_is_away() {
    for away in [refuses(), hangs()] {
        let (_folder, _process, client) = start(away).await;
        listener::read(&client, "").await.expect("answered");
        // A service that it does not follow has nothing to wait for.
        listener::read(&client, "directory:x").await.expect("answered");
    }
}
