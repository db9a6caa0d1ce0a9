//! `ShareCurrentServices`: what a unit does for the patient at home today, and how the patient managed there.

use std::collections::HashSet;

use hemgang_proto::planning::{
    self as pb, AdlActivity, AdlAssessment, AdlLevel, Aid, CurrentService, MedicineHandling, ServiceKind,
    planning_event::Event, share_current_services_request,
};
use hemgang_rpc::{Call, Context, Failure, Fields, wire};

use super::{
    answer_planning::choices,
    arrange,
    key::{Key, named},
    person::acting,
};
use crate::error::Error;

/// Times a week: every twenty minutes, day and night.
const MOST_TIMES: i32 = 7 * 24 * 3;

/// Minutes a week: two people at a time, day and night.
const MOST_MINUTES: i32 = 2 * 7 * 24 * 60;

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ShareCurrentServicesRequest,
) -> Result<pb::ShareCurrentServicesResponse, Error> {
    let (key, services) = parse(cx, call, &req)?;
    let dossier = arrange::open(cx, call, key, &req.etag).await?;
    let case_id = dossier.case.case_id.to_string();
    let told = pb::CurrentServicesShared { case_id, current_services: Some(services) };
    let event = Event::CurrentServicesShared(told);
    let (case, change) = arrange::state(cx, call, (dossier, call.now), "current-services", event).await?;
    Ok(call.commit(cx, change, pb::ShareCurrentServicesResponse { case: Some(case) }).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::ShareCurrentServicesRequest,
) -> Result<(Key, pb::CurrentServices), Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, share_current_services_request));
    let services = fields.each("services", &req.services, service);
    once(&mut fields, "services", "kind", req.services.iter().map(|said| said.kind));
    let adl = fields.each("adl", &req.adl, |fields, path, said| assessment(fields, path, *said));
    once(&mut fields, "adl", "activity", req.adl.iter().map(|said| said.activity));
    let aids = choices::<Aid>(&mut fields, "aids", &req.aids);
    let handling = fields.choice_or_default::<MedicineHandling>("medicine_handling", req.medicine_handling);
    let paused_since = fields.optional_past("paused_since", req.paused_since.as_ref());
    let restarts_at = req.restarts_at.as_ref().map(|at| fields.instant("restarts_at", Some(at)));
    match (paused_since, restarts_at) {
        (Some(None), Some(_)) => fields.wrong("restarts_at", "is only of what was paused"),
        (Some(Some(paused)), Some(Some(restarts))) if restarts < paused => {
            fields.wrong("restarts_at", "must not be before paused_since");
        }
        _ => {}
    }
    let by = acting(&mut fields, call, "shared_by", &req.shared_by);
    fields.finish(|| {
        let services = pb::CurrentServices {
            unit: call.caller.unit.to_string(),
            services: services.into_iter().collect::<Option<_>>()?,
            adl: adl.into_iter().collect::<Option<_>>()?,
            aids: aids?,
            medicine_handling: handling?.into(),
            paused_since: paused_since?.map(wire::timestamp),
            restarts_at: match restarts_at {
                Some(at) => Some(wire::timestamp(at?)),
                None => None,
            },
            shared_by: by?.to_string(),
            shared_at: Some(wire::timestamp(call.now)),
        };
        Some((key?, services))
    })
}

fn service(fields: &mut Fields<'_>, path: &str, said: &CurrentService) -> Option<CurrentService> {
    for (field, much, most) in [
        ("times_per_week", said.times_per_week, MOST_TIMES),
        ("minutes_per_week", said.minutes_per_week, MOST_MINUTES),
    ] {
        if !(0..=most).contains(&much) {
            fields.wrong(format!("{path}.{field}"), format!("must be from 0 to {most}"));
        }
    }
    fields.choice::<ServiceKind>(&format!("{path}.kind"), said.kind).map(|_| *said)
}

fn assessment(fields: &mut Fields<'_>, path: &str, said: AdlAssessment) -> Option<AdlAssessment> {
    let activity = fields.choice::<AdlActivity>(&format!("{path}.activity"), said.activity);
    let level = fields.choice::<AdlLevel>(&format!("{path}.level"), said.level);
    Some(AdlAssessment { activity: activity?.into(), level: level?.into() })
}

/// One of each kind.
fn once(fields: &mut Fields<'_>, field: &str, part: &str, kinds: impl Iterator<Item = i32>) {
    let mut before = HashSet::new();
    for (place, kind) in kinds.enumerate() {
        if !before.insert(kind) {
            fields.wrong(format!("{field}[{place}].{part}"), "is there before");
        }
    }
}
