//! `SendDischargeNotice`: the ward tells what was agreed for going home. It is not the departure.

use hemgang_core::id::AdmissionId;
use hemgang_proto::{admission as pb, common::Destination};
use hemgang_rpc::{Call, Context, Entry, Failure, Fields};

use super::{change, load, view};
use crate::{domain::episode::Agreement, error::Error};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::SendDischargeNoticeRequest,
) -> Result<pb::SendDischargeNoticeResponse, Error> {
    let (id, agreement, entry) = parse(cx, call, &req)?;
    let episode = load(cx, call, id, &req.etag).await?;
    let (episode, event) = episode.send_discharge_notice(agreement, entry, call.now)?;
    let response = pb::SendDischargeNoticeResponse { admission: Some(view::changed(cx, &episode).await?) };
    let sent = (Entry::stated_or(entry, call.now), entry);
    Ok(call.commit(cx, change(cx, call, &episode, sent, event)?, response).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::SendDischargeNoticeRequest,
) -> Result<(AdmissionId, Agreement, Option<Entry>), Failure> {
    let mut fields = Fields::new(cx, call);
    let entry = fields.entry(req.retrospective_entry.as_ref());
    let id = fields.parsed("admission_id", &req.admission_id);
    let agreed_at = fields.instant("agreed_at", req.agreed_at.as_ref());
    let destination = fields.choice("destination", req.destination);
    if destination == Some(Destination::Deceased) {
        fields.wrong("destination", "is where somebody goes; a death is recorded");
    }
    let transport = fields.choice_or_default("transport", req.transport);
    let received_by = fields.choice_or_default("received_by", req.received_by);
    fields.finish(|| {
        let agreement = Agreement {
            agreed_at: agreed_at?,
            destination: destination?,
            transport: transport?,
            received_by: received_by?,
        };
        Some((id?, agreement, entry?))
    })
}
