//! `AssignPerson`: a person has a role at a unit from a day on.

use hemgang_core::directory::{Assignment, AssignmentId};
use hemgang_feed::directory::wire;
use hemgang_proto::directory as pb;
use hemgang_rpc::{Audience, Call, Context, Failure, Fields, Role};

use crate::{
    domain,
    error::Error,
    store::{self, tell},
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::AssignPersonRequest,
) -> Result<pb::AssignPersonResponse, Error> {
    let assignment = parse(cx, call, &req)?;
    let directory = call.directory(cx);
    let rows = directory.rows(&assignment.unit);
    let Some(unit) = rows.last() else {
        return Err(Error::field("unit", "is not a unit in the directory"));
    };
    let administrators = Audience::administrators(unit.run_by());
    call.require(&administrators)?;
    if directory.unit(&assignment.unit, assignment.valid_from).is_none() {
        return Err(Error::UnitClosed { unit: assignment.unit });
    }
    let root = store::root(&cx.db).await?;
    let known = store::assignment::of_person(&cx.db, &assignment.person).await?;
    let assignment = domain::assignment::given(assignment, &known)?;

    let event = tell(&super::telling(cx, call), administrators, wire::assignment_event(&assignment))?;
    let change = root.step().and(store::assignment::put(&assignment)).and(event);
    let response = pb::AssignPersonResponse { assignment: Some(wire::assignment(&assignment)) };
    Ok(super::commit(cx, call, change, response).await?)
}

fn parse(cx: &Context, call: &Call, req: &pb::AssignPersonRequest) -> Result<Assignment, Failure> {
    let mut fields = Fields::new(cx, call);
    let person = fields.parsed("person", &req.person);
    let unit = fields.parsed("unit", &req.unit);
    let role = fields.parsed::<Role>("role", &req.role);
    if role == Some(Role::Service) {
        fields.wrong("role", "is that of our own services");
    }
    let function = fields.text("function", req.function.trim());
    let period = super::period(&mut fields, "", (req.valid_from.as_ref(), req.valid_to.as_ref()));
    fields.finish(|| {
        let (valid_from, valid_to) = period?;
        Some(Assignment {
            assignment_id: AssignmentId::fresh(call.now),
            person: person?,
            unit: unit?,
            role: role?.to_string(),
            function: function?,
            valid_from,
            valid_to,
            version: 1,
        })
    })
}
