//! Follows planning: a notice to a unit that does not take part meets no duty, and that unit sees no signal of the stay; and
//! nothing is owed any more where planning was broken off.
//!
//! Not lazily: a deadline is judged without anybody asking. The two feeds have no order among each other; both replace the
//! stay's row, so a notice and a change of recipients that are applied at the same moment cannot miss each other.

use hemgang_db::{Change, Table};
use hemgang_feed::{
    Follow,
    recipients::{Course, RecipientChange},
};
use hemgang_proto::planning::PlanningEvent;
use hemgang_rpc::{Context, Failure};

use super::interruption;
use crate::{
    domain::stay::{Interruption, Stay},
    due, store,
};

/// The planning feed.
pub struct Planning;

/// What a change of recipients leaves.
struct After {
    told: RecipientChange,
    /// None where the stay is not known yet: its admission reads the change.
    stay: Option<Stay>,
    course: Course,
}

#[async_trait::async_trait]
impl Follow for Planning {
    type Event = PlanningEvent;

    const PROJECTIONS: &'static [Table] =
        &[Table::of::<Stay>(), Table::of::<Interruption>(), Table::of::<RecipientChange>()];

    fn concerns(&self, event: &PlanningEvent) -> bool {
        RecipientChange::is_in(event) || interruption::is_in(event)
    }

    async fn project(&self, cx: &Context, event: &PlanningEvent) -> Result<Change, Failure> {
        if let Some(change) = interruption::project(cx, event).await? {
            return Ok(change);
        }
        let Some(After { told, stay, .. }) = after(cx, event).await? else { return Ok(Change::new()) };
        let change = Change::new().insert(&told);
        Ok(stay.iter().fold(change, Change::replace))
    }

    // It runs beside `project`, not after it: the stay is brought past this event here, too, and not written.
    async fn react(&self, cx: &Context, event: &PlanningEvent) -> Result<Change, Failure> {
        if let Some(change) = interruption::react(cx, event).await? {
            return Ok(change);
        }
        let Some(After { told, stay: Some(stay), course }) = after(cx, event).await? else {
            return Ok(Change::new());
        };
        due::admission_notice::regroup(cx, &stay, &told, &course.reached()).await
    }
}

async fn after(cx: &Context, event: &PlanningEvent) -> Result<Option<After>, Failure> {
    let Some(told) = RecipientChange::of(event)? else { return Ok(None) };
    let id = told.admission_id;
    let (stay, mut course) = (store::stay::find(&cx.db, id).await?, Course::read(&cx.db, id).await?);
    let told = told.after(&course.changes);
    course.changes.push(told.clone());
    let stay = stay.map(|stay| stay.weighed(&course));
    Ok(Some(After { told, stay, course }))
}
