//! `ListMunicipalities`: the county's municipalities by code.

use hemgang_feed::directory::wire;
use hemgang_proto::directory as pb;
use hemgang_rpc::{Call, Context, Failure};

#[expect(clippy::unused_async, reason = "every handler is awaited; this one reads memory")]
pub async fn handle(
    cx: &Context,
    call: &Call,
    _req: pb::ListMunicipalitiesRequest,
) -> Result<pb::ListMunicipalitiesResponse, Failure> {
    Ok(pb::ListMunicipalitiesResponse {
        municipalities: call.directory(cx).municipalities().map(wire::municipality).collect(),
    })
}
