//! `AnswerPlanning`: what a unit can do for the patient, from when, or what it waits for, 2 kap. 6 §.

use hemgang_proto::planning::{
    self as pb, Ability, MissingItem, ServiceDecision, ServiceKind, ServiceLaw, answer_planning_request,
    planning_event::Event,
};
use hemgang_rpc::{Call, Context, Entry, Failure, Fields, Organisation, wire};

use super::{
    arrange,
    key::{Key, named},
    person::acting,
};
use crate::error::Error;

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::AnswerPlanningRequest,
) -> Result<pb::AnswerPlanningResponse, Error> {
    let (key, entry, answer) = parse(cx, call, &req)?;
    let topic = answer.law().as_str_name();
    let dossier = arrange::open_entered(cx, call, key, &req.etag, entry).await?;
    let (case_id, at) = (dossier.case.case_id.to_string(), dossier.done_at(call.now));
    let event = Event::PlanningAnswered(pb::PlanningAnswered { case_id, planning_answer: Some(answer) });
    let (case, change) = arrange::state(cx, call, (dossier, at), topic, event).await?;
    Ok(call.commit(cx, change, pb::AnswerPlanningResponse { case: Some(case) }).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::AnswerPlanningRequest,
) -> Result<(Key, Option<Entry>, pb::PlanningAnswer), Failure> {
    let mut fields = Fields::new(cx, call);
    let entry = fields.entry(req.retrospective_entry.as_ref());
    let key = Key::read(&mut fields, named!(req, answer_planning_request));
    let law = law(&mut fields, call, req.law);
    let answer = ability(&mut fields, req.ability, &req.missing);
    let ready_from = req.ready_from.as_ref().map(|at| fields.instant("ready_from", Some(at)));
    match (req.ability(), &req.ready_from) {
        (Ability::Can, None) => fields.wrong("ready_from", "is required of a unit that can"),
        (Ability::Unknown, Some(_)) => fields.wrong("ready_from", "must be empty where it is not known"),
        _ => {}
    }
    let services = choices::<ServiceKind>(&mut fields, "services", &req.services);
    let decision = fields.choice::<ServiceDecision>("decision", req.decision);
    let is_without = matches!(decision, Some(ServiceDecision::NotRequired | ServiceDecision::Declined));
    if law == Some(ServiceLaw::Hsl) && decision.is_some() && !is_without {
        fields.wrong("decision", "must be NOT_REQUIRED or DECLINED under HSL, which knows no application");
    }
    let by = acting(&mut fields, call, "answered_by", &req.answered_by);
    fields.finish(|| {
        let (ability, missing) = answer?;
        let answer = pb::PlanningAnswer {
            unit: call.caller.unit.to_string(),
            law: law?.into(),
            ability: ability.into(),
            ready_from: match ready_from {
                Some(at) => Some(wire::timestamp(at?)),
                None => None,
            },
            services: services?,
            decision: decision?.into(),
            missing,
            answered_by: by?.to_string(),
            answered_at: Some(wire::timestamp(Entry::stated_or(entry?, call.now))),
        };
        Some((key?, entry?, answer))
    })
}

/// The law, which a unit of the region does not choose.
fn law(fields: &mut Fields<'_>, call: &Call, said: i32) -> Option<ServiceLaw> {
    let law = fields.choice::<ServiceLaw>("law", said)?;
    if call.caller.organisation == Organisation::Region && law != ServiceLaw::Hsl {
        fields.wrong("law", "must be HSL: a unit of the region gives no services under SoL or LSS");
        return None;
    }
    Some(law)
}

/// Whether a unit can, and what it waits for: whoever cannot or does not know says what, so that somebody holds the next
/// step.
pub fn ability(fields: &mut Fields<'_>, ability: i32, missing: &[i32]) -> Option<(Ability, Vec<i32>)> {
    let ability = fields.choice::<Ability>("ability", ability);
    let missing = choices::<MissingItem>(fields, "missing", missing);
    match (ability?, missing?) {
        (Ability::Can, missing) if !missing.is_empty() => {
            fields.wrong("missing", "must be empty where nothing is waited for");
            None
        }
        (Ability::Cannot | Ability::Unknown, missing) if missing.is_empty() => {
            fields.wrong("missing", "needs at least one: what is waited for");
            None
        }
        read => Some(read),
    }
}

/// Values of an enum, each once.
pub fn choices<T: TryFrom<i32> + Default + PartialEq>(
    fields: &mut Fields<'_>,
    field: &str,
    said: &[i32],
) -> Option<Vec<i32>> {
    let read =
        fields.each(field, said, |fields, path, value| fields.choice::<T>(path, *value).map(|_| *value));
    let mut values = read.into_iter().collect::<Option<Vec<_>>>()?;
    values.sort_unstable();
    values.dedup();
    Some(values)
}
