//! What the walk's administrators say of the social services of a thing.

use hemgang_proto::directory::{
    AssignPersonRequest, FunctionContact, RoutingRule, SetFunctionContactRequest, SetRoutingRuleRequest,
    UnitFunction, directory_service_client::DirectoryServiceClient,
};
use hemgang_testing::Suite;
use serde_json::{Value, json};

use super::things::Thing;
use crate::journeys::steps::Caller;

impl Thing {
    /// The act that the social services work under.
    pub fn law(&self) -> &'static str {
        if self.social.ends_with("E0003") { "HSL" } else { "SoL" }
    }

    /// A unit that is yet to be, one for each thing.
    pub fn new_unit(&self) -> String {
        format!("SE000000{}-E9{}", self.municipality, &self.person[8..])
    }

    /// A municipal unit as a request tells of it.
    pub fn unit_named(&self, hsa_id: &str) -> Value {
        let (municipality, law, kind) = (self.municipality, self.law(), "UNIT_KIND_MUNICIPAL");
        json!({"hsaId": hsa_id, "name": "Omsorgen", "kind": kind, "municipality": municipality, "law": law})
    }
}

/// Somebody who is assigned there, and a rule that leads there, their ids; and where whoever is on duty there is reached.
pub async fn settled(suite: &Suite, thing: &Thing) -> (String, String, String) {
    let administrator = Caller { role: "directory-admin", ..thing.social() };
    let mut directory = DirectoryServiceClient::new(administrator.peer(suite));
    let assign = AssignPersonRequest {
        person: format!("SE2321000131-P00000000{}", &thing.person[8..]),
        unit: thing.social.to_owned(),
        role: "municipality".to_owned(),
        ..Default::default()
    };
    let assigned = directory.assign_person(assign).await.expect("assigned").into_inner();
    let rule = RoutingRule {
        municipality: thing.municipality.to_owned(),
        law: thing.law().to_owned(),
        postal_code: format!("4{}", &thing.person[8..]),
        unit: thing.social.to_owned(),
        ..Default::default()
    };
    let set = SetRoutingRuleRequest { rule: Some(rule), ..Default::default() };
    let set = directory.set_routing_rule(set).await.expect("set").into_inner();
    let address = format!("jour{}@kommun.example", &thing.person[8..]);
    let contact = FunctionContact {
        unit: thing.social.to_owned(),
        function: UnitFunction::Duty.into(),
        addresses: vec![address.clone()],
        ..Default::default()
    };
    let contact = SetFunctionContactRequest { contact: Some(contact), ..Default::default() };
    directory.set_function_contact(contact).await.expect("set");
    (assigned.assignment.expect("an assignment").assignment_id, set.rule.expect("a rule").rule_id, address)
}
