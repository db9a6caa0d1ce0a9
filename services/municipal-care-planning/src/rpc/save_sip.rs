//! `SaveSip`: the plan (SIP) is written, or changed: nobody has approved what it says now.

use hemgang_core::{day::local_day, place::HsaId};
use hemgang_proto::{
    admission::LegalStatus,
    planning::{self as pb, NoticeKind, SipKind, SipPlan, SipService, save_sip_request},
};
use hemgang_rpc::{Call, Context, Failure, Fields, wire};

use super::{
    arrange, invitees,
    key::{Key, named},
    sip,
};
use crate::{
    domain::{
        dossier::Dossier,
        sip::{Sip, contributing},
    },
    error::Error,
    store,
};

/// How many goals or services a plan has at most.
const MOST: usize = 50;

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::SaveSipRequest,
) -> Result<pb::SaveSipResponse, Error> {
    let (key, plan) = parse(cx, call, &req)?;
    let dossier = arrange::open_for_words(cx, call, key, &req.etag).await?;
    // Nor whoever may not be told: of that, nothing is said either.
    let mut units = contributing(&plan).into_iter().filter_map(|unit| HsaId::parse(&unit).ok());
    if let Some(unit) = units.find(|unit| !dossier.may_tell(unit)) {
        return Err(Error::NotAParty { unit });
    }
    if plan.kind() == SipKind::CoordinatedCarePlan && !may_be_compulsory(cx, &dossier).await? {
        return Err(Error::NotCompulsory);
    }
    invitees::may_be_named(cx, &dossier, &plan.invitees).await?;
    let case_id = dossier.case.case_id;
    let before = store::sip::get(&cx.db, case_id).await?;
    let consents = store::consent::get(&cx.db, dossier.case.about()).await?;
    let today = local_day(call.now);
    let (plan, event) = Sip::save(before.as_ref(), (case_id, plan), req.version, (&consents, today))?;
    let told = (Some(NoticeKind::SipSaved), vec![event]);
    let (case, change) = sip::change(cx, call, dossier, &plan, told)?;
    Ok(call.commit(cx, change, pb::SaveSipResponse { case: Some(case) }).await?)
}

fn parse(cx: &Context, call: &Call, req: &pb::SaveSipRequest) -> Result<(Key, SipPlan), Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, save_sip_request));
    if req.version < 0 {
        fields.wrong("version", "must be 0 or the version that was read");
    }
    let said = req.plan.clone().unwrap_or_default();
    if req.plan.is_none() {
        fields.wrong("plan", "is required");
        return fields.finish(|| None);
    }
    let kind = fields.choice::<SipKind>("plan.kind", said.kind);
    for (field, many) in [("plan.goals", said.goals.len()), ("plan.services", said.services.len())] {
        if many > MOST {
            fields.wrong(field, format!("must be at most {MOST}"));
        }
    }
    for (field, is_empty) in
        [("plan.goals", said.goals.is_empty()), ("plan.services", said.services.is_empty())]
    {
        if is_empty {
            fields.wrong(field, "needs at least one");
        }
    }
    let goals = fields.each("plan.goals", &said.goals, |fields, path, goal| fields.required_text(path, goal));
    let services = fields.each("plan.services", &said.services, service);
    let responsible = fields.parsed::<HsaId>("plan.responsible_unit", &said.responsible_unit);
    if said.follow_up_on.is_none() {
        fields.wrong("plan.follow_up_on", "is required");
    }
    let follow_up_on = fields.optional_day("plan.follow_up_on", said.follow_up_on.as_ref());
    let invitees = invitees::read(&mut fields, "plan.invitees", &said.invitees);
    fields.finish(|| {
        let plan = SipPlan {
            kind: kind?.into(),
            goals: goals.into_iter().collect::<Option<_>>()?,
            services: services.into_iter().collect::<Option<_>>()?,
            responsible_unit: responsible?.to_string(),
            follow_up_on: follow_up_on?.map(wire::date),
            invitees: invitees?,
            patient_took_part: said.patient_took_part,
        };
        Some((key?, plan))
    })
}

/// Whether a plan of LPT 7 a § or LRV 12 a § can be drawn up: of a stay under either. Who is at home under open compulsory
/// care (ÖPT, ÖRV), nothing here says: whoever writes the plan knows.
async fn may_be_compulsory(cx: &Context, dossier: &Dossier) -> Result<bool, Failure> {
    let Some(id) = dossier.case.admission_id else { return Ok(true) };
    Ok(matches!(store::stay::get(&cx.db, id).await?.legal_status, LegalStatus::Lpt | LegalStatus::Lrv))
}

fn service(fields: &mut Fields<'_>, path: &str, said: &SipService) -> Option<SipService> {
    let what = fields.required_text(&format!("{path}.what"), &said.what);
    let unit = fields.optional::<HsaId>(&format!("{path}.unit"), &said.unit);
    let somebody_else = fields.text(&format!("{path}.somebody_else"), &said.somebody_else);
    let is_somebody_s =
        [&said.unit, &said.somebody_else].into_iter().filter(|who| !who.trim().is_empty()).count();
    if is_somebody_s != 1 {
        fields.wrong(format!("{path}.unit"), "must be set, or somebody_else: one of the two does it");
    }
    let role = fields.text(&format!("{path}.role"), &said.role);
    let starts_on = fields.optional_day(&format!("{path}.starts_on"), said.starts_on.as_ref());
    let ends_on = fields.optional_day(&format!("{path}.ends_on"), said.ends_on.as_ref());
    if let (Some(Some(first)), Some(Some(last))) = (starts_on, ends_on)
        && last < first
    {
        fields.wrong(format!("{path}.ends_on"), "must not be before starts_on");
    }
    Some(SipService {
        what: what?,
        unit: unit?.map(|unit| unit.to_string()).unwrap_or_default(),
        somebody_else: somebody_else?.trim().to_owned(),
        role: role?,
        starts_on: starts_on?.map(wire::date),
        ends_on: ends_on?.map(wire::date),
    })
}
