//! `SetOutpatientReadiness`: whether the region's outpatient care is ready, 5 kap. 5 §: yes, no, or not known.

use hemgang_proto::planning::{self as pb, planning_event::Event, set_outpatient_readiness_request};
use hemgang_rpc::{Call, Context, Entry, Failure, Fields, wire};

use super::{
    answer_planning, arrange,
    key::{Key, named},
    person::acting,
};
use crate::error::Error;

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::SetOutpatientReadinessRequest,
) -> Result<pb::SetOutpatientReadinessResponse, Error> {
    let (key, entry, readiness) = parse(cx, call, &req)?;
    let dossier = arrange::open_entered(cx, call, key, &req.etag, entry).await?;
    let (case_id, at) = (dossier.case.case_id.to_string(), dossier.done_at(call.now));
    let told = pb::OutpatientReadinessSet { case_id, outpatient_readiness: Some(readiness) };
    let event = Event::OutpatientReadinessSet(told);
    let (case, change) = arrange::state(cx, call, (dossier, at), "outpatient-readiness", event).await?;
    Ok(call.commit(cx, change, pb::SetOutpatientReadinessResponse { case: Some(case) }).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::SetOutpatientReadinessRequest,
) -> Result<(Key, Option<Entry>, pb::OutpatientReadiness), Failure> {
    let mut fields = Fields::new(cx, call);
    let entry = fields.entry(req.retrospective_entry.as_ref());
    let key = Key::read(&mut fields, named!(req, set_outpatient_readiness_request));
    let answer = answer_planning::ability(&mut fields, req.ability, &req.missing);
    let by = acting(&mut fields, call, "answered_by", &req.answered_by);
    fields.finish(|| {
        let (ability, missing) = answer?;
        let readiness = pb::OutpatientReadiness {
            unit: call.caller.unit.to_string(),
            ability: ability.into(),
            missing,
            answered_by: by?.to_string(),
            answered_at: Some(wire::timestamp(Entry::stated_or(entry?, call.now))),
        };
        Some((key?, entry?, readiness))
    })
}
