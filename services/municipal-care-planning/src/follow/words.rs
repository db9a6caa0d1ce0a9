//! Where the record goes by law, the words go that the hospital handed over, those of the plan, of invitations, of the telephone
//! log and of messages, and who is around the patient, also those that a party reads of a case that is kept from it.

use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::planning::PlanningEvent;
use hemgang_rpc::{Audience, Context, Failure};
use jiff::Timestamp;

use super::delivery;
use crate::{
    domain::{dossier::Dossier, invitee::has_words},
    store,
};

/// Takes them away. The case is replaced also where no party read any: whoever decides at this moment that one does must
/// not write them down there.
pub async fn blank(
    cx: &Context,
    dossier: Dossier,
    telling: impl Fn(Timestamp, Audience) -> Telling,
) -> Result<Change, Failure> {
    let case_id = dossier.case.case_id;
    let dossier = dossier.blanked();
    let revised =
        telling(cx.clock.now(), dossier.audience()).event::<PlanningEvent>(dossier.case.revised())?;
    let change = delivery::parts(cx, &dossier, &dossier.next(), telling)?.tell(revised);
    let (handed_over, related, sip, contacts, messages, meetings) = tokio::try_join!(
        store::discharge_information::get(&cx.db, case_id),
        store::related_persons::get(&cx.db, case_id),
        store::sip::get(&cx.db, case_id),
        store::contact::list(&cx.db, case_id),
        store::message::list(&cx.db, case_id),
        store::meeting::list(&cx.db, case_id)
    )?;
    let change = match handed_over {
        Some(handed_over) => change.replace(&handed_over.blanked()?),
        None => change,
    };
    let change = match related {
        Some(related) => change.replace(&related.blanked()?),
        None => change,
    };
    let change = sip.into_iter().fold(change, |change, sip| change.replace(&sip.blanked()));
    let change = contacts.into_iter().fold(change, |change, contact| change.replace(&contact.blanked()));
    let meetings = meetings.into_iter().filter(|meeting| has_words(&meeting.invitees.0));
    let change = meetings.fold(change, |change, meeting| change.replace(&meeting.blanked()));
    Ok(messages.into_iter().fold(change, |change, message| change.replace(&message.blanked())))
}
