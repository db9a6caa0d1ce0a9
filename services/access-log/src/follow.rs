//! Follows every feed: copies who asked for a change, and keeps whose admission or case it is.

mod case;
mod stay;

use std::marker::PhantomData;

use hemgang_db::{Change, Table};
use hemgang_feed::{Follow, Source};
use hemgang_proto::{admission::AdmissionEvent, planning::PlanningEvent};
use hemgang_rpc::{Context, Failure};

use crate::{
    chain::Chain,
    domain::link::NewEntry,
    store::{
        person::{CasePerson, StayPerson},
        protected::{ProtectedCase, ProtectedStay},
    },
};

/// Admission's feed, which tells whose an admission is.
pub struct Admissions(pub Chain);

/// Planning's feed, which tells whose a case without an admission is.
pub struct Cases(pub Chain);

/// A feed that tells of nobody by identity.
pub struct Other<E>(Chain, PhantomData<fn() -> E>);

impl<E> Other<E> {
    pub fn of(chain: Chain) -> Self {
        Self(chain, PhantomData)
    }
}

#[async_trait::async_trait]
impl Follow for Admissions {
    type Event = AdmissionEvent;

    const PROJECTIONS: &'static [Table] = &[Table::of::<StayPerson>(), Table::of::<ProtectedStay>()];
    const IS_LAZY: bool = true;

    async fn project(&self, cx: &Context, event: &AdmissionEvent) -> Result<Change, Failure> {
        stay::project(cx, event).await
    }

    async fn react(&self, _cx: &Context, event: &AdmissionEvent) -> Result<Change, Failure> {
        copy(&self.0, event).await
    }
}

#[async_trait::async_trait]
impl Follow for Cases {
    type Event = PlanningEvent;

    const PROJECTIONS: &'static [Table] = &[Table::of::<CasePerson>(), Table::of::<ProtectedCase>()];
    const IS_LAZY: bool = true;

    async fn project(&self, cx: &Context, event: &PlanningEvent) -> Result<Change, Failure> {
        case::project(cx, event).await
    }

    async fn react(&self, _cx: &Context, event: &PlanningEvent) -> Result<Change, Failure> {
        copy(&self.0, event).await
    }
}

#[async_trait::async_trait]
impl<E: Source> Follow for Other<E> {
    type Event = E;

    const PROJECTIONS: &'static [Table] = &[];
    const IS_LAZY: bool = true;

    async fn project(&self, _cx: &Context, _event: &E) -> Result<Change, Failure> {
        Ok(Change::new())
    }

    async fn react(&self, _cx: &Context, event: &E) -> Result<Change, Failure> {
        copy(&self.0, event).await
    }
}

/// Copies who asked for a change. The chain knows what it has copied, so it needs no part of the cursor's change: one
/// that is not written makes the same page come again.
async fn copy<E: Source>(chain: &Chain, event: &E) -> Result<Change, Failure> {
    let Some(header) = event.header() else { return Ok(Change::new()) };
    if let Some(entry) = &header.access {
        let source = Some(format!("{}:{}", E::FEED, header.cursor));
        chain.append(vec![NewEntry::of(source, entry)?]).await?;
    }
    Ok(Change::new())
}
