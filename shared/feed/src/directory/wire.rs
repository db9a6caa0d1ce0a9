//! Between the directory and its contract: its rows as the contract has them; back in `wire/read.rs`, and as events in
//! `wire/told.rs`.

mod read;
mod told;

use hemgang_core::directory::{
    AgeGroup, Assignment, Contact, ContactOf, Criteria, HoursOf, Municipality, OfficeHours, Opening,
    RoutingRule, Specialty, Unit, UnitFunction, UnitKind,
};
use hemgang_proto::{common, directory as pb};
use hemgang_rpc::wire;

pub use self::{
    read::{read_age_group, read_function, read_kind, read_specialty},
    told::{
        apply, assignment_event, contacts_event, events, hours_audience, municipality_audience,
        municipality_event, office_hours_event, routing_rule_audience, routing_rule_event, unit_audience,
        unit_event,
    },
};

/// A unit as the contract has it.
pub fn unit(unit: &Unit) -> pb::Unit {
    pb::Unit {
        hsa_id: unit.hsa_id.to_string(),
        name: unit.name.clone(),
        kind: kind(unit.kind).into(),
        parent: text(unit.parent.as_ref()),
        municipality: text(unit.municipality.as_ref()),
        law: text(unit.law),
        hospital_group: unit.hospital_group.clone().unwrap_or_default(),
        specialty: match unit.specialty {
            None => common::Specialty::Unspecified,
            Some(Specialty::Somatic) => common::Specialty::Somatic,
            Some(Specialty::Psychiatric) => common::Specialty::Psychiatric,
        }
        .into(),
        valid_from: Some(wire::date(unit.valid_from)),
        valid_to: unit.valid_to.map(wire::date),
        etag: unit.version.to_string(),
    }
}

/// A kind of unit as the contract has it.
pub fn kind(kind: UnitKind) -> pb::UnitKind {
    match kind {
        UnitKind::Hospital => pb::UnitKind::Hospital,
        UnitKind::Ward => pb::UnitKind::Ward,
        UnitKind::Outpatient => pb::UnitKind::Outpatient,
        UnitKind::MunicipalUnit => pb::UnitKind::Municipal,
        UnitKind::MunicipalReception => pb::UnitKind::MunicipalReception,
    }
}

/// A municipality as the contract has it.
pub fn municipality(municipality: &Municipality) -> pb::Municipality {
    pb::Municipality {
        code: municipality.code.to_string(),
        name: municipality.name.clone(),
        area: municipality.area.clone().unwrap_or_default(),
        area_is_verified: municipality.area_is_verified,
    }
}

/// An assignment as the contract has it.
pub fn assignment(assignment: &Assignment) -> pb::Assignment {
    pb::Assignment {
        assignment_id: assignment.assignment_id.to_string(),
        person: assignment.person.to_string(),
        unit: assignment.unit.to_string(),
        role: assignment.role.clone(),
        function: assignment.function.clone(),
        valid_from: Some(wire::date(assignment.valid_from)),
        valid_to: assignment.valid_to.map(wire::date),
        etag: assignment.version.to_string(),
    }
}

/// A routing rule as the contract has it.
pub fn routing_rule(rule: &RoutingRule) -> pb::RoutingRule {
    let Criteria { municipality, law, age_group, postal_code, listed_unit } = &rule.criteria;
    pb::RoutingRule {
        rule_id: rule.rule_id.to_string(),
        municipality: municipality.to_string(),
        law: law.to_string(),
        age_group: age_group.map_or(common::AgeGroup::Unspecified, self::age_group).into(),
        postal_code: postal_code.clone().unwrap_or_default(),
        listed_unit: text(listed_unit.as_ref()),
        unit: rule.unit.to_string(),
        valid_from: Some(wire::date(rule.valid_from)),
        valid_to: rule.valid_to.map(wire::date),
        etag: rule.version.to_string(),
    }
}

/// Office hours as the contract has them.
pub fn office_hours(of: &HoursOf, hours: &OfficeHours) -> pb::OfficeHours {
    let opening = |opening: &Opening| pb::Opening {
        weekday: opening.weekday.into(),
        opens: opening.opens.to_string(),
        closes: opening.closes.to_string(),
    };
    pb::OfficeHours {
        municipality: text(of.municipality.as_ref()),
        kind: of.kind.map_or(pb::UnitKind::Unspecified, kind).into(),
        week: hours.week.iter().map(opening).collect(),
        on_holidays: hours.on_holidays,
        valid_from: Some(wire::date(hours.valid_from)),
    }
}

/// A function at a unit as the contract has it.
pub fn function(function: UnitFunction) -> pb::UnitFunction {
    match function {
        UnitFunction::Duty => pb::UnitFunction::Duty,
        UnitFunction::Manager => pb::UnitFunction::Manager,
        UnitFunction::Mas => pb::UnitFunction::Mas,
        UnitFunction::Mar => pb::UnitFunction::Mar,
        UnitFunction::Chief => pb::UnitFunction::Chief,
    }
}

/// Addresses of a function as the contract has them.
pub fn contact(of: &ContactOf, contact: &Contact) -> pb::FunctionContact {
    pb::FunctionContact {
        unit: of.unit.to_string(),
        function: function(of.function).into(),
        addresses: contact.addresses.iter().map(ToString::to_string).collect(),
        valid_from: Some(wire::date(contact.valid_from)),
    }
}

fn age_group(group: AgeGroup) -> common::AgeGroup {
    match group {
        AgeGroup::UpTo17 => common::AgeGroup::UpTo17,
        AgeGroup::From18To64 => common::AgeGroup::From18To64,
        AgeGroup::From65To79 => common::AgeGroup::From65To79,
        AgeGroup::From80 => common::AgeGroup::From80,
    }
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
