//! `CloseCase` (avsluta ärende): nothing is left to do about a case. What is missing is shown, and hinders nothing.

use hemgang_core::place::HsaId;
use hemgang_proto::{
    common::Person,
    planning::{self as pb, ClosingGap, NoticeKind, close_case_request},
};
use hemgang_rpc::{Call, Context, Failure, Fields};

use super::{
    ending,
    key::{Key, named},
    person::acting,
    view,
};
use crate::{
    domain::{dossier::Dossier, ending::gaps},
    error::Error,
    store,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::CloseCaseRequest,
) -> Result<pb::CloseCaseResponse, Error> {
    let (key, person) = parse(cx, call, &req)?;
    let dossier = ending::load(cx, call, key, &req.etag).await?;
    let missing = missing(cx, &dossier).await?;
    let (case, event) = dossier.case.clone().close(&ending::by(call, person), &missing, call.now)?;
    let dossier = dossier.with_case(|_| case);
    let (case, change) = ending::change(cx, call, dossier, (NoticeKind::CaseClosed, event))?;
    Ok(call.commit(cx, change, pb::CloseCaseResponse { case: Some(case) }).await?)
}

/// What is not there, of all that is known of the case.
async fn missing(cx: &Context, dossier: &Dossier) -> Result<Vec<ClosingGap>, Failure> {
    let stay = match dossier.case.admission_id {
        Some(id) => Some(store::stay::get(&cx.db, id).await?),
        None => None,
    };
    let arranged = store::arranged::get(&cx.db, dossier.case.case_id).await?;
    let case = view::of(&dossier.case, stay.as_ref(), Person::default(), &dossier.parties);
    let notices = dossier.notices.iter().map(view::notice).collect();
    Ok(gaps(&pb::Case { notices, ..arranged.shown(case)? }))
}

fn parse(cx: &Context, call: &Call, req: &pb::CloseCaseRequest) -> Result<(Key, HsaId), Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, close_case_request));
    let by = acting(&mut fields, call, "closed_by", &req.closed_by);
    fields.finish(|| Some((key?, by?)))
}
