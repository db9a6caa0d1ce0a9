//! `ListUnits`: units by HSA-id, as they stand on a day.

use hemgang_core::directory::Unit;
use hemgang_feed::directory::wire;
use hemgang_proto::directory as pb;
use hemgang_rpc::{Call, Context, Failure, Fields, Page};

#[expect(clippy::unused_async, reason = "every handler is awaited; this one reads memory")]
pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ListUnitsRequest,
) -> Result<pb::ListUnitsResponse, Failure> {
    let mut fields = Fields::new(cx, call);
    let today = fields.today();
    let page = Page::read(&mut fields, req.page_size, &req.page_token);
    let kind = fields.choice_or_default::<pb::UnitKind>("kind", req.kind);
    let municipality = fields.municipality("municipality", &req.municipality);
    let on = fields.optional_day("on", req.on.as_ref());
    let (page, kind, municipality, on) =
        fields.finish(|| Some((page?, kind?, municipality?, on?.unwrap_or(today))))?;

    let wanted = |unit: &&Unit| {
        (kind == pb::UnitKind::Unspecified || wire::kind(unit.kind) == kind)
            && (municipality.is_none() || unit.municipality == municipality)
            && unit.hsa_id.as_str() > page.id().as_str()
    };
    let limit = usize::try_from(page.limit()).unwrap_or(usize::MAX);
    let mut units: Vec<_> = call.directory(cx).units(on).filter(wanted).take(limit).collect();
    let next_page_token = page.cut(&mut units, |unit| (0, unit.hsa_id.to_string()));
    Ok(pb::ListUnitsResponse { units: units.into_iter().map(wire::unit).collect(), next_page_token })
}
