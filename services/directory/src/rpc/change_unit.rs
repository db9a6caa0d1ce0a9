//! `ChangeUnit`: a unit is otherwise from a day on.

use hemgang_feed::directory::wire;
use hemgang_proto::directory as pb;
use hemgang_rpc::{Audience, Call, Context, Fields};

use crate::{domain, error::Error, store};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ChangeUnitRequest,
) -> Result<pb::ChangeUnitResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let unit = super::unit::read(&mut fields, req.unit.as_ref());
    if req.unit.is_some_and(|unit| unit.valid_to.is_some()) {
        fields.wrong("unit.valid_to", "must be absent: CloseUnit says when a unit ends");
    }
    let unit = fields.finish(|| unit)?;
    call.require(&Audience::administrators(unit.run_by()))?;
    let stored = store::load(&cx.db).await?;
    let (id, from) = (unit.hsa_id.clone(), unit.valid_from);
    if let Some(stands) = stored.directory.rows(&id).last() {
        call.require(&Audience::administrators(stands.run_by()))?;
        call.expect_etag(&req.etag, stands.version)?;
    }
    let rows = domain::unit::changed(&stored.directory, unit)?;

    let change = stored.root.step().and(stored.unit(&super::telling(cx, call), &id, &rows)?);
    let unit = rows.iter().find(|row| row.valid_from == from).map(wire::unit);
    Ok(super::commit(cx, call, change, pb::ChangeUnitResponse { unit }).await?)
}
