//! What is decided of disclosure by now, applied to the parties of a case: from whom it is kept from now on, who reads it
//! again, and what was held for them.

use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::{
    common::Person,
    planning::{self as pb, PlanningEvent, planning_event::Event},
};
use hemgang_rpc::{Audience, Context, Failure};
use jiff::Timestamp;

use super::{delivery, homecoming, sight};
use crate::{
    domain::{
        consent::{Consents, Terms},
        dossier::Dossier,
        party::Party,
    },
    rpc::view,
    store,
};

/// The case with what becomes of its parties at `now`, as somebody tells of it.
pub async fn change(
    cx: &Context,
    dossier: Dossier,
    consents: &Consents,
    now: Timestamp,
    telling: impl Fn(Timestamp, Audience) -> Telling,
) -> Result<Change, Failure> {
    let stay = match dossier.case.admission_id {
        Some(id) => Some(store::stay::get(&cx.db, id).await?),
        None => None,
    };
    let arranged = store::arranged::get(&cx.db, dossier.case.case_id).await?;
    let live = view::of(&dossier.case, stay.as_ref(), Person::default(), &dossier.parties);
    // Each party that reads it keeps of the messages what is its own.
    let messages = arranged.messages(|_| true);
    let shown = pb::Case { expected_discharge: None, messages, ..arranged.shown(live)? };
    let dossier = dossier.disclose((consents, Terms::at(cx.own.disclosure, now)), &shown, now);
    let dossier = homecoming::made_good(cx, dossier).await?;
    let case = dossier.next();
    let mut change = delivery::parts(cx, &dossier, &case, &telling)?;
    for again in dossier.let_in().map(Party::audience) {
        let shared = sight::shared((&dossier, &case), stay.as_ref(), &arranged, &again)?;
        change = change.tell(telling(now, again).event::<PlanningEvent>(Event::CaseShared(shared))?);
    }
    Ok(change)
}
