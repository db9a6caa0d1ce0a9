//! `ListReady`: who is ready and still in hospital, longest waiting first.

use hemgang_proto::readiness as pb;
use hemgang_rpc::{Call, Context, Fields, Page};

use super::{check_disclosure, view};
use crate::{error::Error, store};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ListReadyRequest,
) -> Result<pb::ListReadyResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let page = Page::read(&mut fields, req.page_size, &req.page_token);
    let page = fields.finish(|| page)?;
    check_disclosure(cx, call).await?;
    let mut ready = store::readiness::list_ready(&cx.db, &call.sight, &page).await?;
    let next_page_token = page.cut(&mut ready, |(readiness, stay)| {
        let since = readiness.ready_since.map_or(i64::MIN, jiff::Timestamp::as_microsecond);
        (since, stay.admission_id.to_string())
    });
    let readiness = ready.iter().map(|(readiness, stay)| view(readiness, stay)).collect();
    Ok(pb::ListReadyResponse { readiness, next_page_token })
}
