//! What becomes of a unit's rows, and what is refused.

use hemgang_core::directory::UnitKind;
use jiff::civil::date;

use super::*;

const MUNICIPALITIES: &str = "code,name,collaboration_area,area_is_verified\n1480,Göteborg,GBG,yes\n";

const UNITS: &str = "hsa_id,name,kind,parent,municipality,law,specialty,hospital_group,valid_from,valid_to
SE1-H1,Sjukhuset,hospital,,1480,,,SU,2018-01-01,
SE1-W1,Avd 1,ward,SE1-H1,,,somatic,,2018-01-01,
SE2-E1,Mottagningen,municipal-reception,,1480,,,,2018-01-01,
SE2-E2,Socialtjänsten,municipal-unit,,1480,SoL,,,2018-01-01,2026-12-31
SE2-E2,Socialtjänst Väster,municipal-unit,,1480,SoL,,,2027-01-01,
SE2-E3,Hemsjukvården,municipal-unit,,1480,HSL,,,2018-01-01,2025-12-31
";

const TODAY: Date = date(2026, 9, 14);

fn directory() -> Directory {
    Directory::read(UNITS.as_bytes(), MUNICIPALITIES.as_bytes()).expect("a directory")
}

fn id(text: &str) -> HsaId {
    text.parse().expect("an id")
}

/// A unit as it stands in the table on its last day, told anew from a day on.
fn like(text: &str, name: &str, valid_from: Date) -> Unit {
    let last = directory().rows(&id(text)).last().expect("a unit").clone();
    Unit { name: name.to_owned(), valid_from, valid_to: None, ..last }
}

/// What is left of rows: name, first day, last day.
fn told(rows: Result<Vec<Unit>, Error>) -> String {
    match rows {
        Ok(rows) => {
            assert!(rows.iter().all(|row| row.version == 1), "every row is of the next version");
            let row = |row: &Unit| {
                let last = row.valid_to.map(|last| last.to_string()).unwrap_or_default();
                format!("{} {}..{last}", row.name, row.valid_from)
            };
            rows.iter().map(row).collect::<Vec<_>>().join(", ")
        }
        Err(Error::Common(Failure::Invalid(violations))) => violations[0].field.clone(),
        Err(Error::Common(failure)) => failure.to_string(),
        Err(error) => format!("{error:?}"),
    }
}

#[test]
fn a_change_holds_until_what_is_planned_and_leaves_what_held() {
    let changed = |unit| told(changed(&directory(), unit));
    assert_eq!(
        changed(like("SE2-E2", "Nytt", TODAY)),
        "Socialtjänsten 2018-01-01..2026-09-13, Nytt 2026-09-14..2026-12-31, Socialtjänst Väster 2027-01-01.."
    );
    assert_eq!(
        changed(like("SE2-E2", "Nytt", date(2027, 1, 1))),
        "Socialtjänsten 2018-01-01..2026-12-31, Nytt 2027-01-01..",
        "what begins on the same day is replaced"
    );
    assert_eq!(changed(like("SE2-E3", "Nytt", TODAY)), "UnitClosed { unit: HsaId(\"SE2-E3\") }");
    assert_eq!(changed(Unit { hsa_id: id("SE9-X"), ..like("SE2-E2", "Nytt", TODAY) }), "no such unit");
    let other_kind = Unit { kind: UnitKind::MunicipalReception, ..like("SE2-E2", "Nytt", TODAY) };
    assert_eq!(changed(other_kind), "unit.kind");
    let elsewhere = Unit { municipality: "1481".parse().ok(), ..like("SE2-E2", "Nytt", TODAY) };
    assert_eq!(changed(elsewhere), "unit.municipality");
    assert_eq!(changed(Unit { parent: Some(id("SE1-W1")), ..like("SE1-W1", "Nytt", TODAY) }), "unit.parent");
}

#[test]
fn a_unit_is_added_when_there_is_none_of_its_id() {
    let added = |unit| told(added(&directory(), unit));
    let new = |text| Unit { hsa_id: id(text), ..like("SE2-E2", "Ny", TODAY) };
    assert_eq!(added(new("SE2-E9")), "Ny 2026-09-14..");
    assert_eq!(added(new("SE2-E2")), "UnitExists { unit: HsaId(\"SE2-E2\") }");
    assert_eq!(
        added(like("SE2-E3", "Åter", TODAY)),
        "Hemsjukvården 2018-01-01..2025-12-31, Åter 2026-09-14..",
        "what was closed opens again"
    );
    let reception = Unit { hsa_id: id("SE2-E9"), ..like("SE2-E1", "Andra", TODAY) };
    assert_eq!(added(reception), "ReceptionExists { municipality: MunicipalityCode(\"1480\") }");
    let elsewhere = Unit { municipality: "0180".parse().ok(), ..new("SE2-E9") };
    assert_eq!(added(elsewhere), "unit.municipality");
    let nowhere = Unit { hsa_id: id("SE1-W9"), parent: Some(id("SE1-H9")), ..like("SE1-W1", "Ny", TODAY) };
    assert_eq!(added(nowhere), "unit.parent");
}

#[test]
fn a_closed_unit_takes_what_was_planned_with_it() {
    let close = |text, on| closed(&directory(), &id(text), on);
    assert_eq!(told(close("SE2-E2", TODAY)), "Socialtjänsten 2018-01-01..2026-09-13");
    assert_eq!(
        told(close("SE2-E2", date(2027, 3, 1))),
        "Socialtjänsten 2018-01-01..2026-12-31, Socialtjänst Väster 2027-01-01..2027-02-28"
    );
    assert_eq!(told(close("SE2-E3", TODAY)), "UnitClosed { unit: HsaId(\"SE2-E3\") }");
    assert_eq!(told(close("SE1-H1", TODAY)), "PartsLeft { unit: HsaId(\"SE1-W1\") }");
    assert_eq!(told(close("SE9-X", TODAY)), "no such unit");
}

#[test]
fn a_unit_that_was_closed_on_its_first_day_never_held_and_is_still_its_municipalitys() {
    let mut directory = directory();
    let new = Unit { hsa_id: id("SE2-E9"), ..like("SE2-E2", "Ny", TODAY) };
    directory.record_unit(id("SE2-E9"), added(&directory, new.clone()).expect("added"));
    let rows = closed(&directory, &id("SE2-E9"), TODAY).expect("closed");
    assert_eq!((rows[0].valid_from, rows[0].valid_to), (TODAY, Some(date(2026, 9, 13))));
    directory.record_unit(id("SE2-E9"), rows);
    assert_eq!(directory.unit(&id("SE2-E9"), TODAY), None);
    let municipality = directory.municipality_running(&id("SE2-E9"), TODAY);
    assert_eq!(municipality.map(ToString::to_string).as_deref(), Some("1480"));
    let again = added(&directory, new).expect("added again");
    assert_eq!((again.len(), again[0].version), (1, 3));
}
