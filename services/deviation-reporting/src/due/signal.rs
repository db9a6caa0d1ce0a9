//! What a detector writes: a signal with the units that may see it, and what is told of it.

use hemgang_core::{day, place::HsaId};
use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::deviation::{DeviationEvent, deviation_event::Event};
use hemgang_rpc::{Audience, Context, Failure};
use jiff::Timestamp;

use crate::{
    domain::{
        party::Party,
        signal::{Signal, SignalId, and_parties},
    },
    store,
};

/// Raises a signal, or again the one of this duty that lapsed, and lets the units that were notified at `at` see it.
/// It happened when the duty ran out.
pub async fn raise(
    cx: &Context,
    signal: Signal,
    at: Timestamp,
    recipients: &[HsaId],
) -> Result<Change, Failure> {
    let lapsed = store::signal::of_duty(&cx.db, signal.admission_id, signal.kind, signal.due_at).await?;
    let (change, signal, known) = match lapsed {
        None => (Change::new().insert(&signal), signal, Vec::new()),
        Some(lapsed) => {
            let signal = lapsed.reopened(signal.met_at);
            let known = store::party::list(&cx.db, signal.signal_id).await?;
            (Change::new().replace(&signal), signal, known)
        }
    };
    let parties = new_parties(cx, signal.signal_id, at, recipients, &known).await?;
    let audience = and_parties(signal.audience(&known), &parties);
    let told = telling(cx, &signal, signal.due_at, audience, signal.raised_event())?;
    Ok(with_parties(change, &parties).and(told))
}

/// Notes when the duty was met after all, and lets the units that were notified at `at` see the signal.
pub async fn meet(
    cx: &Context,
    signal: Signal,
    met_at: Timestamp,
    at: Timestamp,
    recipients: &[HsaId],
) -> Result<Change, Failure> {
    let known = store::party::list(&cx.db, signal.signal_id).await?;
    let parties = new_parties(cx, signal.signal_id, at, recipients, &known).await?;
    let was_met = signal.met_at.is_some();
    if was_met && parties.is_empty() {
        return Ok(Change::new());
    }
    let signal = signal.met(met_at);
    // Who gains sight later is told how things stand; the others have heard it.
    let audience = if was_met { Audience::default() } else { signal.audience(&known) };
    let told = telling(cx, &signal, at, and_parties(audience, &parties), signal.met_event())?;
    Ok(with_parties(Change::new().replace(&signal), &parties).and(told))
}

/// Lets a signal lapse.
pub async fn lapse(cx: &Context, signal: Signal, at: Timestamp) -> Result<Change, Failure> {
    let parties = store::party::list(&cx.db, signal.signal_id).await?;
    let signal = signal.lapsed();
    let told = telling(cx, &signal, at, signal.audience(&parties), signal.lapsed_event())?;
    Ok(Change::new().replace(&signal).and(told))
}

/// The recipients of a notice that a signal does not know yet, each once.
async fn new_parties(
    cx: &Context,
    id: SignalId,
    at: Timestamp,
    recipients: &[HsaId],
    known: &[Party],
) -> Result<Vec<Party>, Failure> {
    let on = day::local_day(at);
    let mut parties: Vec<Party> = Vec::new();
    for recipient in recipients {
        if !known.iter().chain(&parties).any(|party| party.unit == *recipient) {
            let directory = cx.directory.knowing(recipient).await?;
            parties.push(Party::new(id, recipient, directory.municipality_running(recipient, on)));
        }
    }
    Ok(parties)
}

fn with_parties(change: Change, parties: &[Party]) -> Change {
    parties.iter().fold(change, Change::insert)
}

fn telling(
    cx: &Context,
    signal: &Signal,
    occurred_at: Timestamp,
    audience: Audience,
    event: Event,
) -> Result<Change, Failure> {
    let telling = Telling::reacting(cx, signal.admission_id, occurred_at, audience);
    Ok(Change::new().tell(telling.event::<DeviationEvent>(event)?))
}
