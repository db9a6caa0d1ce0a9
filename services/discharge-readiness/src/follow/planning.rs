//! Follows planning: who takes part in a case beside whom admission notified, what is kept from a unit, and how a case ended.
//!
//! The two feeds have no order among each other. Both replace the stay's row, so a notice and a change of recipients that
//! are applied at the same moment cannot miss each other.

use hemgang_db::{Change, Table};
use hemgang_feed::{Follow, recipients::RecipientChange};
use hemgang_proto::planning::PlanningEvent;
use hemgang_rpc::{Context, Failure};

use super::{disclosure, ending, recipients};
use crate::domain::stay::{Barred, Ending, Party, Stay};

/// Follows planning's feed. Nobody waits for it but receiving units and figures, which ask.
pub struct Planning;

#[async_trait::async_trait]
impl Follow for Planning {
    type Event = PlanningEvent;

    const PROJECTIONS: &'static [Table] = &[
        Table::of::<Stay>(),
        Table::of::<Party>(),
        Table::of::<Barred>(),
        Table::of::<Ending>(),
        Table::of::<RecipientChange>(),
    ];
    const IS_LAZY: bool = true;

    fn concerns(&self, event: &PlanningEvent) -> bool {
        RecipientChange::is_in(event) || disclosure::is_in(event) || ending::is_in(event)
    }

    async fn project(&self, cx: &Context, event: &PlanningEvent) -> Result<Change, Failure> {
        match RecipientChange::of(event)? {
            Some(change) => recipients::project(cx, change).await,
            None if ending::is_in(event) => ending::project(cx, event).await,
            None => disclosure::project(cx, event).await,
        }
    }
}
