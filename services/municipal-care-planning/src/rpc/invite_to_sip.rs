//! `InviteToSip`: units are called to a SIP meeting (kallelse). The call of 4 kap. 3 § is the named care contact's alone;
//! everybody else's is an ordinary invitation.

use hemgang_core::place::HsaId;
use hemgang_proto::planning::{self as pb, MeetingKind, invite_to_sip_request};
use hemgang_rpc::{Call, Context, Failure, Fields};

use super::{
    invitees,
    key::{Key, named},
    meeting::{self, Booking},
};
use crate::error::Error;

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::InviteToSipRequest,
) -> Result<pb::InviteToSipResponse, Error> {
    let booking = parse(cx, call, &req)?;
    let (meeting, change) = meeting::book(cx, call, booking, &req.etag).await?;
    let response = pb::InviteToSipResponse { meeting: Some(meeting.told()) };
    Ok(call.commit(cx, change, response).await?)
}

fn parse(cx: &Context, call: &Call, req: &pb::InviteToSipRequest) -> Result<Booking, Failure> {
    let mut fields = Fields::new(cx, call);
    let entry = fields.entry(req.retrospective_entry.as_ref());
    let key = Key::read(&mut fields, named!(req, invite_to_sip_request));
    let planned = meeting::planned(&mut fields, req.starts_at.as_ref(), req.form);
    if req.invited.is_empty() {
        fields.wrong("invited", "needs at least one unit");
    }
    let invited = meeting::hsa_ids(&mut fields, "invited", &req.invited);
    let called_by: Option<Option<HsaId>> = fields.optional("called_by", &req.called_by);
    if req.retrospective_entry.is_none() && !req.called_by.is_empty() {
        fields.wrong("called_by", "is only of what was done on paper");
    }
    let invitees = invitees::read(&mut fields, "invitees", &req.invitees);
    fields.finish(|| {
        let (kind, invited, invitees, entry) = (MeetingKind::Sip, invited?, invitees?, entry?);
        let person = called_by?.map_or_else(|| call.caller.subject.clone(), |id| id.to_string());
        Some(Booking { key: key?, kind, planned: planned?, invited, invitees, entry, person })
    })
}
