//! The directory over small tables, and over the tables that the installation ships with.

use std::fs::File;

use jiff::civil::{Date, date};

use super::{
    Contact, ContactOf, Directory, DirectoryFault, HoursOf, Law, MailAddress, OfficeHours, Specialty,
    UnitFunction, UnitKind,
};
use crate::place::{HsaId, MunicipalityCode};

const MUNICIPALITIES: &str = "\
code,name,collaboration_area,area_is_verified
1480,Göteborg,GBG,yes
1462,Lilla Edet,,no
";

const HEADING: &str = "hsa_id,name,kind,parent,municipality,law,specialty,hospital_group,valid_from,valid_to";

const UNITS: &str = "\
SE1-H1,Gamla namnet,hospital,,1480,,,SU,2018-01-01,2022-12-31
SE1-H1,Nya namnet,hospital,,1480,,,SU,2023-01-01,
SE1-W1,Avd 352 Medicin,ward,SE1-H1,,,somatic,,2018-01-01,
SE1-V1,Vårdcentralen Haga,outpatient,,1480,,,,2018-01-01,
SE2-E1,Mottagningsenheten,municipal-reception,,1480,,,,2018-01-01,2023-12-31
SE2-E3,Nya mottagningsenheten,municipal-reception,,1480,,,,2024-01-01,
SE2-E2,Socialtjänsten,municipal-unit,,1480,SoL,,,2018-01-01,
";

fn read(units: &str, municipalities: &str) -> Result<Directory, DirectoryFault> {
    let units = format!("{HEADING}\n{units}");
    Directory::read(units.as_bytes(), municipalities.as_bytes())
}

fn small() -> Directory {
    read(UNITS, MUNICIPALITIES).expect("a good directory")
}

fn id(text: &str) -> HsaId {
    HsaId::parse(text).expect("an hsa-id")
}

fn code(text: &str) -> MunicipalityCode {
    MunicipalityCode::parse(text).expect("a code")
}

/// The faults of these unit rows, the first of which is line 2.
fn faults(units: &str) -> Vec<String> {
    let fault = read(units, MUNICIPALITIES).expect_err("a bad directory");
    fault.lines.iter().map(ToString::to_string).collect()
}

const DAY: Date = date(2024, 5, 6);

#[test]
fn a_unit_is_what_it_was_on_the_day() {
    let directory = small();
    let name = |on| directory.unit(&id("SE1-H1"), on).map(|unit| &*unit.name);
    assert_eq!(name(date(2017, 12, 31)), None);
    assert_eq!(name(date(2018, 1, 1)), Some("Gamla namnet"));
    assert_eq!(name(date(2022, 12, 31)), Some("Gamla namnet"));
    assert_eq!(name(date(2023, 1, 1)), Some("Nya namnet"));
    assert_eq!(directory.unit(&id("SE1-X1"), DAY), None);
    assert_eq!(directory.units(DAY).count(), 5);
}

#[test]
fn only_wards_and_hospitals_have_a_hospital() {
    let directory = small();
    let name = |unit| {
        let hospital = directory.hospital_of(&id(unit), DAY);
        hospital.map(|unit| &*unit.name)
    };
    assert_eq!(name("SE1-W1"), Some("Nya namnet"));
    assert_eq!(name("SE1-H1"), Some("Nya namnet"));
    assert_eq!(name("SE1-V1"), None);
    assert_eq!(name("SE2-E2"), None);
    let before = directory.hospital_of(&id("SE1-W1"), date(2019, 1, 1));
    assert_eq!(before.map(|unit| &*unit.name), Some("Gamla namnet"));
}

#[test]
fn the_units_of_a_municipality_are_those_it_runs() {
    let directory = small();
    let ids = |on| -> Vec<_> {
        let code = code("1480");
        let units = directory.units_of_municipality(&code, on);
        units.map(|unit| unit.hsa_id.to_string()).collect()
    };
    assert_eq!(ids(DAY), ["SE2-E2", "SE2-E3"]);
    assert_eq!(ids(date(2023, 1, 1)), ["SE2-E1", "SE2-E2"]);
    let reception = directory.reception_of(&code("1480"), DAY);
    assert_eq!(reception.map(|unit| &unit.hsa_id), Some(&id("SE2-E3")));
    assert_eq!(directory.reception_of(&code("1462"), DAY), None);
}

#[test]
fn words_and_empty_values_are_read() {
    let directory = small();
    let unit = directory.unit(&id("SE2-E2"), DAY).expect("a unit");
    assert_eq!((unit.kind, unit.law), (UnitKind::MunicipalUnit, Some(Law::SoL)));
    let ward = directory.unit(&id("SE1-W1"), DAY).expect("a ward");
    assert_eq!(ward.specialty, Some(Specialty::Somatic));
    let lilla_edet = directory.municipality(&code("1462")).expect("known");
    assert_eq!(lilla_edet.area, None);
    assert!(!lilla_edet.area_is_verified);
    assert_eq!(directory.municipality(&code("0180")), None);
}

#[test]
fn every_bad_line_is_told() {
    let faults = faults(
        "\
se1-h1,,clinic,,14,LOU,,,2018-1-1,
SE1-W1,Avd 1,ward,,,,,,2018-01-01,2017-01-01
SE1-W2,Avd 2,ward
SE2-E2,Socialtjänsten,municipal-unit,,1480,,,,2018-01-01T10:00,
SE1-H1,Sjukhuset,hospital,,1480,,,,2018-01-01,
",
    );
    assert_eq!(
        faults,
        [
            "units line 2: hsa_id: an hsa-id is SE, capitals or digits, a dash, and capitals or digits",
            "units line 2: name is empty",
            "units line 2: kind: expected one of: hospital ward outpatient municipal-unit municipal-reception",
            "units line 2: municipality: a municipality code is four digits of a county and a municipality in it",
            "units line 2: law: expected one of: SoL LSS HSL",
            "units line 2: valid_from is not a day written as 2018-01-31",
            "units line 3: parent is empty",
            "units line 3: specialty is empty",
            "units line 3: valid_to 2017-01-01 is before valid_from 2018-01-01",
            "units line 4: 3 values for 10 columns",
            "units line 5: valid_from is not a day written as 2018-01-31",
            "units line 5: law is empty",
            "units line 6: hospital_group is empty",
        ]
    );
}

#[test]
fn rows_of_one_id_may_not_overlap() {
    let faults = faults(
        "\
SE1-V1,Lång,outpatient,,1480,,,,2018-01-01,
SE1-V1,Kort,outpatient,,1480,,,,2019-01-01,2019-12-31
SE1-V1,Sen,outpatient,,1480,,,,2021-01-01,
SE1-V2,Till och med,outpatient,,1480,,,,2018-01-01,2019-01-01
SE1-V2,Från och med,outpatient,,1480,,,,2019-01-01,
",
    );
    assert_eq!(
        faults,
        [
            "units line 3: SE1-V1 is valid on line 2 on some of the same days",
            "units line 4: SE1-V1 is valid on line 2 on some of the same days",
            "units line 6: SE1-V2 is valid on line 5 on some of the same days",
        ]
    );
}

#[test]
fn a_ward_needs_its_hospital_throughout() {
    let faults = faults(
        "\
SE1-H1,Sjukhuset,hospital,,1480,,,SU,2018-01-01,2020-12-31
SE1-H1,Sjukhuset,hospital,,1480,,,SV,2021-01-02,
SE1-W1,Över glappet,ward,SE1-H1,,,somatic,,2018-01-01,
SE1-W2,Före glappet,ward,SE1-H1,,,somatic,,2018-01-01,2020-12-31
SE1-W3,Efter glappet,ward,SE1-H1,,,somatic,,2021-01-02,
SE1-W4,I en avdelning,ward,SE1-W3,,,somatic,,2022-01-01,
SE1-W5,Utan sjukhus,ward,SE1-H9,,,somatic,,2018-01-01,
SE1-V1,Under okänd,outpatient,SE1-H9,,,,,2018-01-01,
",
    );
    assert_eq!(
        faults,
        [
            "units line 4: no hospital SE1-H1 during all of the ward's validity",
            "units line 7: no hospital SE1-W3 during all of the ward's validity",
            "units line 8: no hospital SE1-H9 during all of the ward's validity",
            "units line 9: no unit SE1-H9 to be the parent",
        ]
    );
}

#[test]
fn municipalities_are_known_and_have_one_reception() {
    let faults = faults(
        "\
SE2-E1,Mottagningen,municipal-reception,,1480,,,,2018-01-01,
SE2-E2,Andra mottagningen,municipal-reception,,1480,,,,2020-01-01,
SE3-E1,Annat län,municipal-reception,,0180,,,,2018-01-01,
",
    );
    assert_eq!(
        faults,
        [
            "units line 3: municipality 1480 has its reception on line 2 on some of the same days",
            "units line 4: no municipality 0180",
        ]
    );
}

#[test]
fn a_wrong_heading_is_told_alone() {
    let municipalities = "code,name,area,name\n1480,Göteborg,GBG,no\n";
    let fault = Directory::read("".as_bytes(), municipalities.as_bytes()).expect_err("headings");
    let text = fault.to_string();
    assert!(text.starts_with(
        "the directory cannot be read\n  municipalities line 1: unknown column \"area\"\n  \
         municipalities line 1: column name stands twice\n  \
         municipalities line 1: no column collaboration_area\n"
    ));
    assert!(text.contains("\n  units line 1: no column hsa_id\n"));
}

#[test]
fn odd_texts_are_read_or_told() {
    let marked = format!("\u{feff}{MUNICIPALITIES}").replace('\n', "\r\n");
    assert!(read(UNITS, &marked).is_ok());
    let twice = format!("{MUNICIPALITIES}1480,Göteborg,GBG,yes\n");
    let fault = read(UNITS, &twice).expect_err("a repeated municipality");
    assert!(fault.to_string().ends_with("line 4: municipality 1480 stands on line 2 already"));
    let latin = b"code,name,collaboration_area,area_is_verified\n1480,G\xf6teborg,GBG,yes\n";
    let units = format!("{HEADING}\n");
    let fault = Directory::read(units.as_bytes(), &latin[..]).expect_err("not utf-8");
    assert!(fault.to_string().ends_with("municipalities line 2: not utf-8"));
}

#[test]
fn the_shipped_tables_are_whole() {
    let open = |path| File::open(path).expect("a shipped table");
    let units = open(concat!(env!("CARGO_MANIFEST_DIR"), "/../../services/directory/data/units.csv"));
    let municipalities =
        open(concat!(env!("CARGO_MANIFEST_DIR"), "/../../services/directory/data/municipalities.csv"));
    let directory = Directory::read(units, municipalities).expect("good tables");

    assert_eq!(directory.municipalities().count(), 49);
    for municipality in directory.municipalities() {
        let code = &municipality.code;
        assert!(directory.reception_of(code, DAY).is_some(), "{code}");
        for law in [Law::SoL, Law::Hsl] {
            let mut units = directory.units_of_municipality(code, DAY);
            assert!(units.any(|unit| unit.law == Some(law)), "{code} {law}");
        }
    }
    let of_kind = |kind| directory.units(DAY).filter(move |unit| unit.kind == kind);
    assert_eq!(of_kind(UnitKind::Hospital).count(), 19);
    for hospital in of_kind(UnitKind::Hospital) {
        let mut wards = of_kind(UnitKind::Ward);
        let is_here = |ward: &super::Unit| ward.parent.as_ref() == Some(&hospital.hsa_id);
        assert!(wards.any(is_here), "{} has no ward", hospital.name);
    }
}

#[test]
fn a_unit_is_manned_in_its_own_hours_and_another_in_the_usual_ones() {
    let mut directory = small();
    let minutes = |directory: &Directory, unit: &str, from: &str, to: &str| {
        directory.manned_minutes(
            &id(unit),
            from.parse().expect("an instant"),
            to.parse().expect("an instant"),
        )
    };
    // Friday 15:00 to Monday 09:30, in Stockholm.
    let weekend = ("2026-09-11T13:00:00Z", "2026-09-14T07:30:30Z");
    assert_eq!(minutes(&directory, "SE2-E2", weekend.0, weekend.1), 60 + 90);
    assert_eq!(minutes(&directory, "SE9-X", weekend.0, weekend.1), 60 + 90, "not known");
    assert_eq!(minutes(&directory, "SE2-E2", weekend.1, weekend.0), 0);
    // Maundy Thursday 15:30 to Tuesday 08:10: Good Friday and Easter Monday are out.
    assert_eq!(minutes(&directory, "SE2-E2", "2026-04-02T13:30:00Z", "2026-04-07T06:10:00Z"), 40);
    let always = OfficeHours {
        week: (1..=7).map(|weekday| format!("{weekday}=00:00-24:00").parse().expect("an opening")).collect(),
        on_holidays: true,
        valid_from: date(2026, 1, 1),
    };
    let of = HoursOf { municipality: Some(code("1480")), kind: None };
    directory.record_office_hours(of, vec![always]);
    // The night in which the clock goes back has an hour more.
    assert_eq!(minutes(&directory, "SE2-E2", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"), 25 * 60);
}

#[test]
fn a_unit_has_been_manned_for_so_long_when_its_hours_say_so() {
    let mut directory = small();
    let until = |directory: &Directory, unit: &str, from: &str, minutes| {
        let from: jiff::Timestamp = from.parse().expect("an instant");
        directory.manned_until(&id(unit), from, minutes).to_string()
    };
    // Friday 15:00, in Stockholm: an hour is left of the day.
    assert_eq!(until(&directory, "SE2-E2", "2026-09-11T13:00:00Z", 60), "2026-09-11T14:00:00Z");
    assert_eq!(until(&directory, "SE2-E2", "2026-09-11T13:00:00Z", 61), "2026-09-14T06:01:00Z");
    // In the evening before Good Friday: the time begins on Tuesday.
    assert_eq!(until(&directory, "SE9-X", "2026-04-02T20:00:00Z", 480), "2026-04-07T14:00:00Z");
    assert_eq!(until(&directory, "SE9-X", "2026-04-02T20:00:00Z", 0), "2026-04-07T06:00:00Z");
    let closed = OfficeHours { week: Vec::new(), on_holidays: false, valid_from: date(2026, 1, 1) };
    directory.record_office_hours(HoursOf { municipality: Some(code("1480")), kind: None }, vec![closed]);
    assert_eq!(until(&directory, "SE2-E2", "2026-09-11T13:00:00Z", 1), "2027-09-12T13:00:00Z");
}

#[test]
fn a_function_is_reached_at_the_unit_or_where_it_is_had_for_several() {
    let mut directory = small();
    let address = |text: &str| text.parse::<MailAddress>().expect("an address");
    let row = |texts: &[&str], valid_from| Contact {
        addresses: texts.iter().map(|text| address(text)).collect(),
        valid_from,
    };
    let of = |unit: &str, function| ContactOf { unit: id(unit), function };
    let rows = vec![row(&["a@k.example"], date(2026, 1, 1)), row(&[], date(2026, 6, 1))];
    directory.record_contacts(of("SE2-E2", UnitFunction::Duty), rows);
    directory
        .record_contacts(of("SE1-H1", UnitFunction::Chief), vec![row(&["b@r.example"], date(2026, 1, 1))]);
    directory.record_contacts(of("SE1-W1", UnitFunction::Chief), vec![row(&[], date(2026, 6, 1))]);
    let reached = |unit: &str, function, on| -> Vec<String> {
        directory.addresses(&id(unit), function, on).iter().map(ToString::to_string).collect()
    };
    assert_eq!(reached("SE2-E2", UnitFunction::Duty, date(2026, 5, 31)), ["a@k.example"]);
    assert!(reached("SE2-E2", UnitFunction::Duty, date(2026, 6, 1)).is_empty());
    assert!(reached("SE2-E2", UnitFunction::Mas, date(2026, 5, 31)).is_empty());
    assert_eq!(reached("SE1-W1", UnitFunction::Chief, date(2026, 5, 31)), ["b@r.example"]);
    assert!(reached("SE1-W1", UnitFunction::Chief, date(2026, 6, 1)).is_empty(), "it says nowhere");
}
