//! `ListCases`: the cases that the caller may see, or those of them that somebody has, latest opened first.

use hemgang_core::place::HsaId;
use hemgang_proto::planning::{self as pb, CaseState};
use hemgang_rpc::{Call, Context, Fields, Page};

use super::view;
use crate::{error::Error, store};

const ALL: [CaseState; 5] =
    [CaseState::Planning, CaseState::Ready, CaseState::Discharged, CaseState::Deceased, CaseState::Voided];

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ListCasesRequest,
) -> Result<pb::ListCasesResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let page = Page::read(&mut fields, req.page_size, &req.page_token);
    let states = fields.states("states", &req.states, ALL);
    let assigned_to = fields.optional::<HsaId>("assigned_to", &req.assigned_to);
    let today = fields.today();
    let (page, wanted, assigned_to) = fields.finish(|| Some((page?, states?, assigned_to?)))?;

    let mut cases = match &assigned_to {
        Some(person) => {
            store::assignment::list_cases(&cx.db, &call.sight, (person, today), wanted, &page).await?
        }
        None => store::case::list(&cx.db, &call.sight, wanted, &page).await?,
    };
    let next_page_token =
        page.cut(&mut cases, |case| (case.opened_at.as_microsecond(), case.case_id.to_string()));
    Ok(pb::ListCasesResponse { cases: view::listed(cx, &call.sight, &cases).await?, next_page_token })
}
