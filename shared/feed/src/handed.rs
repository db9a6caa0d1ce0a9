//! Events that are handed to somebody are in the access log first: a page, or what a stream hands over at once.

use std::sync::Arc;

use futures::{
    StreamExt as _,
    stream::{self, BoxStream},
};
use hemgang_rpc::{Call, Context, Failure, Shown, Shows as _};
use tonic::Status;

use crate::{event::FeedEvent, stream::Item};

/// How many events of a stream share an entry at most.
const AT_ONCE: usize = 100;

/// Writes down whose events are handed over.
///
/// # Errors
/// `ACCESS_LOG_UNAVAILABLE`: they are not to be handed over.
pub(crate) async fn shown<'a, E: FeedEvent>(
    cx: &Context,
    call: &Call,
    events: impl IntoIterator<Item = &'a E>,
) -> Result<(), Failure> {
    let mut shown = Shown::default();
    events.into_iter().filter_map(FeedEvent::header).for_each(|header| header.shows(&mut shown));
    if shown.is_empty() { Ok(()) } else { call.record(cx, shown).await }
}

/// A stream whose events are written down, those together that came together; that it was opened is written down, too.
///
/// # Errors
/// UNAVAILABLE when the log takes no entry; the stream ends with it in the same way.
pub(crate) async fn written_down<E: FeedEvent>(
    cx: Context,
    call: Call,
    items: BoxStream<'static, Result<Item<E>, Status>>,
) -> Result<BoxStream<'static, Result<Item<E>, Status>>, Status> {
    // Our own services are not written down, and do not wait for each other.
    if call.caller.is_service() {
        return Ok(items);
    }
    call.record(&cx, Shown::default()).await.map_err(|failure| failure.status())?;
    let call = Arc::new(call);
    let handed = items.ready_chunks(AT_ONCE).then(move |items| {
        let (cx, call) = (cx.clone(), Arc::clone(&call));
        async move {
            let events = items.iter().filter_map(|item| match item {
                Ok(Item::Event(event)) => Some(event),
                _ => None,
            });
            match shown(&cx, &call, events).await {
                Ok(()) => items,
                Err(failure) => vec![Err(failure.status())],
            }
        }
    });
    // An error is the end: what follows it was not written down.
    let mut has_failed = false;
    let handed = handed.flat_map(stream::iter).take_while(move |item| {
        let goes_on = !has_failed;
        has_failed = item.is_err();
        std::future::ready(goes_on)
    });
    Ok(handed.boxed())
}
