//! `CloseUnit`: from a day on there is the unit no more.

use hemgang_core::place::HsaId;
use hemgang_feed::directory::wire;
use hemgang_proto::directory as pb;
use hemgang_rpc::{Audience, Call, Context, Fields};

use crate::{domain, error::Error, store};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::CloseUnitRequest,
) -> Result<pb::CloseUnitResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed::<HsaId>("hsa_id", &req.hsa_id);
    let on = super::effective(&mut fields, "closed_on", req.closed_on.as_ref());
    let (id, on) = fields.finish(|| Some((id?, on?)))?;
    let stored = store::load(&cx.db).await?;
    if let Some(stands) = stored.directory.rows(&id).last() {
        call.require(&Audience::administrators(stands.run_by()))?;
        call.expect_etag(&req.etag, stands.version)?;
    }
    let rows = domain::unit::closed(&stored.directory, &id, on)?;

    let change = stored.root.step().and(stored.unit(&super::telling(cx, call), &id, &rows)?);
    let response = pb::CloseUnitResponse { unit: rows.last().map(wire::unit) };
    Ok(super::commit(cx, call, change, response).await?)
}
