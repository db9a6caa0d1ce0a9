//! `EndAssignment`: a person has a role no more.

use hemgang_core::directory::AssignmentId;
use hemgang_feed::directory::wire;
use hemgang_proto::directory as pb;
use hemgang_rpc::{Audience, Call, Context, Failure, Fields};

use crate::{
    domain,
    error::Error,
    store::{self, tell},
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::EndAssignmentRequest,
) -> Result<pb::EndAssignmentResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed::<AssignmentId>("assignment_id", &req.assignment_id);
    let on = super::effective(&mut fields, "ended_on", req.ended_on.as_ref());
    let (id, on) = fields.finish(|| Some((id?, on?)))?;
    let root = store::root(&cx.db).await?;
    let absent = || Failure::NotFound { resource: "assignment", name: id.to_string() };
    let assignment = store::assignment::get(&cx.db, id).await?.ok_or_else(absent)?;
    let municipality = call.directory(cx).municipality_running(&assignment.unit, assignment.valid_from);
    let administrators = Audience::administrators(municipality);
    call.see(&administrators, "assignment", id)?;
    call.expect_etag(&req.etag, assignment.version)?;
    let assignment = domain::assignment::end_of(assignment, on)?;

    let event = tell(&super::telling(cx, call), administrators, wire::assignment_event(&assignment))?;
    let change = root.step().and(store::assignment::put(&assignment)).and(event);
    let response = pb::EndAssignmentResponse { assignment: Some(wire::assignment(&assignment)) };
    Ok(super::commit(cx, call, change, response).await?)
}
