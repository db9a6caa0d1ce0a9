//! `ListSignals`: the signals that the caller may see, newest detected first.

use hemgang_proto::deviation::{self as pb, SignalState};
use hemgang_rpc::{Call, Context, Failure, Fields, Page};

use crate::store;

const ALL: [SignalState; 2] = [SignalState::Open, SignalState::Lapsed];

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ListSignalsRequest,
) -> Result<pb::ListSignalsResponse, Failure> {
    let mut fields = Fields::new(cx, call);
    let page = Page::read(&mut fields, req.page_size, &req.page_token);
    let states = fields.states("states", &req.states, ALL);
    let (page, wanted) = fields.finish(|| Some((page?, states?)))?;

    let mut signals = store::signal::list(&cx.db, &call.sight, wanted, &page).await?;
    let next_page_token =
        page.cut(&mut signals, |signal| (signal.detected_at.as_microsecond(), signal.signal_id.to_string()));
    Ok(pb::ListSignalsResponse { signals: signals.iter().map(pb::Signal::from).collect(), next_page_token })
}
