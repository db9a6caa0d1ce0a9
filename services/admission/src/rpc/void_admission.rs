//! `VoidAdmission`: the admission never was. The feed keeps what was told.

use hemgang_db::Change;
use hemgang_proto::admission as pb;
use hemgang_rpc::{Call, Context, Failure, Fields};
use jiff::Timestamp;

use super::{change, load, stay, view};
use crate::{
    domain::{course::Carried, episode::Episode, late_void::Since},
    error::Error,
    store,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::VoidAdmissionRequest,
) -> Result<pb::VoidAdmissionResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed("admission_id", &req.admission_id);
    let reason = fields.choice("reason", req.reason);
    let registered_at = fields.optional_past("registered_at", req.registered_at.as_ref());
    let (id, reason, registered_at) = fields.finish(|| Some((id?, reason?, registered_at?)))?;
    let before = load(cx, call, id, &req.etag).await?;
    let at = registered_at.unwrap_or(call.now);
    let (change, episode) = match before.clone().void(reason, at)? {
        Some((episode, event)) => (change(cx, call, &episode, (call.now, None), event)?, episode),
        None => since(cx, call, before, at).await?,
    };
    let response = pb::VoidAdmissionResponse { admission: Some(view::changed(cx, &episode).await?) };
    Ok(call.commit(cx, change, response).await?)
}

/// The stay that was admitted anew after that void, without what was recorded before; what was said of the person apart
/// from any stay holds again.
async fn since(
    cx: &Context,
    call: &Call,
    before: Episode,
    void: Timestamp,
) -> Result<(Change, Episode), Failure> {
    let told = store::movement::list(&cx.db, before.admission_id).await?;
    let Some(Since { episode, gone, events, audience }) = before.clone().admitted_since(void, &told) else {
        return Ok((Change::new(), before));
    };
    let patient = store::patient::of_stay(&cx.db, &before).await?;
    let said = stay::said(cx, call, &[patient.patient_id], &before).await?;
    let episode = said.iter().fold(episode, stay::described).under(patient.protection);
    let of_person = stay::told(cx, call, (&patient, &before), (&patient, &episode))?;
    let movements = Vec::new();
    let (of_stay, episode) =
        stay::added(cx, call, &before, Carried { episode, movements, events, audience }).await?;
    Ok((gone.iter().fold(of_stay.and(of_person), Change::remove), episode))
}
