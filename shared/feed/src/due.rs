//! Firing deadlines: any replica may, and the row's removal makes it once.

use hemgang_db::{Change, CommitError, Deadline};
use hemgang_rpc::{Context, Failure};

/// What happens when one kind of duty runs out.
#[async_trait::async_trait]
pub trait Due: Send + Sync {
    /// The kind of deadline; its file in `due/` has the name.
    fn kind(&self) -> &'static str;

    /// Whose events may meet or end it: the admission, or the case that has none. Its subject, unless that says more.
    fn about<'a>(&self, deadline: &'a Deadline) -> &'a str {
        &deadline.subject
    }

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
    let mut page = Deadline::list_run_out(&cx.db, horizon, None).await?;
    while let Some(last) = page.last().cloned() {
        for deadline in page {
            // One deadline that cannot be judged must not hold up those behind it.
            match fire(cx, duties, &deadline).await {
                Ok(once) => fired += usize::from(once),
                Err(failure) => {
                    failed.get_or_insert(failure);
                }
            }
        }
        page = Deadline::list_run_out(&cx.db, horizon, Some(&last)).await?;
    }
    failed.map_or(Ok(fired), Err)
}

/// Fires one deadline; false when it was met or fired in the meantime.
async fn fire(cx: &Context, duties: &[Box<dyn Due>], deadline: &Deadline) -> Result<bool, Failure> {
    let Some(duty) = duties.iter().find(|duty| duty.kind() == deadline.kind) else {
        return Err(Failure::Internal(format!("a deadline of the unknown kind {}", deadline.kind).into()));
    };
    // What would meet the duty may be among what is parked: a signal waits rather than be invented.
    if cx.rests_on(Some(duty.about(deadline))).is_err() {
        return Ok(false);
    }
    let change = duty.fire(cx, deadline).await?;
    match cx.db.commit(change.remove(deadline)).await {
        Ok(_) => Ok(true),
        Err(CommitError::Lost(_)) => Ok(false),
        Err(CommitError::Db(error)) => Err(error.into()),
        Err(CommitError::Full | CommitError::Answered { .. }) => Err(Failure::StoreUnavailable),
    }
}
