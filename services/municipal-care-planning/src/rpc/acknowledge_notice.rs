//! `AcknowledgeNotice` (kvittens): a named person at the addressed unit or ward has taken note.

use hemgang_core::place::HsaId;
use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::planning::{self as pb, PlanningEvent};
use hemgang_rpc::{Call, Context, Entry, Failure, Fields};

use super::{person::acting, recipients::addressed, view};
use crate::{
    domain::{case::Case, notice::NoticeId},
    error::Error,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::AcknowledgeNoticeRequest,
) -> Result<pb::AcknowledgeNoticeResponse, Error> {
    let (id, entry, acknowledged_by) = parse(cx, call, &req)?;
    let (case, notice) = addressed(cx, call, id).await?;
    call.expect_etag(&req.etag, notice.version)?;
    let at = Entry::stated_or(entry, call.now);
    let deadline = notice.deadline(&case);
    let (notice, event) = notice.acknowledge(acknowledged_by, at)?;

    // The case is the unit: whoever changes a part of it replaces it.
    let case = Case { version: case.version + 1, ..case };
    let telling = Telling::by(cx, call, case.subject(), at, notice.audience(&case)).entered(entry);
    let change = Change::new().replace(&case).replace(&notice).tell(telling.event::<PlanningEvent>(event)?);
    let change = deadline.iter().fold(change, Change::remove);
    let response = pb::AcknowledgeNoticeResponse { notice: Some(view::notice(&notice)) };
    Ok(call.commit(cx, change, response).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::AcknowledgeNoticeRequest,
) -> Result<(NoticeId, Option<Entry>, HsaId), Failure> {
    let mut fields = Fields::new(cx, call);
    let entry = fields.entry(req.retrospective_entry.as_ref());
    let id = fields.parsed("notice_id", &req.notice_id);
    let acknowledged_by = acting(&mut fields, call, "acknowledged_by", &req.acknowledged_by);
    fields.finish(|| Some((id?, entry?, acknowledged_by?)))
}
