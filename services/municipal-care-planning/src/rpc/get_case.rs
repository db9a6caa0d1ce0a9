//! `GetCase`: one case, by its own id or its admission's, with its meetings and the notices that the caller's side has to
//! see, and for the sending side what was decided of disclosure.

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
    let case = view::seen(&call.sight, (&dossier.case, &dossier.parties), pb::Case { meetings, ..case });
    let consents = if call.sight.admits(&dossier.case.senders()) {
        store::consent::get(&cx.db, dossier.case.about()).await?.said.0
    } else {
        Vec::new()
    };
    Ok(pb::GetCaseResponse { case: Some(pb::Case { notices, consents, ..case }) })
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
