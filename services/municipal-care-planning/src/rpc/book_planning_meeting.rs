//! `BookPlanningMeeting`: the parties are to plan together. Whom nobody names, every party is invited.

use hemgang_proto::planning::{self as pb, MeetingKind, book_planning_meeting_request};
use hemgang_rpc::{Call, Context, Failure, Fields};

use super::{
    key::{Key, named},
    meeting::{self, Booking},
};
use crate::error::Error;

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::BookPlanningMeetingRequest,
) -> Result<pb::BookPlanningMeetingResponse, Error> {
    let booking = parse(cx, call, &req)?;
    let (meeting, change) = meeting::book(cx, call, booking, &req.etag).await?;
    let response = pb::BookPlanningMeetingResponse { meeting: Some(meeting.told()) };
    Ok(call.commit(cx, change, response).await?)
}

fn parse(cx: &Context, call: &Call, req: &pb::BookPlanningMeetingRequest) -> Result<Booking, Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, book_planning_meeting_request));
    let planned = meeting::planned(&mut fields, req.starts_at.as_ref(), req.form);
    let invited = meeting::hsa_ids(&mut fields, "invited", &req.invited);
    fields.finish(|| {
        let (kind, invitees, entry) = (MeetingKind::Planning, Vec::new(), None);
        let person = call.caller.subject.clone();
        Some(Booking { key: key?, kind, planned: planned?, invited: invited?, invitees, entry, person })
    })
}
