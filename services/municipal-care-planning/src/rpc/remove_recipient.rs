//! `RemoveRecipient`: the side that sent takes a unit out of the case.

use hemgang_core::place::HsaId;
use hemgang_proto::planning::{self as pb, RemovalReason, planning_event::Event, remove_recipient_request};
use hemgang_rpc::{Call, Context, Failure, Fields, wire};

use super::{
    key::{Key, named},
    recipients,
};
use crate::{error::Error, follow::homecoming, store};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::RemoveRecipientRequest,
) -> Result<pb::RemoveRecipientResponse, Error> {
    let (key, unit) = parse(cx, call, &req)?;
    let dossier = key.dossier(cx, call).await?;
    call.expect_etag(&req.etag, dossier.case.version)?;
    if !call.sight.admits(&dossier.case.senders()) {
        return Err(Error::NotTheSender);
    }
    if !dossier.has_party(&unit) {
        return Err(Error::NotAParty { unit });
    }
    recipients::may_leave(cx, &dossier, &unit).await?;

    let reason = RemovalReason::Removed;
    let dossier = homecoming::made_good(cx, dossier.remove(&unit, reason, call.now)).await?;
    let event = Event::RecipientRemoved(pb::RecipientRemoved {
        case_id: dossier.case.case_id.to_string(),
        unit: unit.to_string(),
        reason: reason.into(),
        removed_at: Some(wire::timestamp(call.now)),
        reported_by: String::new(),
    });
    let arranged = store::arranged::get(&cx.db, dossier.case.case_id).await?;
    let change = recipients::change(cx, call, (&dossier, &arranged), event).await?;
    let case = Some(recipients::shown(&dossier));
    Ok(call.commit(cx, change, pb::RemoveRecipientResponse { case }).await?)
}

fn parse(cx: &Context, call: &Call, req: &pb::RemoveRecipientRequest) -> Result<(Key, HsaId), Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, remove_recipient_request));
    let unit = fields.parsed("unit", &req.unit);
    fields.finish(|| Some((key?, unit?)))
}
