//! `SendCareRequest` (vårdbegäran): a case about a person who is not in hospital, and the units that are asked.

use hemgang_core::{
    person::{PersonId, PersonIdFault},
    place::HsaId,
    redacted::Redacted,
};
use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::{
    common::{self, Protection},
    planning::{self as pb, CareRequestSent, PatientDetailsRecorded, PlanningEvent, planning_event::Event},
};
use hemgang_rpc::{Audience, Call, Context, Failure, Fields};

use super::{
    recipients::{ADDRESSABLE, recipient},
    view,
};
use crate::{
    domain::{
        dossier::Dossier,
        person::{Person, Told},
    },
    error::Error,
    follow::delivery,
    protection, store,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::SendCareRequestRequest,
) -> Result<pb::SendCareRequestResponse, Error> {
    let (told, asked) = parse(cx, call, &req)?;
    // What a hospital told of the person's protection may still be on its way; with the feed away we decide on what is
    // known, and the follower hides what it is told of later.
    if let Err(behind) = cx.catch_up().await {
        tracing::debug!(%behind, "decided on what is known");
    }
    let identity =
        common::PersonId { oid: told.person_id.oid().to_owned(), value: told.person_id.value().to_owned() };
    let others = protection::persons(cx, identity.clone()).await?;
    let known = store::patient::protection_of(&cx.db, &told.person_id).await?;
    let known = others.iter().map(|person| person.protection).chain(known).max();

    let recipients = asked.iter().map(|unit| recipient(cx, call, unit)).collect();
    let dossier = Dossier::request(recipient(cx, call, &call.caller.unit), recipients, call.now);
    let case = dossier.next();
    let person = Person::told(case.case_id, told, known);
    let event = Event::CareRequestSent(CareRequestSent {
        case_id: case.case_id.to_string(),
        requested_by: call.caller.unit.to_string(),
        recipients: asked.iter().map(ToString::to_string).collect(),
        protection: person.protection.into(),
    });

    let telling = |at, audience| Telling::by(cx, call, case.subject(), at, audience);
    let sent = telling(call.now, dossier.audience()).event::<PlanningEvent>(event)?;
    // Nobody but our own services is in its audience.
    let who = PatientDetailsRecorded { case_id: case.case_id.to_string(), person_id: Some(identity) };
    let who = Event::PatientDetailsRecorded(who);
    let who = telling(call.now, Audience::default()).event::<PlanningEvent>(who)?;
    let parts = delivery::parts(cx, &dossier, &case, telling)?;
    let told = |subject, audience| Telling::by(cx, call, subject, call.now, audience);
    let raised = protection::raise(cx, &others, person.protection, told).await?;
    let change = Change::new().insert(&person).tell(sent).tell(who).and(parts).and(raised);
    // An answer is kept for replays, and protection may come between.
    let case = view::of(&case, None, common::Person::default(), &dossier.parties);
    Ok(call.commit(cx, change, pb::SendCareRequestResponse { case: Some(case) }).await?)
}

fn parse(cx: &Context, call: &Call, req: &pb::SendCareRequestRequest) -> Result<(Told, Vec<HsaId>), Failure> {
    let mut fields = Fields::new(cx, call);
    let told = person(&mut fields, req.person.as_ref());
    if req.recipients.is_empty() {
        fields.wrong("recipients", "needs at least one unit");
    }
    let named = fields.each("recipients", &req.recipients, |fields, path, id| {
        let unit = fields.unit(path, id, &ADDRESSABLE)?;
        if unit.hsa_id == call.caller.unit {
            fields.wrong(path, "is the unit that asks");
        }
        Some(unit.hsa_id.clone())
    });
    fields.finish(|| {
        let mut asked = named.into_iter().collect::<Option<Vec<_>>>()?;
        asked.sort();
        asked.dedup();
        Some((told?, asked))
    })
}

fn person(fields: &mut Fields<'_>, said: Option<&common::Person>) -> Option<Told> {
    let Some(said) = said else {
        fields.wrong("person", "is required");
        return None;
    };
    let person_id = if let Some(id) = &said.person_id {
        let parsed = PersonId::parse_at(&id.oid, &id.value, fields.today());
        let part = |fault| if fault == PersonIdFault::UnknownOid { "oid" } else { "value" };
        parsed.map_err(|fault| fields.wrong(format!("person.person_id.{}", part(fault)), fault)).ok()
    } else {
        fields.wrong("person.person_id", "is required");
        None
    };
    let protection = fields.choice_or_default("person.protection", said.protection);
    let name = fields.text("person.name", &said.name);
    let address = fields.text("person.address", &said.address);
    if !said.address.is_empty() && protection.is_some_and(Protection::is_one) {
        fields.wrong("person.address", "must be empty for a protected person");
    }
    Some(Told {
        person_id: person_id?,
        name: Redacted::new(name?),
        address: Redacted::new(address?),
        protection: protection?.max(Protection::None),
    })
}
