//! `ListRoutingRules`: which units municipalities want to be told, and of whom.

use hemgang_core::directory::RoutingRule;
use hemgang_feed::directory::wire;
use hemgang_proto::directory as pb;
use hemgang_rpc::{Call, Context, Failure, Fields, Page};

#[expect(clippy::unused_async, reason = "every handler is awaited; this one reads memory")]
pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::ListRoutingRulesRequest,
) -> Result<pb::ListRoutingRulesResponse, Failure> {
    let mut fields = Fields::new(cx, call);
    let today = fields.today();
    let page = Page::read(&mut fields, req.page_size, &req.page_token);
    let municipality = fields.municipality("municipality", &req.municipality);
    let on = fields.optional_day("on", req.on.as_ref());
    let (page, municipality, on) = fields.finish(|| Some((page?, municipality?, on?.unwrap_or(today))))?;

    let id = |rule: &&RoutingRule| rule.rule_id.to_string();
    let wanted = |rule: &&RoutingRule| {
        municipality.as_ref().is_none_or(|code| rule.criteria.municipality == *code)
            && rule.is_valid(on)
            && id(rule) > page.id()
    };
    let limit = usize::try_from(page.limit()).unwrap_or(usize::MAX);
    let mut rules: Vec<_> = call.directory(cx).routing_rules().filter(wanted).take(limit).collect();
    let next_page_token = page.cut(&mut rules, |rule| (0, id(rule)));
    Ok(pb::ListRoutingRulesResponse {
        rules: rules.into_iter().map(wire::routing_rule).collect(),
        next_page_token,
    })
}
