//! `AnswerSipInvitation`: an invited unit says whether it comes to a SIP meeting, or when it could instead.

use hemgang_proto::planning::{self as pb, Attendance, InvitationAnswer, MeetingKind, NoticeKind};
use hemgang_rpc::{Call, Context, Failure, Fields, wire};

use super::{arrange, meeting, person::acting};
use crate::{
    domain::{ending::Doing, meeting::MeetingId},
    error::Error,
};

/// How many other times a unit proposes at most.
const MOST: usize = 5;

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::AnswerSipInvitationRequest,
) -> Result<pb::AnswerSipInvitationResponse, Error> {
    let (id, answer) = parse(cx, call, &req)?;
    let (dossier, called) = meeting::load(cx, call, (id, &req.etag), &[MeetingKind::Sip]).await?;
    dossier.case.permits(Doing::Arranging)?;
    let (answered, event) = called.answer(answer)?;
    let (whom, kind) = (std::slice::from_ref(&answered.called_by), NoticeKind::SipInvitationAnswered);
    let dossier = dossier.inform(whom, kind, &answered.source(), call.now);
    // Who is no party called from the hospital, where the patient may lie on another ward by now.
    let dossier = if dossier.has_party(&answered.called_by) {
        dossier
    } else {
        dossier.inform_ward(kind, &answered.source(), call.now)
    };
    let change = arrange::change(cx, call, (&dossier, call.now), &answered, [event])?;
    let response = pb::AnswerSipInvitationResponse { meeting: Some(answered.told()) };
    Ok(call.commit(cx, change, response).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::AnswerSipInvitationRequest,
) -> Result<(MeetingId, InvitationAnswer), Failure> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed("meeting_id", &req.meeting_id);
    let attendance = fields.choice::<Attendance>("attendance", req.attendance);
    if !req.proposed_times.is_empty() && attendance.is_some_and(|said| said != Attendance::Cannot) {
        fields.wrong("proposed_times", "must be empty where the unit comes");
    }
    if req.proposed_times.len() > MOST {
        fields.wrong("proposed_times", format!("must be at most {MOST}"));
    }
    let times = fields.each("proposed_times", &req.proposed_times, |fields, path, at| {
        let at = fields.instant(path, Some(at))?;
        if at < call.now {
            fields.wrong(path, "lies in the past");
            return None;
        }
        Some(at)
    });
    let by = acting(&mut fields, call, "answered_by", &req.answered_by);
    fields.finish(|| {
        let mut times = times.into_iter().collect::<Option<Vec<_>>>()?;
        times.sort();
        times.dedup();
        let answer = InvitationAnswer {
            unit: call.caller.unit.to_string(),
            attendance: attendance?.into(),
            proposed_times: times.into_iter().map(wire::timestamp).collect(),
            answered_by: by?.to_string(),
            answered_at: Some(wire::timestamp(call.now)),
        };
        Some((id?, answer))
    })
}
