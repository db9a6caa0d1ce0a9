//! `RecordSipMeeting`: a SIP meeting was held: when, how, and who took part.

use hemgang_proto::planning::{self as pb, MeetingKind};
use hemgang_rpc::{Call, Context};

use super::meeting::{self, Record};
use crate::error::Error;

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::RecordSipMeetingRequest,
) -> Result<pb::RecordSipMeetingResponse, Error> {
    let said = Record {
        meeting_id: &req.meeting_id,
        etag: &req.etag,
        held_at: req.held_at.as_ref(),
        form: req.form,
        participants: &req.participants,
        patient_took_part: req.patient_took_part,
        relatives_took_part: req.relatives_took_part,
    };
    let (meeting, change) = meeting::record(cx, call, MeetingKind::Sip, said).await?;
    let response = pb::RecordSipMeetingResponse { meeting: Some(meeting.told()) };
    Ok(call.commit(cx, change, response).await?)
}
