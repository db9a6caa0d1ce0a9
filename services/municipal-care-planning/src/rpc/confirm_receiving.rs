//! `ConfirmReceiving`: a unit confirms when it receives the patient (tar emot).

use hemgang_proto::planning::{self as pb, confirm_receiving_request, planning_event::Event};
use hemgang_rpc::{Call, Context, Entry, Failure, Fields, wire};

use super::{
    arrange,
    key::{Key, named},
    person::acting,
};
use crate::error::Error;

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ConfirmReceivingRequest,
) -> Result<pb::ConfirmReceivingResponse, Error> {
    let (key, entry, receiving) = parse(cx, call, &req)?;
    let dossier = arrange::open_entered(cx, call, key, &req.etag, entry).await?;
    let (case_id, at) = (dossier.case.case_id.to_string(), dossier.done_at(call.now));
    let event = Event::ReceivingConfirmed(pb::ReceivingConfirmed { case_id, receiving: Some(receiving) });
    let (case, change) = arrange::state(cx, call, (dossier, at), "receiving", event).await?;
    Ok(call.commit(cx, change, pb::ConfirmReceivingResponse { case: Some(case) }).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::ConfirmReceivingRequest,
) -> Result<(Key, Option<Entry>, pb::Receiving), Failure> {
    let mut fields = Fields::new(cx, call);
    let entry = fields.entry(req.retrospective_entry.as_ref());
    let key = Key::read(&mut fields, named!(req, confirm_receiving_request));
    let receives_at = fields.instant("receives_at", req.receives_at.as_ref());
    let by = acting(&mut fields, call, "confirmed_by", &req.confirmed_by);
    fields.finish(|| {
        let receiving = pb::Receiving {
            unit: call.caller.unit.to_string(),
            receives_at: Some(wire::timestamp(receives_at?)),
            confirmed_by: by?.to_string(),
            confirmed_at: Some(wire::timestamp(Entry::stated_or(entry?, call.now))),
        };
        Some((key?, entry?, receiving))
    })
}
