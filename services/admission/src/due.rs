//! What is kept until nobody can need it any more: one file a kind.

pub mod forget_person;
pub mod forget_statement;

use hemgang_db::{Change, Deadline};
use hemgang_rpc::{Context, Failure};
use jiff::Timestamp;

/// Begins the time anew for which something is kept.
async fn begun(cx: &Context, kind: &str, subject: String, now: Timestamp) -> Result<Change, Failure> {
    let change = ended(cx, kind, &subject).await?;
    Ok(change.insert(&Deadline { kind: kind.to_owned(), subject, due_at: now + cx.own.persons_kept }))
}

/// Ends that time, where it runs: from now on it is kept for another reason.
async fn ended(cx: &Context, kind: &str, subject: &str) -> Result<Change, Failure> {
    let deadline = Deadline::get(&cx.db, kind, subject).await?;
    Ok(deadline.iter().fold(Change::new(), Change::remove))
}
