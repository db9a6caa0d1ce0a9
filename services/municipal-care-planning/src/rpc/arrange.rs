//! What the RPCs have in common by which parties arrange something about a case: a meeting, who the care contact is, whether
//! a plan is needed.

use hemgang_core::place::HsaId;
use hemgang_db::{Change, Versioned};
use hemgang_feed::Telling;
use hemgang_proto::{
    common::Person,
    planning::{self as pb, NoticeKind, PlanningEvent, planning_event::Event},
};
use hemgang_rpc::{Audience, Call, Context, Entry, Failure};
use jiff::Timestamp;

use super::{key::Key, view};
use crate::{
    domain::{
        dossier::Dossier,
        ending::Doing,
        statement::{Stated, Statement},
    },
    error::Error,
    follow::delivery,
    store,
};

/// A case that the caller takes part in, in which there is something to arrange.
pub async fn open(cx: &Context, call: &Call, key: Key, etag: &str) -> Result<Dossier, Error> {
    open_for(cx, call, (key, etag), Doing::Arranging).await
}

/// A case that the caller takes part in, to do what may be possible also once it has ended.
pub async fn open_for(
    cx: &Context,
    call: &Call,
    (key, etag): (Key, &str),
    doing: Doing,
) -> Result<Dossier, Error> {
    let dossier = key.dossier(cx, call).await?;
    call.expect_etag(etag, dossier.case.version)?;
    dossier.case.permits(doing)?;
    is_told(&dossier, call)?;
    Ok(dossier)
}

/// As [`open`], to write words in: none are where the record was taken away by law, for nothing would take them away again.
pub async fn open_for_words(cx: &Context, call: &Call, key: Key, etag: &str) -> Result<Dossier, Error> {
    let dossier = open(cx, call, key, etag).await?;
    keeps_words(cx, &dossier).await?;
    Ok(dossier)
}

/// As [`open`], for what may have been done on paper (reservrutin): in the stay, and before nothing that was said since.
pub async fn open_entered(
    cx: &Context,
    call: &Call,
    key: Key,
    etag: &str,
    entry: Option<Entry>,
) -> Result<Dossier, Error> {
    let doing = entry.map_or(Doing::Arranging, |entry| Doing::Recalling(entry.stated_at));
    let dossier = open_for(cx, call, (key, etag), doing).await?;
    not_before_admission(cx, &dossier, entry.map(|entry| entry.stated_at)).await?;
    Ok(dossier.entered(entry))
}

/// What was said last holds, whichever is entered first.
pub fn not_said_since(dossier: &Dossier, said_at: Option<Timestamp>) -> Result<(), Error> {
    let is_older = |at: &Timestamp| dossier.entry.is_some_and(|entry| entry.stated_at < *at);
    said_at.filter(is_older).map_or(Ok(()), |said_at| Err(Error::SaidSince { said_at }))
}

/// That the record was not taken away by law.
pub async fn keeps_words(cx: &Context, dossier: &Dossier) -> Result<(), Error> {
    let is_blanked = if let Some(id) = dossier.case.admission_id {
        store::patient::get(&cx.db, id).await?.is_some_and(|patient| patient.is_blanked())
    } else {
        let person = store::person::get(&cx.db, dossier.case.case_id).await?;
        person.is_some_and(|person| person.is_blanked())
    };
    if is_blanked { Err(Error::DetailsBlanked) } else { Ok(()) }
}

/// That names of those around the patient may be kept: nobody's who would say where a protected person is, nor in a record that
/// was taken away by law.
///
/// # Errors
/// `PERSON_PROTECTED`, `DETAILS_BLANKED`.
pub async fn may_be_named(cx: &Context, dossier: &Dossier) -> Result<(), Error> {
    keeps_words(cx, dossier).await?;
    let protection = match dossier.case.admission_id {
        Some(id) => store::patient::get(&cx.db, id).await?.map(|patient| patient.protection),
        None => store::person::get(&cx.db, dossier.case.case_id).await?.map(|person| person.protection),
    };
    if protection.unwrap_or_default().is_one() { Err(Error::PersonProtected) } else { Ok(()) }
}

/// Nothing of a stay was before it.
pub async fn not_before_admission(
    cx: &Context,
    dossier: &Dossier,
    said: impl IntoIterator<Item = Timestamp>,
) -> Result<(), Error> {
    let Some(id) = dossier.case.admission_id else { return Ok(()) };
    match store::stay::get(&cx.db, id).await?.admitted_at {
        Some(admitted_at) if said.into_iter().any(|at| at < admitted_at) => {
            Err(Error::HeldBeforeAdmission { admitted_at })
        }
        _ => Ok(()),
    }
}

/// Whoever reads a case as it stood cannot act on what became of it.
pub fn is_told(dossier: &Dossier, call: &Call) -> Result<(), Error> {
    match dossier.case.shown_to(&call.sight, &dossier.parties) {
        Some(_) => Err(Error::DisclosureBarred),
        None => Ok(()),
    }
}

/// The parties beside the caller's unit.
pub fn others(dossier: &Dossier, call: &Call) -> Vec<HsaId> {
    let units = dossier.parties.iter().map(|party| &party.unit);
    units.filter(|unit| **unit != call.caller.unit).cloned().collect()
}

/// Puts into the inboxes of all other parties, and of the ward, what the caller did just now.
pub fn inform_others(dossier: Dossier, call: &Call, kind: NoticeKind, source: &str) -> Dossier {
    let others = others(&dossier, call);
    inform_ward(dossier.inform(&others, kind, source, call.now), call, kind, source)
}

/// Puts it into the ward's inbox, unless the hospital did it itself.
pub fn inform_ward(dossier: Dossier, call: &Call, kind: NoticeKind, source: &str) -> Dossier {
    if dossier.case.is_hospitals(&call.caller.unit) && !dossier.has_party(&call.caller.unit) {
        return dossier;
    }
    dossier.inform_ward(kind, source, call.now)
}

/// A part of the case as decided, the notices that tell of it and its events. The case is the unit: whoever changes a part
/// of it replaces it.
pub fn change(
    cx: &Context,
    call: &Call,
    (dossier, occurred_at): (&Dossier, Timestamp),
    part: &impl Versioned,
    events: impl IntoIterator<Item = Event>,
) -> Result<Change, Failure> {
    change_for(cx, call, (dossier, occurred_at), part, (dossier.listeners(), events))
}

/// As [`change`], of what is told to some alone.
pub fn change_for(
    cx: &Context,
    call: &Call,
    (dossier, occurred_at): (&Dossier, Timestamp),
    part: &impl Versioned,
    (listeners, events): (Audience, impl IntoIterator<Item = Event>),
) -> Result<Change, Failure> {
    let case = dossier.next();
    let telling = |at, audience| Telling::by(cx, call, case.subject(), at, audience);
    let mut change = Change::new().put(part);
    for event in events {
        let telling = telling(occurred_at, listeners.clone()).entered(dossier.entry);
        change = change.tell(telling.event::<PlanningEvent>(event)?);
    }
    Ok(change.and(delivery::parts(cx, dossier, &case, telling)?))
}

/// What the caller's unit states about a case, on a topic: kept in the place of what it said before, and told to the other
/// parties. The answer shows the case with what is stated by then.
pub async fn state(
    cx: &Context,
    call: &Call,
    (dossier, occurred_at): (Dossier, Timestamp),
    topic: &str,
    event: Event,
) -> Result<(pb::Case, Change), Error> {
    let (case_id, unit) = (dossier.case.case_id, &call.caller.unit);
    let mut statements = store::statement::list(&cx.db, case_id).await?;
    let place = statements.iter().position(|said| said.unit == *unit && said.topic == topic);
    let before = place.map(|place| statements.remove(place));
    not_said_since(&dossier, before.as_ref().map(|before| before.stated_at))?;
    let at = dossier.done_at(call.now);
    let statement = Statement::next(before.as_ref(), (case_id, unit.clone()), topic, event.clone(), at);
    let dossier = match statement.notice() {
        Some(kind) => inform_others(dossier, call, kind, &statement.source()),
        None => dossier,
    };
    let change = change(cx, call, (&dossier, occurred_at), &statement, [event])?;
    statements.push(statement);
    let stated: Stated = statements.iter().collect();
    Ok((stated.shown(shown(&dossier)), change))
}

/// The case as it is then. Of the person an answer says nothing: it is kept for replays.
pub fn shown(dossier: &Dossier) -> pb::Case {
    view::of(&dossier.next(), None, Person::default(), &dossier.parties)
}
