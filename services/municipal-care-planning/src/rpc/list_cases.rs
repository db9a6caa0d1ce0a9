//! `ListCases`: the cases that the caller may see, or those of them that somebody has, latest opened first.

use hemgang_core::place::HsaId;
use hemgang_proto::planning::{self as pb, CaseState};
use hemgang_rpc::{Call, Context, Fields, Page};
use jiff::{
    SignedDuration,
    civil::{Date, date},
};

use super::view;
use crate::{error::Error, store};

const ALL: [CaseState; 7] = [
    CaseState::Planning,
    CaseState::Ready,
    CaseState::Discharged,
    CaseState::Deceased,
    CaseState::Voided,
    CaseState::Interrupted,
    CaseState::Closed,
];

/// Who was not called by then is not called any more.
const CALLED_WITHIN: SignedDuration = SignedDuration::from_hours(24 * 30);

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
    let leaves = leaves(&mut fields, &req);
    let asks_days = req.leaves_from.is_some() || req.leaves_to.is_some();
    if asks_days && !req.assigned_to.is_empty() {
        fields.wrong("assigned_to", "goes without days");
    }
    if req.homecoming_contact_only && (asks_days || !req.assigned_to.is_empty() || !req.states.is_empty()) {
        fields.wrong("homecoming_contact_only", "goes without states, days and assigned_to");
    }
    let (page, wanted, assigned_to, leaves) =
        fields.finish(|| Some((page?, states?, assigned_to?, leaves?)))?;

    let mut cases = match (&assigned_to, asks_days) {
        _ if req.homecoming_contact_only => {
            store::homecoming::list(&cx.db, &call.sight, call.now - CALLED_WITHIN, &page).await?
        }
        (Some(person), _) => {
            store::assignment::list_cases(&cx.db, &call.sight, (person, today), wanted, &page).await?
        }
        (None, true) => store::case::list_leaving(&cx.db, &call.sight, wanted, leaves, &page).await?,
        (None, false) => store::case::list(&cx.db, &call.sight, wanted, &page).await?,
    };
    let next_page_token =
        page.cut(&mut cases, |case| (case.opened_at.as_microsecond(), case.case_id.to_string()));
    Ok(pb::ListCasesResponse { cases: view::listed(cx, &call.sight, &cases).await?, next_page_token })
}

/// Between which days patients are to go home.
fn leaves(fields: &mut Fields<'_>, req: &pb::ListCasesRequest) -> Option<(Date, Date)> {
    let from = fields.optional_day("leaves_from", req.leaves_from.as_ref());
    let to = fields.optional_day("leaves_to", req.leaves_to.as_ref());
    // Days are compared as they are written.
    let days = (from?.unwrap_or(date(1, 1, 1)), to?.unwrap_or(Date::MAX));
    if days.0 > days.1 {
        fields.wrong("leaves_to", "must not be before leaves_from");
        return None;
    }
    Some(days)
}
