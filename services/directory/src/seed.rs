//! The first start: an empty store takes what the process began with, the configured files or what is compiled in.

use hemgang_core::directory::Merged;
use hemgang_db::CommitError;
use hemgang_feed::{Subject, Telling};
use hemgang_rpc::{Audience, Context, Failure};

use crate::store;

/// Fills an empty store. Another process may do so at the same time.
pub async fn first_rows(cx: Context) -> Result<(), Failure> {
    let stored = store::load(&cx.db).await?;
    if !stored.is_empty() {
        return Ok(());
    }
    let directory = cx.directory.now();
    let rows = directory.histories().map(|(id, rows)| {
        let rows = rows.iter().map(|row| hemgang_core::directory::Unit { version: 1, ..row.clone() });
        (id.clone(), rows.collect())
    });
    let merged = Merged {
        units: rows.collect(),
        municipalities: directory.municipalities().cloned().collect(),
        unchanged: 0,
    };
    let telling = Telling::reacting(&cx, Subject::Organisation, cx.clock.now(), Audience::default());
    match cx.db.commit(stored.change(&telling, &merged)?).await {
        Ok(_) | Err(CommitError::Lost(_)) => Ok(()),
        Err(CommitError::Db(error)) => Err(error.into()),
        Err(CommitError::Full | CommitError::Answered { .. }) => Err(Failure::StoreUnavailable),
    }
}
