//! Between the directory's events and the directory that they tell.

use std::str::FromStr;

use hemgang_core::{
    directory::{
        AgeGroup, Assignment, Criteria, Directory, HoursOf, Municipality, OfficeHours, Opening, RoutingRule,
        Specialty, Unit, UnitKind,
    },
    place::{HsaId, MunicipalityCode},
};
use hemgang_proto::{
    common,
    directory::{
        self as pb, AssignmentRecorded, DirectoryEvent, MunicipalityRecorded, OfficeHoursRecorded,
        RoutingRuleRecorded, UnitRecorded, directory_event::Event,
    },
};
use hemgang_rpc::{Audience, Failure, wire};
use jiff::civil::Date;

/// Lets a directory be what an event tells. A kind that this program does not know is an error: consumers are upgraded
/// first.
///
/// # Errors
/// When the event does not say what its kind must.
pub fn apply(directory: &mut Directory, event: &DirectoryEvent) -> Result<(), Failure> {
    let read = match &event.event {
        Some(Event::UnitRecorded(said)) => said
            .hsa_id
            .parse::<HsaId>()
            .ok()
            .and_then(|id| Some((id, said.periods.iter().map(read_unit).collect::<Option<_>>()?)))
            .map(|(id, rows)| directory.record_unit(id, rows)),
        Some(Event::MunicipalityRecorded(said)) => {
            let municipality = said.municipality.as_ref().and_then(read_municipality);
            municipality.map(|municipality| directory.record_municipality(municipality))
        }
        Some(Event::AssignmentRecorded(said)) => {
            let assignment = said.assignment.as_ref().and_then(read_assignment);
            assignment.map(|assignment| directory.record_assignment(assignment))
        }
        Some(Event::RoutingRuleRecorded(said)) => {
            let rule = said.rule.as_ref().and_then(read_routing_rule);
            rule.map(|rule| directory.record_routing_rule(rule))
        }
        Some(Event::OfficeHoursRecorded(said)) => optional(&said.municipality)
            .ok()
            .and_then(|municipality| {
                let of = HoursOf { municipality, kind: read_kind(said.kind()) };
                Some((of, said.periods.iter().map(read_office_hours).collect::<Option<_>>()?))
            })
            .map(|(of, rows)| directory.record_office_hours(of, rows)),
        None => None,
    };
    read.ok_or_else(|| Failure::Internal("an event of the directory that cannot be read".into()))
}

/// The events that tell a directory from nothing, each with who may see it beside our services.
pub fn events(directory: &Directory) -> impl Iterator<Item = (Audience, Event)> {
    let municipalities =
        directory.municipalities().map(|row| (municipality_audience(), municipality_event(row)));
    let units = directory.histories().map(|(id, rows)| (unit_audience(rows), unit_event(id, rows)));
    let assignments = directory.assignments().map(|row| {
        let municipality = directory.municipality_running(&row.unit, row.valid_from);
        (Audience::administrators(municipality), assignment_event(row))
    });
    let rules = directory.routing_rules().map(|row| (routing_rule_audience(row), routing_rule_event(row)));
    let hours = directory.office_hours().map(|(of, rows)| (hours_audience(of), office_hours_event(of, rows)));
    municipalities.chain(units).chain(assignments).chain(rules).chain(hours)
}

/// Whoever administers a unit.
pub fn unit_audience(rows: &[Unit]) -> Audience {
    Audience::administrators(rows.last().and_then(Unit::run_by))
}

/// Whoever administers what municipalities there are.
pub fn municipality_audience() -> Audience {
    Audience::administrators(None)
}

/// Whoever administers a rule.
pub fn routing_rule_audience(rule: &RoutingRule) -> Audience {
    Audience::administrators(Some(&rule.criteria.municipality))
}

/// Whoever administers the units whose hours they are.
pub fn hours_audience(of: &HoursOf) -> Audience {
    Audience::administrators(of.municipality.as_ref())
}

/// Tells everything that is known of a unit.
pub fn unit_event(id: &HsaId, rows: &[Unit]) -> Event {
    Event::UnitRecorded(UnitRecorded { hsa_id: id.to_string(), periods: rows.iter().map(unit).collect() })
}

/// Tells of a municipality.
pub fn municipality_event(row: &Municipality) -> Event {
    Event::MunicipalityRecorded(MunicipalityRecorded { municipality: Some(municipality(row)) })
}

/// Tells of an assignment.
pub fn assignment_event(row: &Assignment) -> Event {
    Event::AssignmentRecorded(AssignmentRecorded { assignment: Some(assignment(row)) })
}

/// Tells of a routing rule.
pub fn routing_rule_event(row: &RoutingRule) -> Event {
    Event::RoutingRuleRecorded(RoutingRuleRecorded { rule: Some(routing_rule(row)) })
}

/// Tells all hours of some units.
pub fn office_hours_event(of: &HoursOf, rows: &[OfficeHours]) -> Event {
    Event::OfficeHoursRecorded(OfficeHoursRecorded {
        municipality: text(of.municipality.as_ref()),
        kind: of.kind.map_or(pb::UnitKind::Unspecified, kind).into(),
        periods: rows.iter().map(|hours| office_hours(of, hours)).collect(),
    })
}

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

/// What a ward treats, of the contract; none when it says nothing.
pub fn read_specialty(specialty: common::Specialty) -> Option<Specialty> {
    match specialty {
        common::Specialty::Unspecified => None,
        common::Specialty::Somatic => Some(Specialty::Somatic),
        common::Specialty::Psychiatric => Some(Specialty::Psychiatric),
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

fn read_office_hours(said: &pb::OfficeHours) -> Option<OfficeHours> {
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

fn age_group(group: AgeGroup) -> common::AgeGroup {
    match group {
        AgeGroup::UpTo17 => common::AgeGroup::UpTo17,
        AgeGroup::From18To64 => common::AgeGroup::From18To64,
        AgeGroup::From65To79 => common::AgeGroup::From65To79,
        AgeGroup::From80 => common::AgeGroup::From80,
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

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A text that may be empty.
fn optional<T: FromStr>(text: &str) -> Result<Option<T>, T::Err> {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some) }
}

fn day(on: Option<&hemgang_proto::google::r#type::Date>) -> Option<Date> {
    on.and_then(wire::day)
}

fn read_unit(said: &pb::Unit) -> Option<Unit> {
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

fn read_municipality(said: &pb::Municipality) -> Option<Municipality> {
    Some(Municipality {
        code: said.code.parse::<MunicipalityCode>().ok()?,
        name: said.name.clone(),
        area: Some(said.area.clone()).filter(|area| !area.is_empty()),
        area_is_verified: said.area_is_verified,
    })
}

fn read_assignment(said: &pb::Assignment) -> Option<Assignment> {
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

fn read_routing_rule(said: &pb::RoutingRule) -> Option<RoutingRule> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_comes_back_from_the_events_that_tell_it() {
        let units = "hsa_id,name,kind,parent,municipality,law,specialty,hospital_group,valid_from,valid_to
SE1-H1,Gamla namnet,hospital,,1480,,,SU,2018-01-01,2022-12-31
SE1-H1,Nya namnet,hospital,,1480,,,SU,2023-01-01,
SE1-W1,Avd 67,ward,SE1-H1,,,psychiatric,,2018-01-01,
SE2-E1,Socialtjänsten,municipal-unit,,1480,SoL,,,2018-01-01,
";
        let municipalities = "code,name,collaboration_area,area_is_verified\n1480,Göteborg,GBG,yes\n";
        let mut told = Directory::read(units.as_bytes(), municipalities.as_bytes()).expect("a directory");
        let id = |text: &str| text.parse::<HsaId>().expect("an id");
        told.record_assignment(Assignment {
            assignment_id: "0199db7c-6d00-7000-8000-000000000001".parse().expect("an id"),
            person: id("SE2-P1"),
            unit: id("SE2-E1"),
            role: "municipality".to_owned(),
            function: "biståndshandläggare".to_owned(),
            valid_from: jiff::civil::date(2026, 9, 14),
            valid_to: Some(jiff::civil::date(2026, 9, 13)),
            version: 2,
        });
        told.record_routing_rule(RoutingRule {
            rule_id: "0199db7c-6d00-7000-8000-000000000002".parse().expect("an id"),
            criteria: Criteria {
                municipality: "1480".parse().expect("a code"),
                law: hemgang_core::directory::Law::SoL,
                age_group: Some(AgeGroup::From80),
                postal_code: Some("417".to_owned()),
                listed_unit: None,
            },
            unit: id("SE2-E1"),
            valid_from: jiff::civil::date(2026, 9, 14),
            valid_to: None,
            version: 1,
        });
        told.record_office_hours(
            HoursOf { municipality: "1480".parse().ok(), kind: None },
            vec![OfficeHours {
                week: vec!["1=07:30-24:00".parse().expect("an opening")],
                on_holidays: true,
                valid_from: jiff::civil::date(2026, 9, 14),
            }],
        );
        let mut read = Directory::default();
        for (_, event) in events(&told) {
            let event = DirectoryEvent { header: None, event: Some(event) };
            let kept = serde_json::to_string(&event).expect("JSON");
            apply(&mut read, &serde_json::from_str(&kept).expect("an event")).expect("applied");
        }
        assert_eq!(read, told);
        assert!(apply(&mut read, &DirectoryEvent::default()).is_err());
    }
}
