//! Projections made anew from the beginning of their feeds: after a restore, or because somebody asks.
//!
//! What has been applied is projected once more, in memory and without its reactions, and held against what stands; only
//! rows that differ are written, each change with a step of every cursor, so that whoever applies an event meanwhile
//! makes it lose.

use std::collections::HashMap;

use hemgang_db::{Change, CommitError, Difference, Fresh, Table, params};
use hemgang_rpc::{Applied, CatchUp as _, Context, Failure};

use crate::{
    cursor::{FeedCursor, number, position},
    event::FeedEvent as _,
    follower::{Follow, Follower, Standing, is_unknown_place},
    packages::{Page, Source},
    parked::Parked,
};

/// How many events a page asks for, and how many rows one change mends.
const PAGE: i32 = 500;
const ROWS: usize = 500;

/// A table that was made anew, held against the one that stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Its name.
    pub table: &'static str,
    /// Rows as made anew.
    pub rows: usize,
    /// Keys at which another row stood, or none, or one too many.
    pub differing: usize,
}

/// What a rebuild came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// Events read.
    pub events: u64,
    /// Every projection of the service.
    pub tables: Vec<Compared>,
}

/// The cursor and the parked events of each feed that a service follows.
type Standings = HashMap<&'static str, Standing>;

/// Makes every projection of a service anew from what its followers have applied, compares, and mends what differs
/// unless it is only to be checked. All feeds together: two may write one table.
///
/// # Errors
/// CONTENDED when an event is applied meanwhile; else when a feed or the store is away, or an event cannot be projected.
pub async fn rebuild(cx: &Context, check: bool) -> Result<Rebuilt, Failure> {
    let _alone = cx.applies_alone().await;
    let standings = standings(cx).await?;
    let (rebuilt, differences) = compare(cx, &standings).await?;
    if check || differences.is_empty() {
        let unmoved = self::standings(cx).await?;
        let moved = |(feed, standing): (&&str, &Standing)| unmoved[*feed].cursor != standing.cursor;
        return if standings.iter().any(moved) { Err(Failure::Contended) } else { Ok(rebuilt) };
    }
    mend(cx, standings, differences, Change::new()).await?;
    Ok(rebuilt)
}

async fn standings(cx: &Context) -> Result<Standings, Failure> {
    let mut standings = HashMap::new();
    for follower in cx.followers() {
        let feed = follower.feed();
        let sql = "select * from feed_cursor where feed = $1";
        let cursor = cx.db.optional(sql, params![feed]).await?;
        let cursor = cursor.unwrap_or_else(|| FeedCursor::beginning(feed));
        let parking = crate::parked::Parking::read(&cx.db, feed).await?;
        standings.insert(feed, Standing { cursor, parking });
    }
    Ok(standings)
}

/// Makes the projections anew, and says where they differ from those that stand.
async fn compare(cx: &Context, standings: &Standings) -> Result<(Rebuilt, Vec<Difference>), Failure> {
    let fresh = Fresh::default();
    let onto = cx.with_fresh(fresh.clone());
    let mut rebuilt = Rebuilt { events: 0, tables: Vec::new() };
    let mut tables: Vec<Table> = Vec::new();
    // In the order in which the service names them: a feed that rests on another comes after it.
    for follower in cx.followers() {
        let Some(Standing { cursor, parking }) = standings.get(follower.feed()) else { continue };
        let parked = parking.queues().flatten().map(|parked| parked.position.clone()).collect();
        let (position, ahead) = (cursor.position.clone(), cursor.ahead.clone());
        rebuilt.events += follower.project_anew(&onto, &Applied { position, ahead, parked }).await?;
        for table in follower.projections() {
            if tables.iter().all(|known| known.name != table.name) {
                tables.push(*table);
            }
        }
    }
    let mut all = Vec::new();
    for table in tables {
        let (rows, differences) = fresh.compare(&cx.db, table).await?;
        rebuilt.tables.push(Compared { table: table.name, rows, differing: differences.len() });
        all.extend(differences);
    }
    Ok((rebuilt, all))
}

/// Writes what differs, and something with the last of it. An interrupted rebuild starts over and finds less to mend.
async fn mend(
    cx: &Context,
    standings: Standings,
    differences: Vec<Difference>,
    last: Change,
) -> Result<(), Failure> {
    let mut cursors: Vec<_> = standings.into_values().map(|standing| standing.cursor).collect();
    let (mut differences, mut last) = (differences.into_iter().peekable(), Some(last));
    while let Some(end) = last.take() {
        let part: Vec<_> = differences.by_ref().take(ROWS).collect();
        let mut change = part.into_iter().fold(Change::new(), Change::exchange);
        if differences.peek().is_some() {
            last = Some(end);
        } else {
            change = change.and(end);
        }
        cursors = cursors.iter().map(FeedCursor::stepped).collect();
        match cx.db.commit(cursors.iter().fold(change, Change::put)).await {
            Ok(_) => {}
            Err(CommitError::Lost(_)) => return Err(Failure::Contended),
            Err(CommitError::Db(error)) => return Err(error.into()),
            Err(CommitError::Full | CommitError::Answered { .. }) => return Err(Failure::StoreUnavailable),
        }
    }
    Ok(())
}

impl<F: Follow> Follower<F> {
    /// Goes on in a feed that was restored from a copy: what the copy does not hold is forgotten, the projections are
    /// made anew without it, and what comes after what is common is applied as anything new. What was reacted to stands.
    pub(crate) async fn go_on_after_restore(&self) -> Result<(), Failure> {
        let _alone = self.cx.applies_alone().await;
        self.as_of_nothing();
        let mut standings = standings(&self.cx).await?;
        let feed = F::Event::FEED;
        let Some(standing) = standings.get_mut(feed) else { return Ok(()) };
        let parked: Vec<Parked> = standing.parking.queues().flatten().cloned().collect();
        let common = self.common(&standing.cursor, &parked).await?;
        // A feed lost, or another's database: to read it from the beginning would do everything once more.
        if common.is_empty() {
            return Err(Failure::Internal("nothing that was read of the feed stands in it".into()));
        }
        tracing::warn!(
            feed,
            service = self.cx.name,
            position = standing.cursor.position,
            common,
            "the feed was restored from a copy; what rests on it is made anew"
        );
        let restored = standing.cursor.restored(&common);
        // Its version is stepped where it is written.
        standing.cursor = FeedCursor { version: standing.cursor.version, ..restored };
        let (stands, lost): (Vec<_>, Vec<_>) =
            parked.into_iter().partition(|parked| number(&parked.position) <= number(&common));
        standing.parking = crate::parked::Parking::default();
        for parked in stands {
            standing.parking.add(parked);
        }
        let (_, differences) = compare(&self.cx, &standings).await?;
        let forget = lost.iter().fold(Change::new(), Change::remove);
        mend(&self.cx, standings, differences, forget).await?;
        self.standing().await?;
        Ok(())
    }

    /// The last event that both we and the restored feed know; empty for none.
    async fn common(&self, cursor: &FeedCursor, parked: &[Parked]) -> Result<String, Failure> {
        let read = [&cursor.position].into_iter().chain(&cursor.ahead);
        let read = read.chain(parked.iter().map(|parked| &parked.position));
        let furthest = read.max_by_key(|position| number(position)).into_iter();
        for position in furthest.chain(cursor.former.iter().rev()) {
            match F::Event::read(self.peer.clone(), position, 1).await {
                Ok(_) => return Ok(position.clone()),
                Err(status) => match Failure::resumes_at(&status) {
                    Some(resume) => return Ok(resume),
                    // An epoch that the copy does not know: perhaps the one before.
                    None if is_unknown_place(&status) => {}
                    None => return Err(self.not_readable(&status)),
                },
            }
        }
        Ok(String::new())
    }

    /// Projects what has been applied, and says how many events it read.
    pub(crate) async fn project_applied(&self, onto: &Context, applied: &Applied) -> Result<u64, Failure> {
        let furthest = applied.ahead.iter().chain([&applied.position]).map(|position| number(position));
        let (furthest, up_to) = (furthest.max().unwrap_or_default(), number(&applied.position));
        let (ahead, parked) = (&applied.ahead, &applied.parked);
        let is_applied = |position: &str| {
            (number(position) <= up_to || ahead.iter().any(|ahead| ahead == position))
                && parked.iter().all(|parked| parked != position)
        };
        let Some(fresh) = onto.db.fresh() else {
            return Err(Failure::Internal("no fresh tables to project onto".into()));
        };
        let mut events = 0;
        let mut next = (furthest > 0).then(|| self.page_after(String::new()));
        while let Some(page) = next.take() {
            let page = page.await.map_err(|ended| Failure::Internal(ended.into()))?;
            let page = page.map_err(|status| self.not_readable(&status))?;
            // Read while this page is projected.
            if !page.at_head && number(&page.bookmark.cursor) < furthest {
                next = Some(self.page_after(page.bookmark.cursor.clone()));
            }
            for event in page.events.iter().filter(|event| number(position(*event)) <= furthest) {
                events += 1;
                if is_applied(position(event)) {
                    self.project_onto(onto, fresh, event).await?;
                }
            }
        }
        Ok(events)
    }

    fn page_after(&self, cursor: String) -> tokio::task::JoinHandle<Result<Page<F::Event>, tonic::Status>> {
        let peer = self.peer.clone();
        tokio::spawn(async move { F::Event::read(peer, &cursor, PAGE).await })
    }

    async fn project_onto(&self, onto: &Context, fresh: &Fresh, event: &F::Event) -> Result<(), Failure> {
        let at = position(event).to_owned();
        let failed = |cause: String| {
            let (feed, kind) = (self.feed(), event.header().map_or("", |header| header.kind.as_str()));
            Failure::Internal(format!("{kind} at {at} of {feed} cannot be projected: {cause}").into())
        };
        let onto = onto.applying(F::Event::FEED, at.clone());
        let change =
            self.follow.project(&onto, event).await.map_err(|failure| failed(failure.to_string()))?;
        fresh.write(change).map_err(|fault| failed(fault.to_string()))
    }
}
