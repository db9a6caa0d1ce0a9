//! Follows planning: a notice to a unit that does not take part meets no duty, and that unit sees no signal of the stay; nothing
//! is owed any more where planning was broken off; and the call to a plan (SIP) is made there.
//!
//! Not lazily: a deadline is judged without anybody asking. The two feeds have no order among each other; both replace the
//! stay's row, so a notice and a change of recipients that are applied at the same moment cannot miss each other.

use hemgang_db::{Change, Table};
use hemgang_feed::{
    Follow,
    recipients::{Course, RecipientChange},
};
use hemgang_proto::planning::PlanningEvent;
use hemgang_rpc::{Context, Failure, wire};
use jiff::Timestamp;

use super::{interruption, sip_call};
use crate::{
    domain::{
        sip_call::SipCall,
        stay::{Interruption, Stay},
    },
    due, store,
};

/// The planning feed.
pub struct Planning;

/// What something leaves that the call to a plan rests on.
struct Heard {
    call: SipCall,
    /// None where the stay is not known yet: its admission reads it.
    stay: Option<Stay>,
    at: Timestamp,
}

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

    const PROJECTIONS: &'static [Table] = &[
        Table::of::<Stay>(),
        Table::of::<Interruption>(),
        Table::of::<RecipientChange>(),
        Table::of::<SipCall>(),
    ];

    fn concerns(&self, event: &PlanningEvent) -> bool {
        RecipientChange::is_in(event) || interruption::is_in(event) || sip_call::is_in(event)
    }

    async fn project(&self, cx: &Context, event: &PlanningEvent) -> Result<Change, Failure> {
        if let Some(change) = interruption::project(cx, event).await? {
            return Ok(change);
        }
        if let Some(Heard { call, stay, .. }) = heard(cx, event).await? {
            let change = Change::new().put(&call);
            return Ok(stay.iter().fold(change, Change::replace));
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
        if let Some(Heard { call, stay: Some(stay), at }) = heard(cx, event).await? {
            return due::sip_call::weigh(cx, &stay, Some(&call), at, None).await;
        }
        let Some(After { told, stay: Some(stay), course }) = after(cx, event).await? else {
            return Ok(Change::new());
        };
        due::recipients::regroup(cx, &stay, &told, &course.reached()).await
    }
}

async fn heard(cx: &Context, event: &PlanningEvent) -> Result<Option<Heard>, Failure> {
    let Some((id, said)) = sip_call::read(event)? else { return Ok(None) };
    let at = event.header.as_ref().and_then(|header| header.occurred_at.as_ref()).and_then(wire::instant);
    let (call, stay) = (store::sip_call::get(&cx.db, id).await?, store::stay::find(&cx.db, id).await?);
    let stay = stay.map(|stay| Stay { version: stay.version + 1, ..stay });
    Ok(Some(Heard { call: call.heard(said), stay, at: at.unwrap_or_else(|| cx.clock.now()) }))
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
