//! `ListAdmissions`: the admissions that the caller may see, latest admitted first.

use futures::future::try_join_all;
use hemgang_proto::admission::{self as pb, AdmissionState};
use hemgang_rpc::{Call, Context, Fields, Page};

use super::view;
use crate::{error::Error, store};

const ALL: [AdmissionState; 4] =
    [AdmissionState::Admitted, AdmissionState::Discharged, AdmissionState::Deceased, AdmissionState::Voided];

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ListAdmissionsRequest,
) -> Result<pb::ListAdmissionsResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let page = Page::read(&mut fields, req.page_size, &req.page_token);
    let states = fields.states("states", &req.states, ALL);
    let (page, wanted) = fields.finish(|| Some((page?, states?)))?;

    let mut episodes = store::episode::list(&cx.db, &call.sight, wanted, &page).await?;
    let next_page_token = page.cut(&mut episodes, |episode| {
        (episode.admitted_at.as_microsecond(), episode.admission_id.to_string())
    });
    // Read together: the patients of a page are one statement, or two.
    let admissions = try_join_all(episodes.iter().map(|episode| view::listed(cx, episode))).await?;
    Ok(pb::ListAdmissionsResponse { admissions, next_page_token })
}
