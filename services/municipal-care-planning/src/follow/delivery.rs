//! What a decided dossier writes: the case, its new parts, and what is told of them.

use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::planning::PlanningEvent;
use hemgang_rpc::{Audience, Context, Failure};
use jiff::Timestamp;

use crate::domain::{case::Case, dossier::Dossier, notice::Notice};

/// Nothing when everything was told before, so that a replay of an event delivers nothing twice.
pub fn change(cx: &Context, dossier: &Dossier) -> Result<Change, Failure> {
    let Some(case) = dossier.decided() else { return Ok(Change::new()) };
    let telling = |at, audience| Telling::reacting(cx, case.subject(), at, audience);
    let mut opened = Change::new();
    if case.version == 1 {
        let entry = dossier.new_notices().find_map(Notice::entry);
        let telling = telling(case.opened_at, dossier.audience()).entered(entry);
        opened = opened.tell(telling.event::<PlanningEvent>(case.opened())?);
    }
    Ok(opened.and(parts(dossier, &case, telling)?))
}

/// The case at its next version with its new parts, and the deliveries as somebody tells of them.
pub fn parts(
    dossier: &Dossier,
    case: &Case,
    telling: impl Fn(Timestamp, Audience) -> Telling,
) -> Result<Change, Failure> {
    let mut change = dossier.new_parties().fold(Change::new().put(case), Change::insert);
    change = dossier.moved_parties().fold(change, |change, party| change.replace(&party));
    for notice in dossier.new_notices() {
        let telling = telling(notice.sent_at, notice.audience(case)).entered(notice.entry());
        change = change.insert(notice).tell(telling.event::<PlanningEvent>(notice.delivered())?);
    }
    Ok(change)
}
