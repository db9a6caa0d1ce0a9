//! Follows planning: who takes part in a case beside whom the notices name, for figures of notified admissions.
//!
//! Planning follows admission in turn. Nobody waits in that circle: figures ask, and no decision of ours rests on it.

use hemgang_db::{Change, Table};
use hemgang_feed::{Follow, recipients::RecipientChange};
use hemgang_proto::planning::PlanningEvent;
use hemgang_rpc::{Context, Failure};

/// Follows planning's feed.
pub struct Planning;

#[async_trait::async_trait]
impl Follow for Planning {
    type Event = PlanningEvent;

    const PROJECTIONS: &'static [Table] = &[Table::of::<RecipientChange>()];
    const IS_LAZY: bool = true;

    fn concerns(&self, event: &PlanningEvent) -> bool {
        RecipientChange::is_in(event)
    }

    async fn project(&self, cx: &Context, event: &PlanningEvent) -> Result<Change, Failure> {
        let Some(told) = RecipientChange::of(event)? else { return Ok(Change::new()) };
        let known = RecipientChange::list(&cx.db, told.admission_id).await?;
        Ok(Change::new().insert(&told.after(&known)))
    }
}
