//! `EndRoutingRule`: a rule holds no more.

use hemgang_core::directory::RoutingRuleId;
use hemgang_feed::directory::wire;
use hemgang_proto::directory as pb;
use hemgang_rpc::{Call, Context, Failure, Fields};

use crate::{
    domain,
    error::Error,
    store::{self, tell},
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::EndRoutingRuleRequest,
) -> Result<pb::EndRoutingRuleResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed::<RoutingRuleId>("rule_id", &req.rule_id);
    let on = super::effective(&mut fields, "ended_on", req.ended_on.as_ref());
    let (id, on) = fields.finish(|| Some((id?, on?)))?;
    let root = store::root(&cx.db).await?;
    let absent = || Failure::NotFound { resource: "routing rule", name: id.to_string() };
    let rule = store::routing_rule::get(&cx.db, id).await?.ok_or_else(absent)?;
    let administrators = wire::routing_rule_audience(&rule);
    call.require(&administrators)?;
    call.expect_etag(&req.etag, rule.version)?;
    let rule = domain::routing_rule::end_of(rule, on)?;

    let event = tell(&super::telling(cx, call), administrators, wire::routing_rule_event(&rule))?;
    let change = root.step().and(store::routing_rule::put(&rule)).and(event);
    let response = pb::EndRoutingRuleResponse { rule: Some(wire::routing_rule(&rule)) };
    Ok(super::commit(cx, call, change, response).await?)
}
