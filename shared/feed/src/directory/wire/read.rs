//! The directory's rows from the contract: none where it does not say what it must.

use std::str::FromStr;

use hemgang_core::{
    directory::{
        AgeGroup, Assignment, Contact, Criteria, Municipality, OfficeHours, Opening, RoutingRule, Specialty,
        Unit, UnitFunction, UnitKind,
    },
    place::MunicipalityCode,
};
use hemgang_proto::{common, directory as pb, google::r#type::Date as WireDate};
use hemgang_rpc::wire;
use jiff::civil::Date;

/// A kind of unit of the contract; none when it says none.
pub fn read_kind(kind: pb::UnitKind) -> Option<UnitKind> {
    match kind {
        pb::UnitKind::Unspecified => None,
        pb::UnitKind::Hospital => Some(UnitKind::Hospital),
        pb::UnitKind::Ward => Some(UnitKind::Ward),
        pb::UnitKind::Outpatient => Some(UnitKind::Outpatient),
        pb::UnitKind::Municipal => Some(UnitKind::MunicipalUnit),
        pb::UnitKind::MunicipalReception => Some(UnitKind::MunicipalReception),
    }
}

/// A function at a unit of the contract; none when it says none.
pub fn read_function(function: pb::UnitFunction) -> Option<UnitFunction> {
    match function {
        pb::UnitFunction::Unspecified => None,
        pb::UnitFunction::Duty => Some(UnitFunction::Duty),
        pb::UnitFunction::Manager => Some(UnitFunction::Manager),
        pb::UnitFunction::Mas => Some(UnitFunction::Mas),
        pb::UnitFunction::Mar => Some(UnitFunction::Mar),
        pb::UnitFunction::Chief => Some(UnitFunction::Chief),
    }
}

/// Addresses of a function.
pub(super) fn read_contact(said: &pb::FunctionContact) -> Option<Contact> {
    Some(Contact {
        addresses: said.addresses.iter().map(|address| address.parse().ok()).collect::<Option<_>>()?,
        valid_from: day(said.valid_from.as_ref())?,
    })
}

/// What a ward treats, of the contract; none when it says nothing.
pub fn read_specialty(specialty: common::Specialty) -> Option<Specialty> {
    match specialty {
        common::Specialty::Unspecified => None,
        common::Specialty::Somatic => Some(Specialty::Somatic),
        common::Specialty::Psychiatric => Some(Specialty::Psychiatric),
    }
}

/// An age group of the contract; none when it says none.
pub fn read_age_group(group: common::AgeGroup) -> Option<AgeGroup> {
    match group {
        common::AgeGroup::Unspecified => None,
        common::AgeGroup::UpTo17 => Some(AgeGroup::UpTo17),
        common::AgeGroup::From18To64 => Some(AgeGroup::From18To64),
        common::AgeGroup::From65To79 => Some(AgeGroup::From65To79),
        common::AgeGroup::From80 => Some(AgeGroup::From80),
    }
}

/// Hours of a week.
pub(super) fn read_office_hours(said: &pb::OfficeHours) -> Option<OfficeHours> {
    let opening = |said: &pb::Opening| {
        let weekday = i8::try_from(said.weekday).ok()?;
        Some(Opening { weekday, opens: said.opens.parse().ok()?, closes: said.closes.parse().ok()? })
    };
    Some(OfficeHours {
        week: said.week.iter().map(opening).collect::<Option<_>>()?,
        on_holidays: said.on_holidays,
        valid_from: day(said.valid_from.as_ref())?,
    })
}

/// A text that may be empty.
pub(super) fn optional<T: FromStr>(text: &str) -> Result<Option<T>, T::Err> {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some) }
}

fn day(on: Option<&WireDate>) -> Option<Date> {
    on.and_then(wire::day)
}

/// A unit.
pub(super) fn read_unit(said: &pb::Unit) -> Option<Unit> {
    Some(Unit {
        hsa_id: said.hsa_id.parse().ok()?,
        name: said.name.clone(),
        kind: read_kind(said.kind())?,
        parent: optional(&said.parent).ok()?,
        municipality: optional(&said.municipality).ok()?,
        law: optional(&said.law).ok()?,
        specialty: read_specialty(said.specialty()),
        hospital_group: Some(said.hospital_group.clone()).filter(|group| !group.is_empty()),
        valid_from: day(said.valid_from.as_ref())?,
        valid_to: day(said.valid_to.as_ref()),
        version: said.etag.parse().ok()?,
    })
}

/// A municipality.
pub(super) fn read_municipality(said: &pb::Municipality) -> Option<Municipality> {
    Some(Municipality {
        code: said.code.parse::<MunicipalityCode>().ok()?,
        name: said.name.clone(),
        area: Some(said.area.clone()).filter(|area| !area.is_empty()),
        area_is_verified: said.area_is_verified,
    })
}

/// An assignment.
pub(super) fn read_assignment(said: &pb::Assignment) -> Option<Assignment> {
    Some(Assignment {
        assignment_id: said.assignment_id.parse().ok()?,
        person: said.person.parse().ok()?,
        unit: said.unit.parse().ok()?,
        role: said.role.clone(),
        function: said.function.clone(),
        valid_from: day(said.valid_from.as_ref())?,
        valid_to: day(said.valid_to.as_ref()),
        version: said.etag.parse().ok()?,
    })
}

/// A routing rule.
pub(super) fn read_routing_rule(said: &pb::RoutingRule) -> Option<RoutingRule> {
    Some(RoutingRule {
        rule_id: said.rule_id.parse().ok()?,
        criteria: Criteria {
            municipality: said.municipality.parse().ok()?,
            law: said.law.parse().ok()?,
            age_group: read_age_group(said.age_group()),
            postal_code: Some(said.postal_code.clone()).filter(|code| !code.is_empty()),
            listed_unit: optional(&said.listed_unit).ok()?,
        },
        unit: said.unit.parse().ok()?,
        valid_from: day(said.valid_from.as_ref())?,
        valid_to: day(said.valid_to.as_ref()),
        version: said.etag.parse().ok()?,
    })
}
