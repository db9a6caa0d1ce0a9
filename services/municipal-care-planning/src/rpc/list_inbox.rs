//! `ListInbox`: the notices that were delivered to the caller's units or ward, newest first.

use hemgang_proto::planning as pb;
use hemgang_rpc::{Call, Context, Fields, Page};

use jiff::Timestamp;

use super::view;
use crate::{
    domain::notice::Notice,
    error::Error,
    store::{self, notice::Listed},
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ListInboxRequest,
) -> Result<pb::ListInboxResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let page = Page::read(&mut fields, req.page_size, &req.page_token);
    let page = fields.finish(|| page)?;

    let listed = match (req.overdue_only, req.unacknowledged_only) {
        (true, _) => Listed::Overdue(call.now),
        (false, true) => Listed::Unacknowledged,
        (false, false) => Listed::All,
    };
    let mut notices = store::notice::list_inbox(&cx.db, &call.sight, listed, &page).await?;
    let place = |notice: &Notice| {
        let delivered_at = notice.delivered_at.map(Timestamp::as_microsecond);
        (delivered_at.unwrap_or_default(), notice.notice_id.to_string())
    };
    let next_page_token = page.cut(&mut notices, place);
    Ok(pb::ListInboxResponse { notices: notices.iter().map(view::notice).collect(), next_page_token })
}
