//! `RecordDecision`: a step of the chain ansökan, utredning, beslut about one service (insats), socialtjänstlagen (2025:400) or LSS.

use hemgang_proto::{
    common::Destination,
    planning::{
        self as pb, DecisionRecord, ServiceDecision, ServiceKind, ServiceLaw, planning_event::Event,
        record_decision_request,
    },
};
use hemgang_rpc::{Call, Context, Failure, Fields, wire};
use jiff::Timestamp;

use super::{
    arrange,
    key::{Key, named},
    person::acting,
};
use crate::error::Error;

/// Where a patient can live by a decision.
const HOMES: [Destination; 5] = [
    Destination::Home,
    Destination::HomeWithCare,
    Destination::ShortTermCare,
    Destination::CareHome,
    Destination::Other,
];

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::RecordDecisionRequest,
) -> Result<pb::RecordDecisionResponse, Error> {
    let (key, decision) = parse(cx, call, &req)?;
    let topic = format!("{} {}", decision.law().as_str_name(), decision.service().as_str_name());
    let dossier = arrange::open(cx, call, key, &req.etag).await?;
    let case_id = dossier.case.case_id.to_string();
    let event = Event::DecisionRecorded(pb::DecisionRecorded { case_id, decision: Some(decision) });
    let (case, change) = arrange::state(cx, call, (dossier, call.now), &topic, event).await?;
    Ok(call.commit(cx, change, pb::RecordDecisionResponse { case: Some(case) }).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::RecordDecisionRequest,
) -> Result<(Key, DecisionRecord), Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, record_decision_request));
    let law = fields.choice::<ServiceLaw>("law", req.law);
    if law == Some(ServiceLaw::Hsl) {
        fields.wrong("law", "must be SOL or LSS: HSL knows no application");
    }
    let service = fields.choice::<ServiceKind>("service", req.service);
    let decision = fields.choice::<ServiceDecision>("decision", req.decision);
    let destination = destination(&mut fields, decision, req.destination);
    let times = times(&mut fields, decision, req);
    let by = acting(&mut fields, call, "decided_by", &req.decided_by);
    fields.finish(|| {
        let (applied_at, decided_at) = times?;
        let decision = DecisionRecord {
            unit: call.caller.unit.to_string(),
            law: law?.into(),
            service: service?.into(),
            decision: decision?.into(),
            destination: destination?.into(),
            applied_at: applied_at.map(wire::timestamp),
            decided_at: decided_at.map(wire::timestamp),
            decided_by: by?.to_string(),
            recorded_at: Some(wire::timestamp(call.now)),
        };
        Some((key?, decision))
    })
}

/// Where the patient is to live by what is given.
fn destination(fields: &mut Fields<'_>, decision: Option<ServiceDecision>, said: i32) -> Option<Destination> {
    let destination = fields.choice_or_default::<Destination>("destination", said)?;
    let is_given = matches!(decision?, ServiceDecision::Granted | ServiceDecision::NotRequired);
    match (is_given, destination) {
        (false, Destination::Unspecified) => {}
        (false, _) => {
            fields.wrong("destination", "is only of what is granted or given without an assessment");
        }
        (true, home) if HOMES.contains(&home) => {}
        (true, _) => fields.wrong("destination", "must say where the patient is to live"),
    }
    Some(destination)
}

/// When it was applied for, and decided: each where the step has one.
fn times(
    fields: &mut Fields<'_>,
    decision: Option<ServiceDecision>,
    req: &pb::RecordDecisionRequest,
) -> Option<(Option<Timestamp>, Option<Timestamp>)> {
    let applied_at = fields.optional_past("applied_at", req.applied_at.as_ref())?;
    let decided_at = fields.optional_past("decided_at", req.decided_at.as_ref())?;
    match decision? {
        ServiceDecision::Unspecified | ServiceDecision::NotApplied => {
            fields.wrong("decision", "must be a step: nobody has applied is said by AnswerPlanning");
        }
        ServiceDecision::NotRequired if applied_at.is_some() => {
            fields.wrong("applied_at", "must be empty of what nobody applies for");
        }
        ServiceDecision::UnderInvestigation | ServiceDecision::Granted | ServiceDecision::Rejected
            if applied_at.is_none() =>
        {
            fields.wrong("applied_at", "is required of what was applied for");
        }
        _ => {}
    }
    match (decision?, decided_at) {
        (ServiceDecision::UnderInvestigation, Some(_)) => {
            fields.wrong("decided_at", "must be empty while it is investigated");
        }
        (ServiceDecision::UnderInvestigation, None) => {}
        (_, None) => fields.wrong("decided_at", "is required of what is decided"),
        (_, Some(decided_at)) if applied_at.is_some_and(|applied_at| decided_at < applied_at) => {
            fields.wrong("decided_at", "must not be before applied_at");
        }
        _ => {}
    }
    Some((applied_at, decided_at))
}
