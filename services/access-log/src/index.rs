//! Brings the rows that lists read, by time and by subject, up to the entries: nobody waits for them but who asks.
//!
//! Rows and mark are one change, and anybody may make it for any chain: of two at once one loses, and reads again.

use std::time::Duration;

use hemgang_db::{Change, CommitError, Db};
use hemgang_rpc::Failure;
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};

use crate::{
    domain::index::{Mark, parts},
    store,
};

/// How many links are read at once.
const PAGE: i64 = 32;

/// How long entries are gathered: many that tell of the same persons touch the same pages of the index.
const GATHERING: Duration = Duration::from_secs(2);

/// For how long appends have the database to themselves after a change of the index, when some came during it.
const REST: u32 = 8;

/// Whom it is for.
#[derive(Clone, Copy)]
enum For<'a> {
    /// Somebody who waits for it.
    Asking,
    /// Nobody yet: it makes way for appends, which move this number.
    Later(&'a watch::Receiver<i64>),
}

impl For<'_> {
    /// The last number that was appended, where it matters.
    fn appended(self) -> Option<i64> {
        match self {
            Self::Asking => None,
            Self::Later(written) => Some(*written.borrow()),
        }
    }
}

/// Indexes every chain up to its head as it stands now, those of processes that have ended among them.
///
/// # Errors
/// `STORE_UNAVAILABLE`; `CONTENDED` where the rows or the mark do not take what is written.
pub async fn all(db: &Db) -> Result<(), Failure> {
    for head in store::index::behind(db).await? {
        reach(db, &head.chain, head.number, For::Asking).await.map_err(|error| match error {
            CommitError::Lost(_) => Failure::Contended,
            CommitError::Db(error) => error.into(),
            CommitError::Full | CommitError::Answered { .. } => Failure::StoreUnavailable,
        })?;
    }
    Ok(())
}

/// Indexes a chain a little after each of its entries, until it ends. Of the others it leaves what there is to their own
/// processes and to whoever asks: replicas would lose against each other all the time.
pub async fn follow(db: Db, chain: String, mut written: watch::Receiver<i64>) {
    while written.changed().await.is_ok() {
        // What is left when the chain ends is indexed by whoever asks next; the database is free at once.
        if let Ok(Err(_)) = timeout(GATHERING, written.wait_for(|_| false)).await {
            return;
        }
        let until = *written.borrow_and_update();
        if let Err(error) = reach(&db, &chain, until, For::Later(&written)).await {
            tracing::warn!(%error, chain, "entries could not be indexed; whoever asks next tries again");
        }
    }
}

async fn reach(db: &Db, chain: &str, until: i64, whom: For<'_>) -> Result<(), CommitError> {
    let mut stands = store::index::mark(db, chain).await?;
    loop {
        let step = step(db, chain, stands.clone(), (until, whom)).await;
        if matches!(step, Ok(true)) {
            return Ok(());
        }
        let now = store::index::mark(db, chain).await?;
        match step {
            // Whoever won has moved the mark. Where nobody has, this would go on for ever.
            Err(CommitError::Lost(_)) if now != stands => {}
            Err(error) => return Err(error),
            Ok(_) => {}
        }
        stands = now;
    }
}

/// Indexes some entries behind a mark, and says whether there was nothing left to do.
async fn step(
    db: &Db,
    chain: &str,
    stands: Option<Mark>,
    (until, whom): (i64, For<'_>),
) -> Result<bool, CommitError> {
    let Some(mut stands) = stands else {
        // In a change of its own: of two first marks at once, the one that loses is told before the other one stands.
        db.commit(Change::new().insert(&Mark { chain: chain.to_owned(), number: 0 })).await?;
        return Ok(false);
    };
    if stands.number >= until {
        return Ok(true);
    }
    let page = store::link::after(db, chain, stands.number, PAGE).await?;
    // That a head names more than there is, the proof tells.
    let Some(last) = page.last() else { return Ok(true) };
    let there = store::listed::rows(db, chain, stands.number, last.number).await?;
    for part in parts(&page, stands.number, &there) {
        let (began, seen) = (Instant::now(), whom.appended());
        let change = Change::new().remove(&stands).insert(&part.mark);
        let change = part.rows.listed.iter().fold(change, Change::insert);
        db.commit(part.rows.about.iter().fold(change, Change::insert)).await?;
        stands = part.mark;
        if whom.appended() != seen {
            sleep(began.elapsed() * REST).await;
        }
    }
    Ok(false)
}
