//! `ReportMisdirected` (felsänt): what came was not for the unit, which sees nothing of it any more.

use hemgang_core::place::HsaId;
use hemgang_proto::planning::{self as pb, RemovalReason, planning_event::Event};
use hemgang_rpc::{Call, Context, Failure, Fields, wire};

use super::{person::acting, recipients};
use crate::{domain::notice::NoticeId, error::Error, follow::homecoming, store};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ReportMisdirectedRequest,
) -> Result<pb::ReportMisdirectedResponse, Error> {
    let (id, reported_by) = parse(cx, call, &req)?;
    let (dossier, notice) = recipients::held_by(cx, call, (id, &req.etag)).await?;
    let reason = RemovalReason::Misdirected;
    let dossier = homecoming::made_good(cx, dossier.remove(&notice.recipient, reason, call.now)).await?;

    let (case_id, unit) = (notice.case_id.to_string(), notice.recipient.to_string());
    let removed_at = Some(wire::timestamp(call.now));
    let event = Event::RecipientRemoved(pb::RecipientRemoved {
        case_id: case_id.clone(),
        unit: unit.clone(),
        reason: reason.into(),
        removed_at,
        reported_by: reported_by.to_string(),
    });
    let arranged = store::arranged::get(&cx.db, dossier.case.case_id).await?;
    let change = recipients::change(cx, call, (&dossier, &arranged), event).await?;
    Ok(call.commit(cx, change, pb::ReportMisdirectedResponse { case_id, unit, removed_at }).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::ReportMisdirectedRequest,
) -> Result<(NoticeId, HsaId), Failure> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed("notice_id", &req.notice_id);
    let reported_by = acting(&mut fields, call, "reported_by", &req.reported_by);
    fields.finish(|| Some((id?, reported_by?)))
}
