//! Firing deadlines: any replica may, and the row's removal makes it once.

use hemgang_db::{Change, CommitError, Deadline};
use hemgang_rpc::{Context, Failure};
use jiff::Timestamp;

/// What happens when one kind of duty runs out.
#[async_trait::async_trait]
pub trait Due: Send + Sync {
    /// The kind of deadline; its file in `due/` has the name.
    fn kind(&self) -> &'static str;

    /// Whose events may meet or end it: the admission, or the case that has none. Its subject, unless that says more.
    fn about<'a>(&self, deadline: &'a Deadline) -> &'a str {
        &deadline.subject
    }

    /// Whether what a feed brings may meet or end it. Where the clock alone decides, it fires also while a feed is away.
    fn waits_for_feeds(&self) -> bool {
        true
    }

    /// What the running out writes; the deadline's removal is added to it.
    async fn fire(&self, cx: &Context, deadline: &Deadline) -> Result<Change, Failure>;
}

/// Fires what has run out, and says how many. "Nothing came" is judged only where every feed has been read past
/// the deadline: a lagging feed postpones a signal, never invents one. What the clock alone ends does not wait.
///
/// # Errors
/// When the store fails.
pub async fn fire_due(cx: &Context, duties: &[Box<dyn Due>]) -> Result<usize, Failure> {
    let (now, horizon) = (cx.clock.now(), cx.horizon());
    let (mut fired, mut failed) = (0, None);
    let mut page = Deadline::list_run_out(&cx.db, now, None).await?;
    while let Some(last) = page.last().cloned() {
        for deadline in page {
            // One deadline that cannot be judged must not hold up those behind it.
            match fire(cx, duties, (&deadline, horizon)).await {
                Ok(once) => fired += usize::from(once),
                Err(failure) => {
                    failed.get_or_insert(failure);
                }
            }
        }
        page = Deadline::list_run_out(&cx.db, now, Some(&last)).await?;
    }
    failed.map_or(Ok(fired), Err)
}

/// Fires one deadline; false when it waits for feeds, which have been read up to the horizon, or was met or fired in the
/// meantime.
async fn fire(
    cx: &Context,
    duties: &[Box<dyn Due>],
    (deadline, horizon): (&Deadline, Option<Timestamp>),
) -> Result<bool, Failure> {
    let Some(duty) = duties.iter().find(|duty| duty.kind() == deadline.kind) else {
        return Err(Failure::Internal(format!("a deadline of the unknown kind {}", deadline.kind).into()));
    };
    let is_read = horizon.is_some_and(|horizon| deadline.due_at < horizon);
    // What would meet the duty may be among what is parked: a signal waits rather than be invented.
    let is_ripe = is_read && cx.rests_on(Some(duty.about(deadline))).is_ok();
    if duty.waits_for_feeds() && !is_ripe {
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
