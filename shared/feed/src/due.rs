//! Firing deadlines: any replica may, and the row's removal makes it once.

use hemgang_db::{Change, CommitError, Deadline};
use hemgang_rpc::{Context, Failure};

/// What happens when one kind of duty runs out.
#[async_trait::async_trait]
pub trait Due: Send + Sync {
    /// The kind of deadline; its file in `due/` has the name.
    fn kind(&self) -> &'static str;

    /// What the running out writes; the deadline's removal is added to it.
    async fn fire(&self, cx: &Context, deadline: &Deadline) -> Result<Change, Failure>;
}

/// Fires what has run out, and says how many. "Nothing came" is judged only where every feed has been read past
/// the deadline: a lagging feed postpones a signal, never invents one.
///
/// # Errors
/// When the store fails.
pub async fn fire_due(cx: &Context, duties: &[Box<dyn Due>]) -> Result<usize, Failure> {
    let Some(horizon) = cx.horizon() else { return Ok(0) };
    let (mut fired, mut failed) = (0, None);
    for deadline in Deadline::list_run_out(&cx.db, horizon).await? {
        let Some(duty) = duties.iter().find(|duty| duty.kind() == deadline.kind) else {
            tracing::error!(kind = deadline.kind, "a deadline of an unknown kind");
            continue;
        };
        // One deadline that cannot be judged must not hold up those behind it.
        let change = match duty.fire(cx, &deadline).await {
            Ok(change) => change,
            Err(failure) => {
                failed.get_or_insert(failure);
                continue;
            }
        };
        match cx.db.commit(change.remove(&deadline)).await {
            Ok(_) => fired += 1,
            // Met or fired in the meantime.
            Err(CommitError::Lost(_)) => {}
            Err(CommitError::Db(error)) => return Err(error.into()),
            Err(CommitError::Full | CommitError::Answered { .. }) => return Err(Failure::StoreUnavailable),
        }
    }
    failed.map_or(Ok(fired), Err)
}
