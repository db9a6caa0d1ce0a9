//! `RecipientAdded`, `RecipientRemoved` and `RecipientForwarded` of planning: who holds a notice, and so sees readiness and
//! is counted. Nobody is told by readiness's feed: units hear of readiness by planning's.

use hemgang_db::Change;
use hemgang_feed::recipients::{Course, RecipientChange};
use hemgang_rpc::{Context, Failure};

use crate::store;

pub async fn project(cx: &Context, told: RecipientChange) -> Result<Change, Failure> {
    let id = told.admission_id;
    let (stay, mut course) = tokio::try_join!(store::stay::get(&cx.db, id), Course::read(&cx.db, id))?;
    let told = told.after(&course.changes);
    let change = Change::new().insert(&told);
    course.changes.push(told);
    // Kept until the stay is known: its admission reads it.
    let Some(stay) = stay else { return Ok(change) };
    Ok(change.and(super::weighed(cx, stay, &course).await?))
}
