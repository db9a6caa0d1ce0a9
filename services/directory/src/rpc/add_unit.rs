//! `AddUnit`: there is a unit from a day on.

use hemgang_feed::directory::wire;
use hemgang_proto::directory as pb;
use hemgang_rpc::{Audience, Call, Context, Fields};

use crate::{domain, error::Error, store};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::AddUnitRequest,
) -> Result<pb::AddUnitResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let unit = super::unit::read(&mut fields, req.unit.as_ref());
    let unit = fields.finish(|| unit)?;
    call.require(&Audience::administrators(unit.run_by()))?;
    let stored = store::load(&cx.db).await?;
    let id = unit.hsa_id.clone();
    let rows = domain::unit::added(&stored.directory, unit)?;

    let change = stored.root.step().and(stored.unit(&super::telling(cx, call), &id, &rows)?);
    let response = pb::AddUnitResponse { unit: rows.last().map(wire::unit) };
    Ok(super::commit(cx, call, change, response).await?)
}
