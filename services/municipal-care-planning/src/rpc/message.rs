//! What the RPCs about messages have in common: how one is found, and told to those for whom it is there.

use hemgang_db::Change;
use hemgang_proto::planning::{NoticeKind, planning_event::Event};
use hemgang_rpc::{Call, Context, Failure};

use super::arrange;
use crate::{
    domain::{
        dossier::Dossier,
        heard::broken,
        message::{Message, MessageId},
    },
    store,
};

/// No message that the caller reads is named so.
pub fn absent(id: MessageId) -> Failure {
    Failure::NotFound { resource: "message", name: id.to_string() }
}

/// A message with its case, when it is there for the caller.
pub async fn find(cx: &Context, call: &Call, id: MessageId) -> Result<Option<(Dossier, Message)>, Failure> {
    let Some(message) = store::message::get(&cx.db, id).await? else { return Ok(None) };
    let dossier = store::dossier::get(&cx.db, message.case_id).await?;
    let dossier = dossier.ok_or_else(|| broken("a message without a case"))?;
    let dossier = dossier.done_by(&call.caller.unit);
    let is_there = call.sight.admits(&dossier.audience()) && call.sight.admits(&message.audience(&dossier));
    Ok(is_there.then_some((dossier, message)))
}

/// The message as decided, in the inboxes of those to whom it was sent, and told to nobody else.
pub fn change(
    cx: &Context,
    call: &Call,
    dossier: Dossier,
    message: &Message,
    (kind, event): (NoticeKind, Event),
) -> Result<Change, Failure> {
    let receivers = message.receivers(&dossier, &call.caller.unit);
    let dossier = dossier.inform(&receivers, kind, &message.source(), call.now);
    let dossier = if message.is_for_ward() {
        arrange::inform_ward(dossier, call, kind, &message.source())
    } else {
        dossier
    };
    let listeners = message.listeners(&dossier);
    arrange::change_for(cx, call, (&dossier, call.now), message, (listeners, vec![event]))
}
