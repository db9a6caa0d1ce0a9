//! `ListMunicipalities`: the county's municipalities by code.

use hemgang_core::directory::Municipality;
use hemgang_proto::directory as pb;
use hemgang_rpc::{Call, Context, Failure};

#[expect(clippy::unused_async, reason = "every handler is awaited; this one reads memory")]
pub async fn handle(
    cx: &Context,
    _call: &Call,
    _req: pb::ListMunicipalitiesRequest,
) -> Result<pb::ListMunicipalitiesResponse, Failure> {
    let view = |municipality: &Municipality| pb::Municipality {
        code: municipality.code.to_string(),
        name: municipality.name.clone(),
        area: municipality.area.clone().unwrap_or_default(),
    };
    Ok(pb::ListMunicipalitiesResponse { municipalities: cx.directory.municipalities().map(view).collect() })
}
