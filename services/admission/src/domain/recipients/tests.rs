//! Who is proposed for whom, as a table.

use hemgang_core::directory::{Criteria, RoutingRule};
use jiff::civil::date;

use super::*;

const UNITS: &str = "hsa_id,name,kind,parent,municipality,law,specialty,hospital_group,valid_from,valid_to
SE1-V1,Vårdcentralen Haga,outpatient,,1480,,,,2018-01-01,
SE1-V2,Vårdcentralen Majorna,outpatient,,1480,,,,2018-01-01,2025-12-31
SE2-R,Mottagningen,municipal-reception,,1480,,,,2018-01-01,
SE2-S1,Socialtjänst Centrum,municipal-unit,,1480,SoL,,,2018-01-01,
SE2-S2,Socialtjänst Hisingen,municipal-unit,,1480,SoL,,,2018-01-01,
SE2-S3,Socialtjänst Äldre,municipal-unit,,1480,SoL,,,2018-01-01,
SE2-S4,Socialtjänst Väster,municipal-unit,,1480,SoL,,,2018-01-01,2025-12-31
SE2-H,Hemsjukvården,municipal-unit,,1480,HSL,,,2018-01-01,
SE3-S,Socialtjänsten,municipal-unit,,1490,SoL,,,2018-01-01,
";

const MUNICIPALITIES: &str = "code,name,collaboration_area,area_is_verified
1480,Göteborg,GBG,yes
1490,Borås,SÄ,yes
";

const ON: Date = date(2026, 9, 14);

fn id(text: &str) -> HsaId {
    text.parse().expect("an id")
}

fn code(text: &str) -> MunicipalityCode {
    text.parse().expect("a code")
}

fn directory() -> Directory {
    let mut directory = Directory::read(UNITS.as_bytes(), MUNICIPALITIES.as_bytes()).expect("a directory");
    let always = date(2020, 1, 1);
    let rules = [
        (None, None, None, "SE2-S1", always),
        (None, Some("41"), None, "SE2-S2", always),
        (Some(AgeGroup::From80), None, None, "SE2-S3", always),
        (Some(AgeGroup::From80), Some("4171"), None, "SE2-S1", always),
        (None, None, Some("SE1-V1"), "SE2-S3", date(2026, 9, 15)),
        (None, Some("431"), None, "SE2-S4", always),
    ];
    for (number, (age_group, postal_code, listed_unit, unit, valid_from)) in (1..).zip(rules) {
        directory.record_routing_rule(RoutingRule {
            rule_id: format!("0199db7c-6d00-7000-8000-{number:012}").parse().expect("an id"),
            criteria: Criteria {
                municipality: code("1480"),
                law: Law::SoL,
                age_group,
                postal_code: postal_code.map(str::to_owned),
                listed_unit: listed_unit.map(id),
            },
            unit: id(unit),
            valid_from,
            valid_to: None,
            version: 1,
        });
    }
    directory
}

/// What somebody's needs lead to: the unit or why nobody, and which rule.
fn told(patient: &Patient<'_>, needs: &[Need], on: Date) -> String {
    let directory = directory();
    let (proposals, unresolved) = resolve(patient, needs, &directory, on);
    let proposed = proposals.iter().map(|proposal| {
        assert_eq!(proposal.rule.is_some(), proposal.reason == ProposalReason::RoutingRule);
        let rule = proposal.rule.map(|rule| rule.to_string()).unwrap_or_default();
        format!("{} {:?}{}", proposal.unit.hsa_id, proposal.reason, rule.get(35..).unwrap_or_default())
    });
    proposed.chain(unresolved.iter().map(|(_, reason)| format!("{reason:?}"))).collect::<Vec<_>>().join(", ")
}

#[test]
fn each_need_leads_to_the_unit_that_the_rules_of_the_day_name() {
    use Need::{DisabilitySupport, MunicipalHealthCare, Outpatient, SocialServices};

    let (gothenburg, boras, elsewhere) = (code("1480"), code("1490"), code("0180"));
    let (haga, majorna) = (id("SE1-V1"), id("SE1-V2"));
    let of = |municipality| Patient { municipality: Some(municipality), ..Patient::default() };
    let at = |postal_code: &str| Patient { postal_code: Some(postal_code.to_owned()), ..of(&gothenburg) };
    let old = |patient| Patient { age_group: Some(AgeGroup::From80), ..patient };
    let young = |patient| Patient { age_group: Some(AgeGroup::From18To64), ..patient };
    let tomorrow = date(2026, 9, 15);
    let listed = || Patient { listed_unit: Some(&haga), ..old(at("41712")) };
    let rows = [
        ("nothing is known but the municipality", of(&gothenburg), SocialServices, ON, "SE2-S1 RoutingRule1"),
        ("the postal code", at("41101"), SocialServices, ON, "SE2-S2 RoutingRule2"),
        ("another postal code", at("42101"), SocialServices, ON, "SE2-S1 RoutingRule1"),
        ("the age", old(of(&gothenburg)), SocialServices, ON, "SE2-S3 RoutingRule3"),
        ("another age", young(of(&gothenburg)), SocialServices, ON, "SE2-S1 RoutingRule1"),
        ("the postal code before the age", old(at("41101")), SocialServices, ON, "SE2-S2 RoutingRule2"),
        ("the longer postal code", old(at("41712")), SocialServices, ON, "SE2-S1 RoutingRule4"),
        ("a rule that begins tomorrow", listed(), SocialServices, ON, "SE2-S1 RoutingRule4"),
        ("the listed unit before all", listed(), SocialServices, tomorrow, "SE2-S3 RoutingRule5"),
        ("a rule to a closed unit", at("43101"), SocialServices, ON, "SE2-R Reception"),
        ("one unit of the act", of(&gothenburg), MunicipalHealthCare, ON, "SE2-H OnlyUnit"),
        ("no unit of the act", of(&gothenburg), DisabilitySupport, ON, "SE2-R Reception"),
        ("no reception either", of(&boras), DisabilitySupport, ON, "NoUnit"),
        ("another's rules", of(&boras), SocialServices, ON, "SE3-S OnlyUnit"),
        ("another county", of(&elsewhere), SocialServices, ON, "OtherCounty"),
        ("no municipality", Patient::default(), SocialServices, ON, "MunicipalityUnknown"),
        ("the listed unit", listed(), Outpatient, ON, "SE1-V1 ListedUnit"),
        ("listed nowhere", of(&gothenburg), Outpatient, ON, "NotListed"),
        (
            "a listed unit that is closed",
            Patient { listed_unit: Some(&majorna), ..of(&gothenburg) },
            Outpatient,
            ON,
            "ListedUnitClosed",
        ),
    ];
    for (name, patient, need, on, expected) in rows {
        assert_eq!(told(&patient, &[need], on), expected, "{name}");
    }
    assert_eq!(
        told(&listed(), &[SocialServices, MunicipalHealthCare, Outpatient], ON),
        "SE2-S1 RoutingRule4, SE2-H OnlyUnit, SE1-V1 ListedUnit"
    );
}

#[test]
fn nobody_is_proposed_for_a_person_whose_municipality_may_be_secret() {
    let (municipality, haga) = (code("1480"), id("SE1-V1"));
    let patient = Patient {
        is_secret: true,
        municipality: Some(&municipality),
        listed_unit: Some(&haga),
        ..Patient::default()
    };
    assert_eq!(told(&patient, &[Need::SocialServices, Need::Outpatient], ON), "ProtectedRegistration");
}

#[test]
fn a_postal_code_is_read_from_an_address() {
    let rows = [
        ("Storgatan 12, 417 55 Göteborg", Some("41755")),
        ("Storgatan 12 lgh 1101\n41755 GÖTEBORG", Some("41755")),
        ("c/o 123 45, Box 417 55 Göteborg", Some("41755")),
        ("SE-417 55 Göteborg", Some("41755")),
        ("Storgatan 12, Göteborg", None),
        ("Storgatan 41755a", None),
        ("tfn 031417550", None),
        ("", None),
    ];
    for (address, expected) in rows {
        assert_eq!(postal_code(address).as_deref(), expected, "{address}");
    }
}
