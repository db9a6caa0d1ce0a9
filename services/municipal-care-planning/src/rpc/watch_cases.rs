//! `WatchCases`: cases as they stand, and again whenever something becomes of one.
//!
//! It is the feed with each event's case in the event's place: so it goes on from the feed's cursors, and what came together
//! is shown once.

use std::{future::ready, pin::Pin, sync::Arc};

use futures::{Stream, StreamExt as _, stream};
use hemgang_feed::{FeedEvent as _, Item as Came};
use hemgang_proto::{
    common::{Bookmark, EventHeader},
    planning::{self as pb, CaseState, PlanningEvent, planning_event::Event, watch_cases_response::Item},
};
use hemgang_rpc::{Call, Context, Failure, Fields, Page, Shown, Shows as _};
use tonic::Status;

use super::{Server, get_case, key::Key};
use crate::{domain::heard::broken, store};

/// How many cases or events are dealt with at once: they share an entry of the access log.
const AT_ONCE: i32 = 100;

/// What a client works with, as far as lists can be asked for it.
const OPEN: [CaseState; 7] = [
    CaseState::Planning,
    CaseState::Ready,
    CaseState::Ready,
    CaseState::Ready,
    CaseState::Ready,
    CaseState::Ready,
    CaseState::Ready,
];

type Items = Vec<Result<pb::WatchCasesResponse, Status>>;

/// One client that watches.
#[derive(Clone)]
struct Watch {
    cx: Context,
    call: Arc<Call>,
}

pub async fn handle(
    Server(cx, feed): &Server,
    call: Call,
    req: pb::WatchCasesRequest,
) -> Result<Pin<Box<dyn Stream<Item = Result<pb::WatchCasesResponse, Status>> + Send>>, Status> {
    let begins = req.cursor.is_empty();
    // Taken before the cases are read, so that nothing comes between.
    let cursor = if begins { feed.head(&call) } else { req.cursor };
    let events = feed.after(&call, &cursor).map_err(|failure| failure.status())?;
    // That it was opened is written down, too.
    call.record(cx, Shown::default()).await.map_err(|failure| failure.status())?;

    let watch = Watch { cx: cx.clone(), call: Arc::new(call) };
    let open = watch.clone().open(cursor).take(if begins { usize::MAX } else { 0 });
    let at_once = usize::try_from(AT_ONCE).unwrap_or(1);
    let changed = events.ready_chunks(at_once).then(move |came| watch.clone().changed(came));
    let mut has_failed = false;
    // An error is the end: what follows it was not dealt with.
    let items = open.chain(changed).flat_map(stream::iter).take_while(move |item| {
        let goes_on = !has_failed;
        has_failed = item.is_err();
        ready(goes_on)
    });
    Ok(items.boxed())
}

impl Watch {
    /// Every open case, page by page; then where the feed stood before.
    fn open(self, cursor: String) -> impl Stream<Item = Items> + Send {
        stream::unfold(Some(String::new()), move |token| {
            let (watch, cursor) = (self.clone(), cursor.clone());
            async move {
                let (cases, next) = match watch.page(&token?).await {
                    Ok(page) => page,
                    Err(failure) => return Some((vec![Err(failure.status())], None)),
                };
                let mut items: Items = cases.into_iter().map(|case| Ok(item(Item::Case(case)))).collect();
                if next.is_empty() {
                    let bookmark = Bookmark { cursor: cursor.clone(), as_of: None };
                    items.push(Ok(pb::WatchCasesResponse { cursor, ..item(Item::Bookmark(bookmark)) }));
                    return Some((items, None));
                }
                Some((items, Some(next)))
            }
        })
    }

    async fn page(&self, token: &str) -> Result<(Vec<pb::Case>, String), Failure> {
        let Self { cx, call } = self;
        let mut fields = Fields::new(cx, call);
        let page = Page::read(&mut fields, AT_ONCE, token);
        let page = fields.finish(|| page)?;
        let mut listed = store::case::list(&cx.db, &call.sight, OPEN, &page).await?;
        let next = page.cut(&mut listed, |case| (case.opened_at.as_microsecond(), case.case_id.to_string()));
        let mut cases = Vec::new();
        for case in listed {
            cases.extend(self.read(Key::Case(case.case_id)).await?);
        }
        let mut shown = Shown::default();
        cases.shows(&mut shown);
        self.write_down(shown).await?;
        Ok((cases, next))
    }

    /// What became of cases by what came.
    async fn changed(self, came: Vec<Result<Came<PlanningEvent>, Status>>) -> Items {
        let mut items = Vec::new();
        let (mut events, mut end) = (Vec::new(), None);
        for one in came {
            match one {
                Ok(Came::Event(event)) => events.push(event),
                Ok(Came::Bookmark(bookmark)) => end = Some(Ok(bookmark)),
                Err(status) => end = Some(Err(status)),
            }
        }
        match self.cases_of(&events).await {
            Ok(cases) => items.extend(cases.into_iter().map(Ok)),
            Err(failure) => return vec![Err(failure.status())],
        }
        items.extend(end.map(|end| {
            let bookmark = end?;
            let cursor = bookmark.cursor.clone();
            Ok(pb::WatchCasesResponse { cursor, ..item(Item::Bookmark(bookmark)) })
        }));
        items
    }

    /// Each case that events are about, once, where the last of them was; the last has their cursor.
    async fn cases_of(&self, events: &[PlanningEvent]) -> Result<Vec<pb::WatchCasesResponse>, Failure> {
        let mut named: Vec<(Key, Option<&str>)> = Vec::new();
        for event in events {
            let key = key(event.header())?;
            let unshared = match &event.event {
                Some(Event::CaseUnshared(said)) => Some(said.case_id.as_str()),
                _ => None,
            };
            let before = named.iter().position(|(known, _)| *known == key).map(|place| named.remove(place).1);
            named.push((key, unshared.or(before.flatten())));
        }
        let (mut items, mut shown) = (Vec::new(), Shown::default());
        for (key, unshared) in named {
            match (self.read(key).await?, unshared) {
                (Some(case), _) => {
                    case.shows(&mut shown);
                    items.push(item(Item::Case(case)));
                }
                (None, Some(case_id)) => items.push(item(Item::GoneCaseId(case_id.to_owned()))),
                // A decision about a stay of which nobody was notified yet.
                (None, None) => {}
            }
        }
        self.write_down(shown).await?;
        let cursor = events.last().and_then(PlanningEvent::header).map(|header| header.cursor.clone());
        if let (Some(last), Some(cursor)) = (items.last_mut(), cursor) {
            last.cursor = cursor;
        }
        Ok(items)
    }

    /// A case as the caller reads it by now, also while something of it is parked: one that waits must not stop all.
    async fn read(&self, key: Key) -> Result<Option<pb::Case>, Failure> {
        let Self { cx, call } = self;
        loop {
            let Some(dossier) = key.find(cx, call).await? else { return Ok(None) };
            if let Some(case) = get_case::shown(cx, call, &dossier).await? {
                return Ok(Some(case));
            }
        }
    }

    async fn write_down(&self, shown: Shown) -> Result<(), Failure> {
        if shown.is_empty() { Ok(()) } else { self.call.record(&self.cx, shown).await }
    }
}

fn key(header: Option<&EventHeader>) -> Result<Key, Failure> {
    let header = header.ok_or_else(|| broken("an event without a header"))?;
    let key = match header.admission_id.as_str() {
        "" => header.case_id.parse().map(Key::Case).ok(),
        id => id.parse().map(Key::Admission).ok(),
    };
    key.ok_or_else(|| broken("an event about nothing"))
}

fn item(item: Item) -> pb::WatchCasesResponse {
    pb::WatchCasesResponse { item: Some(item), cursor: String::new() }
}
