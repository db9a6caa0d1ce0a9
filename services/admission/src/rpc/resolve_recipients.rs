//! `ResolveRecipients`: whom a notice would be addressed to. The ward decides, and sends.

use hemgang_core::{day::local_day, id::AdmissionId};
use hemgang_feed::directory::wire;
use hemgang_proto::{
    admission::{self as pb, Need},
    common::Protection,
};
use hemgang_rpc::{Call, Context, Failure, Fields};

use super::visible;
use crate::{
    domain::{
        age,
        episode::Episode,
        recipients::{self, Patient, Proposal},
    },
    error::Error,
    store,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ResolveRecipientsRequest,
) -> Result<pb::ResolveRecipientsResponse, Error> {
    let (id, needs, postal_code) = parse(cx, call, &req)?;
    let episode = visible(cx, call, id).await?;
    let patient = store::patient::of_stay(&cx.db, &episode).await?;
    let today = local_day(call.now);
    let known = Patient {
        is_secret: patient.protection == Protection::ProtectedRegistration,
        municipality: episode.liable_municipality.as_ref(),
        age_group: wire::read_age_group(age::group(episode.birth_date, today)),
        postal_code: postal_code.or_else(|| recipients::postal_code(episode.address.expose())),
        listed_unit: episode.listed_unit.as_ref(),
    };
    let needs = if needs.is_empty() { judged(&episode) } else { needs };
    let (proposals, unresolved) = recipients::resolve(&known, &needs, call.directory(cx), today);
    let unresolved = unresolved.into_iter();
    Ok(pb::ResolveRecipientsResponse {
        recipients: proposals.iter().map(proposed).collect(),
        unresolved: unresolved
            .map(|(need, reason)| pb::UnresolvedNeed { need: need.into(), reason: reason.into() })
            .collect(),
        admission_id: id.to_string(),
    })
}

fn proposed(proposal: &Proposal<'_>) -> pb::ProposedRecipient {
    pb::ProposedRecipient {
        unit: proposal.unit.hsa_id.to_string(),
        name: proposal.unit.name.clone(),
        need: proposal.need.into(),
        reason: proposal.reason.into(),
        routing_rule_id: proposal.rule.map(|rule| rule.to_string()).unwrap_or_default(),
    }
}

/// The needs that the physician judged there may be; before anybody judged, those that the law names.
fn judged(episode: &Episode) -> Vec<Need> {
    let all = [
        (Need::SocialServices, episode.needs_social_services),
        (Need::MunicipalHealthCare, episode.needs_health_care),
        (Need::Outpatient, episode.needs_outpatient),
    ];
    let is_judged = episode.needs_assessed_at.is_some();
    all.into_iter().filter(|(_, is_needed)| *is_needed || !is_judged).map(|(need, _)| need).collect()
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::ResolveRecipientsRequest,
) -> Result<(AdmissionId, Vec<Need>, Option<String>), Failure> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed("admission_id", &req.admission_id);
    let named = fields.each("needs", &req.needs, |fields, path, need| fields.choice::<Need>(path, *need));
    let code = &req.postal_code;
    if !code.is_empty() && (code.len() != 5 || !code.bytes().all(|byte| byte.is_ascii_digit())) {
        fields.wrong("postal_code", "is not five digits");
    }
    fields.finish(|| {
        let mut needs = named.into_iter().collect::<Option<Vec<_>>>()?;
        needs.sort();
        needs.dedup();
        Some((id?, needs, Some(code.clone()).filter(|code| !code.is_empty())))
    })
}
