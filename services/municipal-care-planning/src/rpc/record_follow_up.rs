//! `RecordFollowUp`: an agreed plan was followed up.

use hemgang_core::day::local_day;
use hemgang_proto::planning::{
    self as pb, FollowUpOutcome, NoticeKind, SipFollowUp, record_follow_up_request,
};
use hemgang_rpc::{Call, Context, Failure, Fields, wire};

use super::{
    arrange,
    key::{Key, named},
    person::acting,
    sip,
};
use crate::{domain::ending::Doing, error::Error};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::RecordFollowUpRequest,
) -> Result<pb::RecordFollowUpResponse, Error> {
    let (key, follow_up) = parse(cx, call, &req)?;
    let dossier = arrange::open_for(cx, call, (key, &req.etag), Doing::LivingOn).await?;
    let (plan, event) = sip::load(cx, &dossier).await?.follow_up(follow_up)?;
    let told = (Some(NoticeKind::SipFollowedUp), vec![event]);
    let (case, change) = sip::change(cx, call, dossier, &plan, told)?;
    Ok(call.commit(cx, change, pb::RecordFollowUpResponse { case: Some(case) }).await?)
}

fn parse(cx: &Context, call: &Call, req: &pb::RecordFollowUpRequest) -> Result<(Key, SipFollowUp), Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, record_follow_up_request));
    let held_at = fields.past("held_at", req.held_at.as_ref());
    let outcome = fields.choice::<FollowUpOutcome>("outcome", req.outcome);
    let next_on = fields.optional_day("next_on", req.next_on.as_ref());
    if let (Some(held_at), Some(Some(next_on))) = (held_at, next_on)
        && next_on < local_day(held_at)
    {
        fields.wrong("next_on", "must not be before held_at");
    }
    let by = acting(&mut fields, call, "recorded_by", &req.recorded_by);
    fields.finish(|| {
        let follow_up = SipFollowUp {
            held_at: Some(wire::timestamp(held_at?)),
            outcome: outcome?.into(),
            next_on: next_on?.map(wire::date),
            patient_took_part: req.patient_took_part,
            unit: call.caller.unit.to_string(),
            recorded_by: by?.to_string(),
            ..SipFollowUp::default()
        };
        Some((key?, follow_up))
    })
}
