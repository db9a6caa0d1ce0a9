//! The directory's events: what they tell of it, and the directory that they tell.

use hemgang_core::{
    directory::{
        Assignment, Contact, ContactOf, Directory, HoursOf, Municipality, OfficeHours, RoutingRule, Unit,
    },
    place::HsaId,
};
use hemgang_proto::directory::{
    AssignmentRecorded, DirectoryEvent, FunctionContactRecorded, MunicipalityRecorded, OfficeHoursRecorded,
    RoutingRuleRecorded, UnitRecorded, directory_event::Event,
};
use hemgang_rpc::{Audience, Failure};

use super::{
    assignment, contact, function, kind, municipality, office_hours,
    read::{
        optional, read_assignment, read_contact, read_function, read_kind, read_municipality,
        read_office_hours, read_routing_rule, read_unit,
    },
    routing_rule, text, unit,
};

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
        Some(Event::FunctionContactRecorded(said)) => said
            .unit
            .parse::<HsaId>()
            .ok()
            .and_then(|unit| {
                let of = ContactOf { unit, function: read_function(said.function())? };
                Some((of, said.periods.iter().map(read_contact).collect::<Option<_>>()?))
            })
            .map(|(of, rows)| directory.record_contacts(of, rows)),
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
    let contacts = directory
        .contacts()
        .map(|(of, rows)| (unit_audience(directory.rows(&of.unit)), contacts_event(of, rows)));
    municipalities.chain(units).chain(assignments).chain(rules).chain(hours).chain(contacts)
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
        kind: of.kind.map(kind).unwrap_or_default().into(),
        periods: rows.iter().map(|hours| office_hours(of, hours)).collect(),
    })
}

/// Tells all addresses of a function at a unit.
pub fn contacts_event(of: &ContactOf, rows: &[Contact]) -> Event {
    Event::FunctionContactRecorded(FunctionContactRecorded {
        unit: of.unit.to_string(),
        function: function(of.function).into(),
        periods: rows.iter().map(|row| contact(of, row)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use hemgang_core::directory::{AgeGroup, Criteria, UnitFunction};

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
        told.record_contacts(
            ContactOf { unit: id("SE2-E1"), function: UnitFunction::Duty },
            vec![Contact {
                addresses: vec!["jour@kommun.example".parse().expect("an address")],
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
