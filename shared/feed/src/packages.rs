//! The feed of each package: its server, its client, its event. One shape.

use std::sync::Arc;

use futures::stream::BoxStream;
use hemgang_proto::common::{Bookmark, EventHeader};
use hemgang_rpc::{Call, Context, Failure, Peer, Violation};
use tokio_stream::{Stream, StreamExt as _};
use tonic::{Request, Response, Status};

use crate::{
    event::FeedEvent,
    handed::{shown, written_down},
    outlet::Reader,
    stream::{Item, follow},
    tail::Tail,
};

/// A page of a feed.
#[derive(Clone, Debug)]
pub struct Page<E> {
    /// In order.
    pub events: Vec<E>,
    /// Where it ends, and as of when.
    pub bookmark: Bookmark,
    /// Whether the feed had nothing more.
    pub at_head: bool,
}

/// A feed that can be followed.
#[async_trait::async_trait]
pub trait Source: FeedEvent {
    /// The service whose feed it is.
    const FEED: &'static str;

    /// Reads a page.
    async fn read(peer: Peer, cursor: &str, size: i32) -> Result<Page<Self>, Status>;

    /// A stream that yields whenever there is something to read, and once a second.
    async fn bell(peer: Peer, cursor: &str) -> Result<impl Stream<Item = ()> + Send + Unpin, Status>;
}

/// Serves a service's feed: pages from the database, streams from one reader that they share. Cloning shares it.
#[derive(Clone)]
pub struct FeedServer<E> {
    cx: Context,
    tail: Arc<Tail<E>>,
}

impl<E: FeedEvent> FeedServer<E> {
    /// Serves the feed of this service.
    pub fn new(cx: &Context) -> Self {
        Self { cx: cx.clone(), tail: Tail::new(cx.clone()) }
    }

    /// Where the feed stands, for a caller.
    pub fn head(&self, call: &Call) -> String {
        Reader::new(&self.cx, call).cursor(*self.cx.db.head().borrow())
    }

    /// What a caller may see of what comes after a cursor, as long as the token counts. Nothing of it is written down:
    /// whoever shows it does that.
    ///
    /// # Errors
    /// INVALID when the cursor is not of this feed, `FEED_RESTORED`.
    pub fn after(
        &self,
        call: &Call,
        cursor: &str,
    ) -> Result<BoxStream<'static, Result<Item<E>, Status>>, Failure> {
        let reader = Reader::new(&self.cx, call);
        let seq = reader.position(cursor)?;
        Ok(follow(reader, Arc::clone(&self.tail), seq))
    }
}

/// Reads `page_size` as every list does.
fn size(asked: i32) -> Result<usize, Failure> {
    match asked {
        0 => Ok(50),
        1..=500 => Ok(usize::try_from(asked).unwrap_or(50)),
        _ => Err(Failure::Invalid(vec![Violation {
            field: "page_size".to_owned(),
            description: "must be from 0 to 500".to_owned(),
        }])),
    }
}

macro_rules! feed {
    ($package:ident, $name:literal, $event:ident, $oneof:ident, $service:ident, $server:ident, $client_mod:ident, $client:ident) => {
        const _: () = {
            use hemgang_proto::$package::{self as pb, $client_mod::$client, $server::$service};

            impl FeedEvent for pb::$event {
                type What = pb::$oneof::Event;

                fn of(what: Self::What) -> Self {
                    Self { header: None, event: Some(what) }
                }

                fn header(&self) -> Option<&EventHeader> {
                    self.header.as_ref()
                }

                fn with_header(self, header: EventHeader) -> Self {
                    Self { header: Some(header), ..self }
                }

                fn is_known(&self) -> bool {
                    self.event.is_some()
                }
            }

            #[async_trait::async_trait]
            impl Source for pb::$event {
                const FEED: &'static str = $name;

                async fn read(peer: Peer, cursor: &str, size: i32) -> Result<Page<Self>, Status> {
                    let request = pb::ReadEventsRequest { cursor: cursor.to_owned(), page_size: size };
                    let page = $client::new(peer).read_events(request).await?.into_inner();
                    let bookmark = page.bookmark.unwrap_or_default();
                    Ok(Page { events: page.events, bookmark, at_head: page.at_head })
                }

                async fn bell(
                    peer: Peer,
                    cursor: &str,
                ) -> Result<impl Stream<Item = ()> + Send + Unpin, Status> {
                    let request = pb::FollowEventsRequest { cursor: cursor.to_owned() };
                    let stream = $client::new(peer).follow_events(request).await?.into_inner();
                    Ok(stream.take_while(Result::is_ok).map(|_| ()))
                }
            }

            #[tonic::async_trait]
            impl $service for FeedServer<pb::$event> {
                type FollowEventsStream = BoxStream<'static, Result<pb::FollowEventsResponse, Status>>;

                async fn read_events(
                    &self,
                    request: Request<pb::ReadEventsRequest>,
                ) -> Result<Response<pb::ReadEventsResponse>, Status> {
                    let (call, body) = Call::open(&self.cx, request, None).await?;
                    let reader = Reader::new(&self.cx, &call);
                    let page = async {
                        reader.page(&self.tail, reader.position(&body.cursor)?, size(body.page_size)?).await
                    };
                    let (page, _) = page.await.map_err(|failure| failure.status())?;
                    let Page { events, bookmark, at_head } = page;
                    shown(&self.cx, &call, &events).await.map_err(|failure| failure.status())?;
                    Ok(Response::new(pb::ReadEventsResponse { events, bookmark: Some(bookmark), at_head }))
                }

                async fn follow_events(
                    &self,
                    request: Request<pb::FollowEventsRequest>,
                ) -> Result<Response<Self::FollowEventsStream>, Status> {
                    use pb::follow_events_response::Item as Came;

                    let (call, body) = Call::open(&self.cx, request, None).await?;
                    let reader = Reader::new(&self.cx, &call);
                    let seq = reader.position(&body.cursor).map_err(|failure| failure.status())?;
                    let response = |item| pb::FollowEventsResponse {
                        item: Some(match item {
                            Item::Event(event) => Came::Event(event),
                            Item::Bookmark(bookmark) => Came::Bookmark(bookmark),
                        }),
                    };
                    let items = follow(reader, Arc::clone(&self.tail), seq);
                    let items = written_down(self.cx.clone(), call, items).await?;
                    Ok(Response::new(Box::pin(items.map(move |item| item.map(response)))))
                }
            }
        };
    };
}

feed!(
    admission,
    "admission",
    AdmissionEvent,
    admission_event,
    AdmissionFeedService,
    admission_feed_service_server,
    admission_feed_service_client,
    AdmissionFeedServiceClient
);
feed!(
    readiness,
    "readiness",
    ReadinessEvent,
    readiness_event,
    ReadinessFeedService,
    readiness_feed_service_server,
    readiness_feed_service_client,
    ReadinessFeedServiceClient
);
feed!(
    planning,
    "planning",
    PlanningEvent,
    planning_event,
    PlanningFeedService,
    planning_feed_service_server,
    planning_feed_service_client,
    PlanningFeedServiceClient
);
feed!(
    deviation,
    "deviation",
    DeviationEvent,
    deviation_event,
    DeviationFeedService,
    deviation_feed_service_server,
    deviation_feed_service_client,
    DeviationFeedServiceClient
);
feed!(
    directory,
    "directory",
    DirectoryEvent,
    directory_event,
    DirectoryFeedService,
    directory_feed_service_server,
    directory_feed_service_client,
    DirectoryFeedServiceClient
);
