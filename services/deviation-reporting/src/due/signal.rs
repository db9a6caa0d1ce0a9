//! What a detector writes: a signal with the units that may see it, and what is told of it.

use hemgang_db::Change;
use hemgang_feed::{
    Telling,
    recipients::{Course, Reached, RecipientChange},
};
use hemgang_proto::deviation::{DeviationEvent, deviation_event::Event};
use hemgang_rpc::{Audience, Context, Failure};
use jiff::Timestamp;

use crate::{
    domain::{
        party::{Party, Sight},
        signal::{Signal, and_parties},
    },
    store,
};

/// Raises a signal, or again the one of this duty that lapsed, and lets the units see it that hold a notice. It happened
/// when the duty ran out.
pub async fn raise(cx: &Context, signal: Signal, hold: Option<&[Reached]>) -> Result<Change, Failure> {
    // Whoever holds a notice sees it, also where something else than a notice raised it.
    let read;
    let hold = if let Some(hold) = hold {
        hold
    } else {
        read = Course::read(&cx.db, signal.admission_id).await?.reached();
        &read
    };
    let lapsed = store::signal::of_duty(&cx.db, signal.admission_id, signal.kind, signal.due_at).await?;
    let (change, signal) = match lapsed {
        None => (Change::new().insert(&signal), signal),
        Some(lapsed) => {
            let signal = lapsed.reopened(signal.met_at);
            (Change::new().replace(&signal), signal)
        }
    };
    let sight = sight(cx, &signal, Some(hold)).await?;
    let audience = and_parties(signal.audience(&sight.kept), &sight.new);
    let told = telling(cx, &signal, signal.due_at, audience, signal.raised_event())?;
    Ok(seen(change, &sight).and(told))
}

/// Notes when the duty was met after all, or that it is not met yet, and lets the units see the signal that hold a notice.
pub async fn stand(
    cx: &Context,
    signal: Signal,
    met_at: Option<Timestamp>,
    at: Timestamp,
    hold: Option<&[Reached]>,
) -> Result<Change, Failure> {
    let sight = sight(cx, &signal, hold).await?;
    let is_news = signal.met_at != met_at;
    if !is_news && sight.new.is_empty() && sight.gone.is_empty() {
        return Ok(Change::new());
    }
    let signal = signal.met(met_at);
    // Who gains sight later is told how things stand; the others have heard it.
    let audience = if is_news { signal.audience(&sight.kept) } else { Audience::default() };
    let audience = and_parties(audience, &sight.new);
    let change = seen(Change::new().replace(&signal), &sight);
    if audience.is_empty() {
        return Ok(change);
    }
    Ok(change.and(telling(cx, &signal, at, audience, signal.standing_event())?))
}

/// Lets a signal lapse, before those who saw it and are notified still.
pub async fn lapse(
    cx: &Context,
    signal: Signal,
    at: Timestamp,
    hold: Option<&[Reached]>,
) -> Result<Change, Failure> {
    let sight = Sight { new: Vec::new(), ..sight(cx, &signal, hold).await? };
    let signal = signal.lapsed();
    let told = telling(cx, &signal, at, signal.audience(&sight.kept), signal.lapsed_event())?;
    Ok(seen(Change::new().replace(&signal), &sight).and(told))
}

/// Takes a signal that stands as it does from the unit that left, and lets the one in its place see it.
pub async fn replace(
    cx: &Context,
    signal: &Signal,
    told: &RecipientChange,
    hold: &[Reached],
) -> Result<Change, Failure> {
    let sight = sight(cx, signal, Some(hold)).await?;
    let saw_it = sight.gone.iter().any(|party| told.left_unit.as_ref() == Some(&party.unit));
    let in_its_place = |party: &Party| saw_it && told.joined_unit.as_ref() == Some(&party.unit);
    let new: Vec<_> = sight.new.into_iter().filter(in_its_place).collect();
    let sight = Sight { new, ..sight };
    let change = seen(Change::new(), &sight);
    if sight.new.is_empty() {
        return Ok(change);
    }
    let audience = and_parties(Audience::default(), &sight.new);
    Ok(change.and(telling(cx, signal, told.changed_at, audience, signal.standing_event())?))
}

async fn sight(cx: &Context, signal: &Signal, hold: Option<&[Reached]>) -> Result<Sight, Failure> {
    Ok(Sight::of(signal.signal_id, store::party::list(&cx.db, signal.signal_id).await?, hold))
}

fn seen(change: Change, sight: &Sight) -> Change {
    let change = sight.gone.iter().fold(change, Change::remove);
    sight.new.iter().fold(change, Change::insert)
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
