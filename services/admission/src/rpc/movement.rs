//! What the handlers of movements share: what was told is added, and the admission says what follows from all of it.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::{
    admission::{Admission, AdmissionEvent, AdmissionState, LogEntry as WireEntry, QualityFlag},
    common::RetrospectiveEntry,
};
use hemgang_rpc::{Call, Context, Failure, Fields};
use jiff::Timestamp;
use pbjson_types::Timestamp as WireTimestamp;

use super::{load, sight, view};
use crate::{
    domain::{
        course::{Moved, Told, What},
        episode::Episode,
        quality::{self, TimeFaults},
        recorded::LogEntry,
    },
    error::Error,
    store,
};

/// What a request says beside its movement.
#[derive(Clone, Copy)]
pub struct Beside<'a> {
    pub registered_at: Option<&'a WireTimestamp>,
    pub log_entry: Option<&'a WireEntry>,
    pub entry: Option<&'a RetrospectiveEntry>,
    pub flags: &'a [i32],
}

/// Reads a movement of these times, and what is at fault with them. The instant is that of `field`.
pub fn parse(
    cx: &Context,
    call: &Call,
    admission_id: &str,
    (field, at): (&str, Option<&WireTimestamp>),
    said: Beside<'_>,
    what: fn(Timestamp) -> What,
) -> Result<(AdmissionId, Told), Failure> {
    let mut fields = Fields::new(cx, call);
    let entry = fields.entry(said.entry);
    let id = fields.parsed("admission_id", admission_id);
    let at = fields.past(field, at);
    let registered_at = fields.registered_at(said.registered_at, entry.flatten());
    let log_entry = log_entry(&mut fields, said.log_entry);
    let time_faults = time_faults(&mut fields, said.flags);
    fields.finish(|| {
        let (registered_at, log_entry, entry) = (registered_at?, log_entry?, entry?);
        Some((id?, Told { what: what(at?), registered_at, log_entry, entry, time_faults: time_faults? }))
    })
}

/// Where a statement stands in its sender's log.
pub fn log_entry(fields: &mut Fields<'_>, said: Option<&WireEntry>) -> Option<LogEntry> {
    let Some(said) = said else { return Some(LogEntry::default()) };
    let mut part = |field: &str, text: &str| {
        if text.chars().count() > 200 || text.contains(char::is_control) {
            fields.wrong(field, "must be at most 200 characters, none of control");
            return None;
        }
        Some(text.to_owned())
    };
    let order = part("log_entry.order", &said.order);
    let movement_id = part("log_entry.movement_id", &said.movement_id);
    Some(LogEntry { order: order?, movement_id: movement_id.map(|id| (!id.is_empty()).then_some(id))? })
}

/// What is at fault with the time of a movement, which is all that a movement's flags say.
pub fn time_faults(fields: &mut Fields<'_>, flags: &[i32]) -> Option<TimeFaults> {
    let read = fields.each("quality_flags", flags, |fields, path, flag| {
        let flag = fields.choice::<QualityFlag>(path, *flag)?;
        if !quality::is_of_time(flag) {
            fields.wrong(path, "is not of a time that was taken");
        }
        Some(flag)
    });
    Some(TimeFaults::of(read.into_iter().collect::<Option<Vec<_>>>()?.into_iter()))
}

/// Adds a movement to an episode that the caller sees.
pub async fn register(
    cx: &Context,
    call: &Call,
    id: AdmissionId,
    etag: &str,
    told: Told,
) -> Result<(Admission, Change), Error> {
    let episode = load(cx, call, id, etag).await?;
    add(cx, call, episode, told).await
}

/// Adds a movement to an episode at hand. What says nothing new writes nothing.
pub async fn add(
    cx: &Context,
    call: &Call,
    episode: Episode,
    told: Told,
) -> Result<(Admission, Change), Error> {
    let earlier = store::movement::list(&cx.db, episode.admission_id).await?;
    let Some(moved) = episode.clone().moved(&told, earlier, call.now)? else {
        return Ok((view::changed(cx, &episode).await?, Change::new()));
    };
    let (before, was_over) = (episode.audience(), episode.state != AdmissionState::Admitted);
    let Moved { episode, movement, events, audience } = moved;
    // Nobody could say any more who lies there.
    if was_over
        && episode.state == AdmissionState::Admitted
        && store::patient::of_stay(&cx.db, &episode).await?.is_blanked()
    {
        return Err(Error::DetailsBlanked);
    }
    let mut change = Change::new().replace(&episode).insert(&movement);
    for (at, event) in events {
        let telling = Telling::by(cx, call, episode.admission_id, at, audience.clone()).entered(told.entry);
        change = change.tell(telling.event::<AdmissionEvent>(event)?);
    }
    let admission = view::changed(cx, &episode).await?;
    let telling =
        Telling::by(cx, call, episode.admission_id, movement.moved_at, audience).entered(told.entry);
    let shared = sight::change(&telling, &before, &episode, &admission.admission_notices)?;
    Ok((admission, change.and(shared)))
}
