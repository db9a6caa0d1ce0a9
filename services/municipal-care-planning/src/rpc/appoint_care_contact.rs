//! `AppointCareContact`: the outpatient unit names the fast vårdkontakt, 2 kap. 5 §.

use hemgang_proto::planning::{self as pb, NoticeKind, appoint_care_contact_request};
use hemgang_rpc::{Call, Context, Entry, Failure, Fields};

use super::{
    arrange,
    key::{Key, named},
    meeting::hsa_ids,
};
use crate::{
    domain::care_contact::{Appointed, CareContact},
    error::Error,
    store,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::AppointCareContactRequest,
) -> Result<pb::AppointCareContactResponse, Error> {
    let (key, entry, appointed) = parse(cx, call, &req)?;
    let dossier = arrange::open_entered(cx, call, key, &req.etag, entry).await?;
    let (case_id, unit) = (dossier.case.case_id, call.caller.unit.clone());
    let before = store::care_contact::get(&cx.db, case_id).await?;
    arrange::not_said_since(&dossier, before.as_ref().map(|before| before.appointed_at))?;
    let at = dossier.done_at(call.now);
    let (contact, event) = CareContact::appoint(before.as_ref(), (case_id, unit), appointed, at);
    let dossier = arrange::inform_others(dossier, call, NoticeKind::CareContact, &contact.source());
    let change = arrange::change(cx, call, (&dossier, at), &contact, [event])?;
    let case = pb::Case { care_contact: Some(contact.shown()), ..arrange::shown(&dossier) };
    Ok(call.commit(cx, change, pb::AppointCareContactResponse { case: Some(case) }).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::AppointCareContactRequest,
) -> Result<(Key, Option<Entry>, Appointed), Failure> {
    let mut fields = Fields::new(cx, call);
    let entry = fields.entry(req.retrospective_entry.as_ref());
    let key = Key::read(&mut fields, named!(req, appoint_care_contact_request));
    let person = fields.parsed("person", &req.person);
    let function = fields.text("function", req.function.trim());
    let deputies = hsa_ids(&mut fields, "deputies", &req.deputies);
    fields.finish(|| {
        Some((key?, entry?, Appointed { person: person?, function: function?, deputies: deputies? }))
    })
}
