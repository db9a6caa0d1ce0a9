//! `GetUnit`: one unit as it stands on a day.

use hemgang_core::place::HsaId;
use hemgang_feed::directory::wire;
use hemgang_proto::directory as pb;
use hemgang_rpc::{Call, Context, Failure, Fields};

#[expect(clippy::unused_async, reason = "every handler is awaited; this one reads memory")]
pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::GetUnitRequest,
) -> Result<pb::GetUnitResponse, Failure> {
    let mut fields = Fields::new(cx, call);
    let today = fields.today();
    let id = fields.parsed::<HsaId>("hsa_id", &req.hsa_id);
    let on = fields.optional_day("on", req.on.as_ref());
    let (id, on) = fields.finish(|| Some((id?, on?.unwrap_or(today))))?;
    let unit = call.directory(cx).unit(&id, on);
    let unit = unit.ok_or_else(|| Failure::NotFound { resource: "unit", name: id.to_string() })?;
    Ok(pb::GetUnitResponse { unit: Some(wire::unit(unit)) })
}
