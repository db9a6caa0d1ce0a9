//! What a decided dossier writes: the case, its new parts, and what is told of them.

use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::planning::{self as pb, PlanningEvent, planning_event::Event};
use hemgang_rpc::{Audience, Context, Failure};
use jiff::Timestamp;

use crate::domain::{
    case::Case,
    dossier::Dossier,
    notice::Notice,
    party::{Party, Shown},
};

/// Nothing when everything was told before, so that a replay of an event delivers nothing twice.
pub fn change(cx: &Context, dossier: &Dossier) -> Result<Change, Failure> {
    let Some(case) = dossier.decided() else { return Ok(Change::new()) };
    let telling = |at, audience| Telling::reacting(cx, case.subject(), at, audience);
    let mut opened = Change::new();
    if case.version == 1 {
        let entry = dossier.new_notices().find_map(Notice::entry);
        let telling = telling(case.opened_at, dossier.listeners()).entered(entry);
        opened = opened.tell(telling.event::<PlanningEvent>(case.opened())?);
    }
    if let Some(at) = dossier.has_reopened().then(|| case.reopened_at()).flatten() {
        opened = opened.tell(telling(at, dossier.listeners()).event::<PlanningEvent>(case.reopened())?);
    }
    Ok(opened.and(parts(cx, dossier, &case, telling)?))
}

/// What was decided because a deadline ran out.
pub fn fired(cx: &Context, dossier: &Dossier) -> Result<Change, Failure> {
    let case = dossier.next();
    let telling = |at, audience| Telling::reacting(cx, case.subject(), at, audience);
    parts(cx, dossier, &case, telling)
}

/// The case at its next version with its new parts, the deliveries as somebody tells of them, and the deadlines that it opens and closes.
pub fn parts(
    cx: &Context,
    dossier: &Dossier,
    case: &Case,
    telling: impl Fn(Timestamp, Audience) -> Telling,
) -> Result<Change, Failure> {
    let (directory, receipts) = (cx.directory.now(), &cx.own.receipts);
    let due = |notice: &Notice, from: Timestamp| {
        receipts.due(&directory, (notice.kind, notice.addressee_kind()), (&notice.recipient, from))
    };
    let dossier = &dossier.clone().timed(due);
    let deadlines = dossier.deadlines();
    let mut change =
        dossier.new_parties().fold(Change::new().put(case), |change, party| change.insert(&party));
    change = dossier.moved_parties().fold(change, |change, party| change.replace(&party));
    change = gates(dossier, case, change, &telling)?;
    change = dossier.released_notices().chain(dossier.moved_notices()).fold(change, Change::replace);
    change = deadlines.closed.iter().fold(change, Change::remove);
    change = deadlines.opened.iter().fold(change, Change::insert);
    change = dossier.new_notices().fold(change, Change::insert);
    for (caller, event) in dossier.calls_told() {
        change = change.tell(telling(cx.clock.now(), caller).event::<PlanningEvent>(event)?);
    }
    for notice in dossier.released_notices().chain(dossier.new_notices()) {
        let telling = telling(notice.sent_at, notice.audience(case)).entered(notice.entry());
        change = change.tell(telling.event::<PlanningEvent>(notice.told())?);
    }
    Ok(change)
}

/// From whom the case is kept from now on, and who reads it again: for the sending side, and for our services. Whoever
/// comes new is told of what it may read.
fn gates(
    dossier: &Dossier,
    case: &Case,
    mut change: Change,
    telling: &impl Fn(Timestamp, Audience) -> Telling,
) -> Result<Change, Failure> {
    let tell = |change: Change, at, audience, event| {
        Ok::<_, Failure>(change.tell(telling(at, audience).event::<PlanningEvent>(event)?))
    };
    let (case_id, at) = (case.case_id.to_string(), |party: &Party| party.since.max(case.opened_at));
    for party in dossier.kept_out() {
        let barred = pb::DisclosureBarred { case_id: case_id.clone(), unit: party.unit.to_string() };
        change = tell(change, at(party), case.senders(), Event::DisclosureBarred(barred))?;
    }
    for party in dossier.let_in().chain(dossier.back_and_let_in()) {
        let allowed = pb::DisclosureAllowed { case_id: case_id.clone(), unit: party.unit.to_string() };
        change = tell(change, at(party), case.senders(), Event::DisclosureAllowed(allowed))?;
    }
    for party in dossier.joined_parties() {
        // Not whom another unit of the municipality is told for.
        let audience = party.audience().without(&dossier.listeners());
        if let Some(Shown(shown)) = party.shown.as_ref().filter(|_| !audience.is_empty()) {
            let shared = pb::CaseShared {
                case_id: case_id.clone(),
                state: shown.state,
                hospital: shown.hospital.clone(),
                ward: shown.ward.clone(),
                ..pb::CaseShared::default()
            };
            change = tell(change, at(party), audience, Event::CaseShared(shared))?;
        }
    }
    Ok(change)
}
