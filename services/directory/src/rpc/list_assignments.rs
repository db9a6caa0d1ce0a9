//! `ListAssignments`: who has which role at the units of the own organisation.

use hemgang_core::{directory::Assignment, place::HsaId};
use hemgang_feed::directory::wire;
use hemgang_proto::directory as pb;
use hemgang_rpc::{Audience, Call, Context, Failure, Fields, Page};

#[expect(clippy::unused_async, reason = "every handler is awaited; this one reads memory")]
pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ListAssignmentsRequest,
) -> Result<pb::ListAssignmentsResponse, Failure> {
    let mut fields = Fields::new(cx, call);
    let page = Page::read(&mut fields, req.page_size, &req.page_token);
    let person = fields.optional::<HsaId>("person", &req.person);
    let unit = fields.optional::<HsaId>("unit", &req.unit);
    let on = fields.optional_day("on", req.on.as_ref());
    let (page, person, unit, on) = fields.finish(|| Some((page?, person?, unit?, on?)))?;

    let directory = call.directory(cx);
    let id = |assignment: &&Assignment| assignment.assignment_id.to_string();
    let wanted = |assignment: &&Assignment| {
        let municipality = directory.municipality_running(&assignment.unit, assignment.valid_from);
        person.as_ref().is_none_or(|person| assignment.person == *person)
            && unit.as_ref().is_none_or(|unit| assignment.unit == *unit)
            && on.is_none_or(|on| assignment.is_valid(on))
            && id(assignment) > page.id()
            && call.sight.admits(&Audience::administrators(municipality))
    };
    let mut assignments: Vec<_> = directory.assignments().filter(wanted).collect();
    assignments.sort_by_key(|assignment| assignment.assignment_id);
    let next_page_token = page.cut(&mut assignments, |assignment| (0, id(assignment)));
    let assignments = assignments.into_iter().map(wire::assignment).collect();
    Ok(pb::ListAssignmentsResponse { assignments, next_page_token })
}
