//! `SetRoutingRule`: which unit is told of whom, from a day on.

use hemgang_core::directory::{Criteria, Directory, RoutingRule, RoutingRuleId, UnitKind};
use hemgang_feed::directory::wire;
use hemgang_proto::directory as pb;
use hemgang_rpc::{Call, Context, Failure, Fields};

use crate::{
    domain,
    error::Error,
    store::{self, tell},
};

/// Digits of a postal code.
const POSTAL_CODE: usize = 5;

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::SetRoutingRuleRequest,
) -> Result<pb::SetRoutingRuleResponse, Error> {
    let rule = parse(cx, call, req.rule.as_ref())?;
    let administrators = wire::routing_rule_audience(&rule);
    call.require(&administrators)?;
    fits(call.directory(cx), &rule)?;
    let root = store::root(&cx.db).await?;
    let known = store::routing_rule::of_municipality(&cx.db, &rule.criteria.municipality).await?;

    let (rules, telling) = (domain::routing_rule::set(rule, &known), super::telling(cx, call));
    let mut change = root.step();
    for rule in &rules {
        let event = tell(&telling, administrators.clone(), wire::routing_rule_event(rule))?;
        change = change.and(store::routing_rule::put(rule)).and(event);
    }
    let response = pb::SetRoutingRuleResponse { rule: rules.last().map(wire::routing_rule) };
    Ok(super::commit(cx, call, change, response).await?)
}

/// A municipality tells its own units, and asks for outpatient units that there are.
fn fits(directory: &Directory, rule: &RoutingRule) -> Result<(), Error> {
    let Criteria { municipality, listed_unit, .. } = &rule.criteria;
    match directory.rows(&rule.unit).last() {
        Some(unit) if unit.run_by() == Some(municipality) => {}
        Some(_) => return Err(Error::field("rule.unit", "is not a unit of the municipality")),
        None => return Err(Error::field("rule.unit", "is not a unit in the directory")),
    }
    if directory.unit(&rule.unit, rule.valid_from).is_none() {
        return Err(Error::UnitClosed { unit: rule.unit.clone() });
    }
    let listed = listed_unit.as_ref().map(|unit| directory.unit(unit, rule.valid_from));
    match listed {
        Some(unit) if unit.is_none_or(|unit| unit.kind != UnitKind::Outpatient) => {
            Err(Error::field("rule.listed_unit", "is not an outpatient unit in the directory"))
        }
        _ => Ok(()),
    }
}

fn parse(cx: &Context, call: &Call, said: Option<&pb::RoutingRule>) -> Result<RoutingRule, Failure> {
    let mut fields = Fields::new(cx, call);
    let Some(said) = said else {
        fields.wrong("rule", "is required");
        return fields.finish(|| None);
    };
    let municipality = fields.parsed("rule.municipality", &said.municipality);
    let law = fields.parsed("rule.law", &said.law);
    let age_group = fields.choice_or_default("rule.age_group", said.age_group).map(wire::read_age_group);
    let postal_code = &said.postal_code;
    if postal_code.len() > POSTAL_CODE || !postal_code.bytes().all(|byte| byte.is_ascii_digit()) {
        fields.wrong("rule.postal_code", "is at most five digits");
    }
    let listed_unit = fields.optional("rule.listed_unit", &said.listed_unit);
    let unit = fields.parsed("rule.unit", &said.unit);
    let period = super::period(&mut fields, "rule.", (said.valid_from.as_ref(), said.valid_to.as_ref()));
    fields.finish(|| {
        let (valid_from, valid_to) = period?;
        Some(RoutingRule {
            rule_id: RoutingRuleId::fresh(call.now),
            criteria: Criteria {
                municipality: municipality?,
                law: law?,
                age_group: age_group?,
                postal_code: Some(postal_code.clone()).filter(|code| !code.is_empty()),
                listed_unit: listed_unit?,
            },
            unit: unit?,
            valid_from,
            valid_to,
            version: 1,
        })
    })
}
