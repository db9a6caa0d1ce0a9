//! What the RPCs have in common by which a case ends or opens again: whose that is, and how the parties are told.

use hemgang_core::place::HsaId;
use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::planning::{self as pb, NoticeKind, PlanningEvent, planning_event::Event};
use hemgang_rpc::{Call, Context, Failure};

use super::{arrange, key::Key};
use crate::{
    domain::{dossier::Dossier, ending::By},
    error::Error,
    follow::delivery,
};

/// A case that is the caller's to end: of the side that sends. What the hospital told just now bears on it; with its feed away
/// it is decided on what is known.
pub async fn load(cx: &Context, call: &Call, key: Key, etag: &str) -> Result<Dossier, Error> {
    if let Err(behind) = cx.catch_up().await {
        tracing::debug!(%behind, "decided on what is known");
    }
    let dossier = key.dossier(cx, call).await?;
    call.expect_etag(etag, dossier.case.version)?;
    if call.sight.admits(&dossier.case.senders()) { Ok(dossier) } else { Err(Error::NotTheSender) }
}

/// Whoever asks, at the caller's unit.
pub fn by(call: &Call, person: HsaId) -> By {
    By { unit: call.caller.unit.clone(), person }
}

/// The case as decided, in the inboxes of the other parties, and how it stands then.
pub fn change(
    cx: &Context,
    call: &Call,
    dossier: Dossier,
    (kind, event): (NoticeKind, Event),
) -> Result<(pb::Case, Change), Failure> {
    let source = format!("ending:{}", dossier.next().version);
    let dossier = arrange::inform_others(dossier, call, kind, &source);
    let case = dossier.next();
    let telling = |at, audience| Telling::by(cx, call, case.subject(), at, audience);
    let told = telling(call.now, dossier.listeners()).event::<PlanningEvent>(event)?;
    let change = Change::new().tell(told).and(delivery::parts(cx, &dossier, &case, telling)?);
    Ok((arrange::shown(&dossier), change))
}
