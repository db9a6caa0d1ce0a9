//! `CancelMeeting`: a meeting is not held. No figure counts it.

use hemgang_proto::planning::{self as pb, MeetingKind, NoticeKind};
use hemgang_rpc::{Call, Context, Failure, Fields};

use super::{arrange, meeting};
use crate::{domain::meeting::MeetingId, error::Error};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::CancelMeetingRequest,
) -> Result<pb::CancelMeetingResponse, Error> {
    let id = parse(cx, call, &req)?;
    let kinds = [MeetingKind::Planning, MeetingKind::Sip];
    let (dossier, booked) = meeting::load(cx, call, (id, &req.etag), &kinds).await?;
    let (cancelled, event) = booked.cancel()?;
    let dossier = meeting::inform(dossier, call, &cancelled, NoticeKind::MeetingCancelled);
    let change = arrange::change(cx, call, (&dossier, call.now), &cancelled, [event])?;
    let response = pb::CancelMeetingResponse { meeting: Some(cancelled.told()) };
    Ok(call.commit(cx, change, response).await?)
}

fn parse(cx: &Context, call: &Call, req: &pb::CancelMeetingRequest) -> Result<MeetingId, Failure> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed("meeting_id", &req.meeting_id);
    fields.finish(|| id)
}
