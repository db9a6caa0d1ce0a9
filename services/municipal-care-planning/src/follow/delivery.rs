//! What a decided dossier writes: the case, its new parts, and what is told of them.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::planning::PlanningEvent;
use hemgang_rpc::{Audience, Context, Failure};
use jiff::Timestamp;

use crate::domain::{dossier::Dossier, notice::Notice};

/// Nothing when everything was told before, so that a replay of an event delivers nothing twice.
pub fn change(cx: &Context, dossier: &Dossier) -> Result<Change, Failure> {
    let Some(case) = dossier.decided() else { return Ok(Change::new()) };
    let mut change = Change::new().put(&case);
    if case.version == 1 {
        let entry = dossier.new_notices().find_map(Notice::entry);
        let telling = telling(cx, case.admission_id, case.opened_at, dossier.audience()).entered(entry);
        change = change.tell(telling.event::<PlanningEvent>(case.opened())?);
    }
    change = dossier.new_parties().fold(change, Change::insert);
    change = dossier.moved_parties().fold(change, |change, party| change.replace(&party));
    for notice in dossier.new_notices() {
        let telling =
            telling(cx, case.admission_id, notice.sent_at, notice.audience(&case)).entered(notice.entry());
        change = change.insert(notice).tell(telling.event::<PlanningEvent>(notice.delivered())?);
    }
    Ok(change)
}

fn telling(cx: &Context, admission_id: AdmissionId, at: Timestamp, audience: Audience) -> Telling {
    Telling::reacting(cx, admission_id, at, audience)
}
