//! `GetCase`: one case, by its own id or its admission's, with its meetings and the notices that the caller's side has to
//! see.

use hemgang_proto::planning::{self as pb, get_case_request};
use hemgang_rpc::{Call, Context, Failure, Fields};

use super::{
    key::{Key, Named},
    view,
};
use crate::{error::Error, store};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::GetCaseRequest,
) -> Result<pb::GetCaseResponse, Error> {
    let dossier = parse(cx, call, &req)?.settled(cx, call).await?;
    let case = view::whole(cx, &dossier.case, &dossier.parties).await?;
    // What a unit received is its own; what another party received is not. Whoever sent it sees all of it.
    let notices = dossier.notices.iter().filter(|notice| call.sight.admits(&notice.audience(&dossier.case)));
    let notices = notices.map(view::notice).collect();
    let meetings = store::meeting::list(&cx.db, dossier.case.case_id).await?;
    let meetings = meetings.iter().map(view::meeting).collect();
    Ok(pb::GetCaseResponse { case: Some(pb::Case { notices, meetings, ..case }) })
}

fn parse(cx: &Context, call: &Call, req: &pb::GetCaseRequest) -> Result<Key, Failure> {
    let mut fields = Fields::new(cx, call);
    let named = req.key.as_ref().map(|key| match key {
        get_case_request::Key::CaseId(id) => Named::Case(id),
        get_case_request::Key::AdmissionId(id) => Named::Admission(id),
    });
    let key = Key::read(&mut fields, named);
    fields.finish(|| key)
}
