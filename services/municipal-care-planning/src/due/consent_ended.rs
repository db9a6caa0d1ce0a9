//! A consent that was given until a day: when the day is over, nothing more is disclosed by it.
//!
//! One deadline a stay, or a case without one: that of the decision that ends next. A plan (SIP) has none, since its consent
//! is asked for whenever something is done about it.

use hemgang_core::id::{AdmissionId, CaseId};
use hemgang_db::{Change, Deadline};
use hemgang_feed::{Due, Telling};
use hemgang_rpc::{Context, Failure};
use jiff::Timestamp;

use crate::{
    domain::{consent::Consents, dossier::Dossier},
    follow::disclosure,
    store,
};

const KIND: &str = "consent-ended";

/// Fires when the day is over, whatever feeds are away: what they may bring still keeps no consent alive.
pub struct ConsentEnded;

#[async_trait::async_trait]
impl Due for ConsentEnded {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn waits_for_feeds(&self) -> bool {
        false
    }

    async fn fire(&self, cx: &Context, deadline: &Deadline) -> Result<Change, Failure> {
        let consents = store::consent::get(&cx.db, deadline.subject.clone()).await?;
        // Nobody decides at this moment what is not seen here.
        let change = Change::new().replace(&consents.clone().next());
        let change = match consents.ends_next(deadline.due_at) {
            Some(due_at) => change.insert(&Deadline { due_at, ..deadline.clone() }),
            None => change,
        };
        let Some(dossier) = dossier(cx, &deadline.subject).await? else { return Ok(change) };
        let subject = dossier.case.subject();
        let telling = |at: Timestamp, audience| Telling::reacting(cx, subject, at, audience);
        Ok(change.and(disclosure::change(cx, dossier, &consents, cx.clock.now(), telling).await?))
    }
}

/// The case of a stay, or the one without; none while nobody was notified.
async fn dossier(cx: &Context, subject: &str) -> Result<Option<Dossier>, Failure> {
    let unreadable = |_| Failure::Internal("a deadline whose subject is no case".into());
    let admission: AdmissionId = subject.parse().map_err(unreadable)?;
    if let Some(dossier) = store::dossier::find(&cx.db, admission).await? {
        return Ok(Some(dossier));
    }
    let case: CaseId = subject.parse().map_err(unreadable)?;
    store::dossier::get(&cx.db, case).await
}

/// Opens the deadline of what was decided, or moves it.
pub async fn watch(cx: &Context, consents: &Consents, now: Timestamp) -> Result<Change, Failure> {
    let stands = Deadline::get(&cx.db, KIND, &consents.subject).await?;
    let due_at = consents.ends_next(now);
    if stands.as_ref().map(|deadline| deadline.due_at) == due_at {
        return Ok(Change::new());
    }
    let change = stands.iter().fold(Change::new(), Change::remove);
    let subject = consents.subject.clone();
    Ok(due_at.into_iter().fold(change, |change, due_at| {
        change.insert(&Deadline { kind: KIND.to_owned(), subject: subject.clone(), due_at })
    }))
}
