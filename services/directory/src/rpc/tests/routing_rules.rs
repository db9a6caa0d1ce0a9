//! Routing rules: set and ended by the municipality's administrator, read by anybody.

use hemgang_testing::each_backend;

use super::*;

each_backend!(a_rule_is_set_replaced_and_ended, what_is_wrong_with_a_rule_is_told on &[crate::SERVICE]);

const OTHER: &str = "SE0000001480-E0003";

fn rule(unit: &str) -> pb::RoutingRule {
    pb::RoutingRule {
        municipality: "1480".to_owned(),
        law: "SoL".to_owned(),
        postal_code: "417".to_owned(),
        unit: unit.to_owned(),
        ..Default::default()
    }
}

fn setting(rule: pb::RoutingRule) -> pb::SetRoutingRuleRequest {
    pb::SetRoutingRuleRequest { rule: Some(rule), ..Default::default() }
}

/// The units of the municipality's rules on a day, as a ward reads them.
async fn units(suite: &Suite, on: i64) -> Vec<String> {
    let request = pb::ListRoutingRulesRequest {
        municipality: "1480".to_owned(),
        on: day(suite, on),
        ..Default::default()
    };
    let mut ward = client(suite.peer("ward", WARD, "region"));
    let page = ward.list_routing_rules(request).await.expect("a page").into_inner();
    page.rules.into_iter().map(|rule| rule.unit).collect()
}

async fn a_rule_is_set_replaced_and_ended(suite: &Suite) {
    municipal(suite).set_routing_rule(setting(rule(SOCIAL))).await.expect("set");
    let later = pb::RoutingRule { valid_from: day(suite, 2), ..rule(OTHER) };
    let later = municipal(suite).set_routing_rule(setting(later)).await.expect("set").into_inner();
    assert_eq!(
        (units(suite, 0).await, units(suite, 1).await),
        (vec![SOCIAL.to_owned()], vec![SOCIAL.to_owned()])
    );
    assert_eq!(units(suite, 2).await, [OTHER]);
    let rule_id = later.rule.expect("a rule").rule_id;
    let end =
        pb::EndRoutingRuleRequest { rule_id: rule_id.clone(), ended_on: day(suite, 3), ..Default::default() };
    assert_eq!(refused(regional(suite).end_routing_rule(end.clone()).await).code, Code::PermissionDenied);
    municipal(suite).end_routing_rule(end).await.expect("ended");
    assert_eq!((units(suite, 2).await, units(suite, 3).await), (vec![OTHER.to_owned()], Vec::new()));
    let again = pb::EndRoutingRuleRequest { rule_id, ended_on: day(suite, 3), ..Default::default() };
    let again = refused(municipal(suite).end_routing_rule(again).await);
    assert_eq!((again.code, again.reason.as_str()), (Code::FailedPrecondition, "ROUTING_RULE_ENDED"));
}

async fn what_is_wrong_with_a_rule_is_told(suite: &Suite) {
    let wrong = pb::RoutingRule {
        municipality: String::new(),
        law: "LOU".to_owned(),
        postal_code: "41 7".to_owned(),
        unit: "nonsense".to_owned(),
        ..rule(SOCIAL)
    };
    let told = refused(municipal(suite).set_routing_rule(setting(wrong)).await);
    assert_eq!(told.fields, ["rule.municipality", "rule.law", "rule.postal_code", "rule.unit"]);
    assert_eq!(
        refused(municipal(suite).set_routing_rule(setting(rule(ELSEWHERE))).await).fields,
        ["rule.unit"]
    );
    assert_eq!(refused(municipal(suite).set_routing_rule(setting(rule(NEW))).await).fields, ["rule.unit"]);
    let listed = pb::RoutingRule { listed_unit: WARD.to_owned(), ..rule(SOCIAL) };
    assert_eq!(
        refused(municipal(suite).set_routing_rule(setting(listed)).await).fields,
        ["rule.listed_unit"]
    );
    assert_eq!(
        refused(regional(suite).set_routing_rule(setting(rule(SOCIAL))).await).code,
        Code::PermissionDenied
    );
    assert_eq!(units(suite, 0).await, Vec::<String>::new());
}
