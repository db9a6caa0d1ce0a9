//! Brings the index by subject up to the entries, which nobody waits for but who asks by subject.
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

/// How many entries are read at once.
const PAGE: i64 = 256;

/// How long entries are gathered: many that tell of the same persons touch the same pages of the index.
const GATHERING: Duration = Duration::from_secs(2);

/// Who indexes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    /// Somebody who waits for it.
    Asking,
    /// Nobody yet: after each change appends have twice as long to themselves as it took.
    Later,
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
        if let Err(error) = reach(&db, &chain, until, For::Later).await {
            tracing::warn!(%error, chain, "entries could not be indexed; whoever asks next tries again");
        }
    }
}

async fn reach(db: &Db, chain: &str, until: i64, whom: For) -> Result<(), CommitError> {
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
    (until, whom): (i64, For),
) -> Result<bool, CommitError> {
    let Some(mut stands) = stands else {
        // In a change of its own: of two first marks at once, the one that loses is told before the other one stands.
        db.commit(Change::new().insert(&Mark { chain: chain.to_owned(), number: 0 })).await?;
        return Ok(false);
    };
    if stands.number >= until {
        return Ok(true);
    }
    let page = store::entry::after(db, chain, stands.number, PAGE).await?;
    // That a head names more than there is, the proof tells.
    let Some(last) = page.last() else { return Ok(true) };
    let there = store::entry::about(db, chain, stands.number, last.number).await?;
    for part in parts(&page, &there.into_iter().collect()) {
        let (began, change) = (Instant::now(), Change::new().remove(&stands).insert(&part.mark));
        db.commit(part.rows.iter().fold(change, Change::insert)).await?;
        stands = part.mark;
        if whom == For::Later {
            sleep(began.elapsed() * 2).await;
        }
    }
    Ok(false)
}
