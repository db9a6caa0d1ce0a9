//! `DecideSipNeed`: what the caller's principal judges of the need of an individual plan, 4 kap. 1 §.

use hemgang_proto::planning::{self as pb, NoticeKind, decide_sip_need_request};
use hemgang_rpc::{Call, Context, Entry, Failure, Fields};

use super::{
    arrange,
    key::{Key, named},
    person::acting,
};
use crate::{
    domain::sip_need::{Decided, SipNeed},
    error::Error,
    store,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::DecideSipNeedRequest,
) -> Result<pb::DecideSipNeedResponse, Error> {
    let (key, entry, decided) = parse(cx, call, &req)?;
    let dossier = arrange::open_entered(cx, call, key, &req.etag, entry).await?;
    let (case_id, caller) = (dossier.case.case_id, &call.caller);
    let mut needs = store::sip_need::list(&cx.db, case_id).await?;
    let place = needs.iter().position(|need| need.principal == caller.organisation);
    let before = place.map(|place| needs.remove(place));
    arrange::not_said_since(&dossier, before.as_ref().map(|before| before.decided_at))?;
    let by = (case_id, caller.organisation.clone(), caller.unit.clone());
    let at = dossier.done_at(call.now);
    let (need, event) = SipNeed::decide(before.as_ref(), by, decided, at);
    let dossier = arrange::inform_others(dossier, call, NoticeKind::SipNeed, &need.source());
    let change = arrange::change(cx, call, (&dossier, at), &need, [event])?;
    needs.push(need);
    let sip_needs = needs.iter().map(SipNeed::shown).collect();
    let case = pb::Case { sip_needs, ..arrange::shown(&dossier) };
    Ok(call.commit(cx, change, pb::DecideSipNeedResponse { case: Some(case) }).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::DecideSipNeedRequest,
) -> Result<(Key, Option<Entry>, Decided), Failure> {
    let mut fields = Fields::new(cx, call);
    let entry = fields.entry(req.retrospective_entry.as_ref());
    let key = Key::read(&mut fields, named!(req, decide_sip_need_request));
    let decision = fields.choice("decision", req.decision);
    let by = acting(&mut fields, call, "decided_by", &req.decided_by);
    fields.finish(|| Some((key?, entry?, Decided { decision: decision?, by: by? })))
}
