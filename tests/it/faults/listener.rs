//! A service that follows admission and serves a feed of its own, without any domain's rules.
//!
//! It stands in readiness's place on the routes, so that calls to its feed have a row in the access table.

use std::sync::Arc;

use hemgang_core::clock::Clock;
use hemgang_db::{Change, Storage, Table};
use hemgang_feed::{FeedServer, Follow};
use hemgang_proto::{
    admission::AdmissionEvent,
    readiness::{
        ReadEventsRequest, readiness_feed_service_client::ReadinessFeedServiceClient,
        readiness_feed_service_server::ReadinessFeedServiceServer,
    },
};
use hemgang_rpc::{AFTER, Context, Failure, Peer, Signer, with_token};
use hemgang_runtime::{Built, Following, Process, Service, Settings};
use hemgang_testing::{ToldFeed, at, own, with_access_log};
use tonic::{Request, Status};

/// The service.
pub const SERVICE: Service = Service {
    name: "readiness",
    migrations: &[],
    build: |cx, routes| {
        routes.add_service(ReadinessFeedServiceServer::new(FeedServer::new(cx)));
        Built { follows: vec![Following::of(Listener)], ..Built::default() }
    },
};

/// Makes nothing of what it hears; its cursor moves all the same.
struct Listener;

#[async_trait::async_trait]
impl Follow for Listener {
    type Event = AdmissionEvent;

    const PROJECTIONS: &'static [Table] = &[];

    async fn project(&self, _cx: &Context, _event: &AdmissionEvent) -> Result<Change, Failure> {
        Ok(Change::new())
    }
}

/// Starts services, with this peer for those that run elsewhere; and what a ward's client sits on.
pub async fn start(storage: Storage, services: &[Service], away: Option<Peer>) -> (Process, Peer) {
    let (clock, signer) = (Clock::stopped_at(at("2026-09-14T06:00:00Z")), Signer::fresh());
    // Admission follows it.
    let planning = ("planning".to_owned(), ToldFeed::new(&clock).peer());
    let settings = Settings {
        storage,
        clock: clock.clone(),
        directory: Arc::new(hemgang_directory::compiled_in().expect("the directory")),
        trusted: vec![signer.trusted().expect("a key")],
        peers: away.into_iter().map(|peer| ("admission".to_owned(), peer)).chain([planning]).collect(),
        own: own(&Signer::fresh()),
    };
    let process = Process::start(settings, &with_access_log(services)).await.expect("a process");
    let token = move || {
        let ward = "SE2321000131-E000000001101";
        signer.token(&clock, 1, "SE2321000131-P000000000001", ward, "region", &["ward"]).expect("a token")
    };
    let client = with_token(process.peer(), Arc::new(token));
    (process, client)
}

/// Reads the listener's feed, after a position if one is given.
pub async fn read(client: &Peer, after: &str) -> Result<(), Status> {
    let mut request = Request::new(ReadEventsRequest::default());
    if !after.is_empty() {
        request.metadata_mut().insert(AFTER, after.parse().expect("metadata"));
    }
    ReadinessFeedServiceClient::new(client.clone()).read_events(request).await.map(drop)
}

/// Where the listener stands in admission's feed.
pub fn position(process: &Process) -> String {
    let listener = process.contexts().find(|cx| cx.name == SERVICE.name).expect("the listener");
    listener.followers()[0].position()
}
