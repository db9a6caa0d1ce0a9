//! What feeds tell in tests, read in any order; and planning's feed where planning does not run: what a test tells, and
//! nothing else. Services that follow planning then run without it and without all that it follows in turn.

use std::sync::{Arc, Mutex, PoisonError};

use hemgang_core::clock::Clock;
use hemgang_proto::{
    common::{Bookmark, EventHeader},
    planning::{
        FollowEventsRequest, FollowEventsResponse, PlanningEvent, ReadEventsRequest, ReadEventsResponse,
        planning_event::Event,
        planning_feed_service_server::{PlanningFeedService, PlanningFeedServiceServer},
    },
};
use hemgang_rpc::{Peer, PeerAway, wire};
use jiff::Timestamp;
use tonic::{Request, Response, Status, body::Body, codegen::http};
use tower::{ServiceExt, util::BoxCloneSyncService};

/// The feed. Cloning shares it.
#[derive(Clone, Debug)]
pub struct ToldFeed {
    clock: Clock,
    events: Arc<Mutex<Vec<PlanningEvent>>>,
}

impl ToldFeed {
    /// A feed that has told nothing.
    pub fn new(clock: &Clock) -> Self {
        Self { clock: clock.clone(), events: Arc::default() }
    }

    /// Tells of an admission, now.
    pub fn tell(&self, admission_id: &str, what: Event) {
        self.tell_of(admission_id, self.clock.now(), what);
    }

    /// Tells of what was earlier.
    pub fn tell_of(&self, admission_id: &str, occurred_at: Timestamp, what: Event) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Some(wire::timestamp(self.clock.now()));
        let header = EventHeader {
            cursor: cursor(events.len() + 1),
            admission_id: admission_id.to_owned(),
            occurred_at: Some(wire::timestamp(occurred_at)),
            recorded_at: now,
            ..EventHeader::default()
        };
        events.push(PlanningEvent { header: Some(header), event: Some(what) });
    }

    /// The peer that serves it.
    pub fn peer(&self) -> Peer {
        let server = PlanningFeedServiceServer::new(self.clone());
        let away = |never| PeerAway(Box::new(never));
        BoxCloneSyncService::new(ServiceExt::<http::Request<Body>>::map_err(server, away))
    }
}

/// The place after so many events.
fn cursor(count: usize) -> String {
    format!("00000000000000aa.{count}")
}

#[tonic::async_trait]
impl PlanningFeedService for ToldFeed {
    type FollowEventsStream = tokio_stream::Pending<Result<FollowEventsResponse, Status>>;

    async fn read_events(
        &self,
        request: Request<ReadEventsRequest>,
    ) -> Result<Response<ReadEventsResponse>, Status> {
        let after = request.into_inner().cursor;
        let read = after.rsplit('.').next().and_then(|count| count.parse().ok()).unwrap_or_default();
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let bookmark =
            Bookmark { cursor: cursor(events.len()), as_of: Some(wire::timestamp(self.clock.now())) };
        let events = events.iter().skip(read).cloned().collect();
        Ok(Response::new(ReadEventsResponse { events, bookmark: Some(bookmark), at_head: true }))
    }

    // Nobody is rung for: a test that tells drains, or asks.
    async fn follow_events(
        &self,
        _request: Request<FollowEventsRequest>,
    ) -> Result<Response<Self::FollowEventsStream>, Status> {
        Ok(Response::new(tokio_stream::pending()))
    }
}

/// Every way in which what two feeds told can be read, each in its own order.
pub fn interleaved<T: Clone>(one: &[T], other: &[T]) -> Vec<Vec<T>> {
    let (Some((first, rest)), Some((second, left))) = (one.split_first(), other.split_first()) else {
        return vec![[one, other].concat()];
    };
    let begun = |told: &T, rest: Vec<Vec<T>>| -> Vec<_> {
        rest.into_iter().map(|rest| [vec![told.clone()], rest].concat()).collect()
    };
    [begun(first, interleaved(rest, other)), begun(second, interleaved(one, left))].concat()
}
