//! `RescheduleMeeting`: a meeting that is still to be held is at another time, or in another form.

use hemgang_proto::planning::{self as pb, MeetingForm, MeetingKind, NoticeKind};
use hemgang_rpc::{Call, Context, Failure, Fields};
use jiff::Timestamp;

use super::{arrange, meeting};
use crate::{
    domain::{
        ending::Doing,
        meeting::{MeetingId, Planned},
    },
    error::Error,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::RescheduleMeetingRequest,
) -> Result<pb::RescheduleMeetingResponse, Error> {
    let (id, starts_at, form) = parse(cx, call, &req)?;
    let kinds = [MeetingKind::Planning, MeetingKind::Sip];
    let (dossier, booked) = meeting::load(cx, call, (id, &req.etag), &kinds).await?;
    let form = if form == MeetingForm::Unspecified { booked.form } else { form };
    let (moved, event) = booked.reschedule(Planned { starts_at, form })?;
    dossier.case.permits(Doing::Arranging)?;
    let dossier = meeting::inform(dossier, call, &moved, NoticeKind::MeetingRescheduled);
    let change = arrange::change(cx, call, (&dossier, call.now), &moved, [event])?;
    let response = pb::RescheduleMeetingResponse { meeting: Some(moved.told()) };
    Ok(call.commit(cx, change, response).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::RescheduleMeetingRequest,
) -> Result<(MeetingId, Timestamp, MeetingForm), Failure> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed("meeting_id", &req.meeting_id);
    let starts_at = fields.instant("starts_at", req.starts_at.as_ref());
    let form = fields.choice_or_default("form", req.form);
    fields.finish(|| Some((id?, starts_at?, form?)))
}
