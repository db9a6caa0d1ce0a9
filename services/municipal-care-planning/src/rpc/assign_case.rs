//! `AssignCase`: who at a unit has the case (handläggare), and who stands in while they are away.

use hemgang_core::place::HsaId;
use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::planning::{self as pb, PlanningEvent, assign_case_request};
use hemgang_rpc::{Call, Context, Failure, Fields};

use super::{
    key::{Key, named},
    person::acting,
};
use crate::{
    domain::{
        assignment::{Assignment, Named},
        dossier::Dossier,
        party::Party,
    },
    error::Error,
    store,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::AssignCaseRequest,
) -> Result<pb::AssignCaseResponse, Error> {
    let (key, unit, named) = parse(cx, call, &req)?;
    let dossier = key.dossier(cx, call).await?;
    let party = party(call, &dossier, &unit).ok_or(Error::NotAParty { unit })?;
    let assignments = store::assignment::list(&cx.db, party.case_id).await?;
    let before = assignments.iter().find(|before| before.unit == party.unit);
    call.expect_etag(&req.etag, before.map_or(0, |before| before.version))?;
    let (assignment, event) = Assignment::assign(before, party, named, call.now);
    // The case stays as it is: to nobody else has anything become of it.
    let telling = Telling::by(cx, call, dossier.case.subject(), call.now, assignment.audience());
    let change = Change::new().put(&assignment).tell(telling.event::<PlanningEvent>(event)?);
    let response = pb::AssignCaseResponse { assignment: Some(assignment.shown()) };
    Ok(call.commit(cx, change, response).await?)
}

/// A unit that takes part, and whose cases the caller sees.
fn party<'a>(call: &Call, dossier: &'a Dossier, unit: &HsaId) -> Option<&'a Party> {
    let mut parties = dossier.parties.iter();
    parties.find(|party| party.unit == *unit && call.sight.admits(&party.audience()))
}

fn parse(cx: &Context, call: &Call, req: &pb::AssignCaseRequest) -> Result<(Key, HsaId, Named), Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, assign_case_request));
    let unit = fields.optional::<HsaId>("unit", &req.unit);
    let officer = fields.optional::<HsaId>("officer", &req.officer);
    let deputy = fields.optional::<HsaId>("deputy", &req.deputy);
    let until = fields.optional_day("deputy_until", req.deputy_until.as_ref());
    if !req.deputy.is_empty() && (req.officer.is_empty() || req.deputy == req.officer) {
        fields.wrong("deputy", "must be somebody beside an officer");
    }
    if req.deputy.is_empty() == req.deputy_until.is_some() {
        fields.wrong("deputy_until", "is required with a deputy, and only then");
    }
    if let Some(Some(until)) = until
        && until < fields.today()
    {
        fields.wrong("deputy_until", "lies in the past");
    }
    let by = acting(&mut fields, call, "assigned_by", &req.assigned_by);
    fields.finish(|| {
        let unit = unit?.unwrap_or_else(|| call.caller.unit.clone());
        Some((key?, unit, Named { officer: officer?, deputy: deputy?.zip(until?), by: by? }))
    })
}
