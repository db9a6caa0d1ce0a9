//! Published counts give the published percentages, and patients are counted once in each cell.

use hemgang_core::{
    id::{AdmissionId, CaseId},
    place::{HsaId, MunicipalityCode},
};
use hemgang_proto::{
    common::{AgeGroup, Destination, Sex, Specialty},
    planning::NoticeKind,
};
use jiff::{Timestamp, civil::date};

use super::*;
use crate::{Part, Planned};

fn case(numerator: i64, patient: &str, municipality: Option<&str>) -> Case {
    let unit = |id| HsaId::parse(id).expect("an HSA-id");
    Case {
        admission_id: Some(AdmissionId::fresh(Timestamp::UNIX_EPOCH)),
        planned: None,
        on: date(2026, 9, 14),
        numerator,
        patient: Some(patient.to_owned()),
        municipality: municipality.map(|code| MunicipalityCode::parse(code).expect("a code")),
        liable: None,
        residence: None,
        sex: Sex::Female,
        age_group: AgeGroup::From80,
        hospital: Some(unit("SE1-H")),
        ward: Some(unit("SE1-A")),
        specialty: Specialty::Somatic,
        destination: Destination::CareHome,
        on_paper: false,
    }
}

fn directory() -> Directory {
    let units = "hsa_id,name,kind,parent,municipality,law,specialty,hospital_group,valid_from,valid_to\n\
                 SE1-H,Sjukhuset,hospital,,1480,,,SU,2018-01-01,\n\
                 SE1-A,Avd 12,ward,SE1-H,,,somatic,,2018-01-01,\n\
                 SE1-V,Vårdcentralen,outpatient,,1480,,,,2018-01-01,\n\
                 SE2-M,Mottagningen,municipal-reception,,1480,,,,2018-01-01,\n\
                 SE2-S,Socialtjänsten,municipal-unit,,1480,SoL,,,2018-01-01,\n\
                 SE2-H,Hemsjukvården,municipal-unit,,1480,HSL,,,2018-01-01,\n";
    let municipalities =
        "code,name,collaboration_area,area_is_verified\n1480,Göteborg,GBG,yes\n1490,Borås,,no\n";
    Directory::read(units.as_bytes(), municipalities.as_bytes()).expect("a directory")
}

#[test]
fn published_counts_give_the_published_percentages() {
    // Årsredovisning 2024 Vårdsamverkan Västra Götaland; the last, Regional handlingsplan disponibla vårdplatser.
    let published = [
        (2855, 5923, "48.2"),
        (2526, 5633, "44.8"),
        (10_181, 10_229, "99.5"),
        (10_497, 10_614, "98.9"),
        (2211, 2865, "77.2"),
        // Same-day shares: 2022-12 and 2023-12, published without counts.
        (62, 100, "62.0"),
    ];
    for (numerator, denominator, percent) in published {
        let cases: Vec<_> = (0..denominator).map(|n| case(i64::from(n < numerator), "1", None)).collect();
        let (total, _) = figures(Measure::Share, &cases, &[], &directory());
        assert_eq!((total.numerator, total.denominator), (numerator, denominator));
        assert_eq!(total.value.map(|share| format!("{:.1}", share * 100.0)).as_deref(), Some(percent));
        assert!(total.low < total.value && total.value < total.high);
    }
}

#[test]
fn a_patient_counts_once_in_the_total_and_once_in_each_cell() {
    let (home, next) = (Some("1480"), Some("1490"));
    let cases = [case(1, "1", home), case(1, "1", home), case(1, "1", next), case(1, "2", next)];
    let (total, cells) = figures(Measure::PerPatient, &cases, &[Cut::Municipality], &directory());
    let counts = |figure: &Figure| (figure.numerator, figure.denominator);
    assert_eq!((counts(&total), total.value, total.low), ((4, 2), Some(2.0), None));
    assert_eq!(cells.iter().map(counts).collect::<Vec<_>>(), [(2, 1), (2, 2)]);
    let (none, _) = figures(Measure::PerPatient, &[], &[], &directory());
    assert_eq!((counts(&none), none.value), ((0, 0), None));
}

#[test]
fn a_percentile_is_a_value_that_was_there() {
    let of = |measure, values: &[i64]| {
        let cases: Vec<_> = values.iter().map(|value| case(*value, "1", None)).collect();
        let (total, _) = figures(measure, &cases, &[], &directory());
        (total.numerator, total.denominator, total.value)
    };
    assert_eq!(of(Measure::Median, &[9, 1, 5]), (15, 3, Some(5.0)));
    assert_eq!(of(Measure::Median, &[9, 1, 5, 3]), (18, 4, Some(3.0)));
    assert_eq!(of(Measure::Percentile90, &[7]), (7, 1, Some(7.0)));
    let ten: Vec<_> = (1..=10).collect();
    assert_eq!(of(Measure::Percentile90, &ten), (55, 10, Some(9.0)));
    assert_eq!(of(Measure::Percentile90, &[&ten[..], &[11]].concat()).2, Some(10.0));
    assert_eq!(of(Measure::Median, &[]), (0, 0, None));
}

#[test]
fn every_dimension_has_a_code_and_a_label() {
    let cases = [case(1, "1", Some("1480"))];
    let of = |cut| {
        let (_, cells) = figures(Measure::Count, &cases, &[cut], &directory());
        let cell = cells[0].cell[0].clone();
        (cell.code, cell.label)
    };
    let expected = [
        (Cut::Municipality, "1480", "Göteborg"),
        (Cut::Liable, "unallocated", "Ej fördelad"),
        (Cut::Residence, "unallocated", "Ej fördelad"),
        (Cut::Hospital, "SE1-H", "Sjukhuset"),
        (Cut::Ward, "SE1-A", "Avd 12"),
        (Cut::Area, "GBG", "GBG"),
        (Cut::Specialty, "SOMATIC", "Somatisk"),
        (Cut::Destination, "CARE_HOME", "Särskilt boende"),
        (Cut::Month, "2026-09", "2026-09"),
        (Cut::Weekday, "1", "måndag"),
        (Cut::Sex, "FEMALE", "Kvinna"),
        (Cut::AgeGroup, "80+", "80+ år"),
        (Cut::NoticeKind, "unallocated", "Ej fördelad"),
        (Cut::Party, "unallocated", "Ej fördelad"),
    ];
    assert_eq!(expected.len(), crate::definition::CUTS.len());
    for (cut, code, label) in expected {
        assert_eq!(of(cut), (code.to_owned(), label.to_owned()), "{cut:?}");
    }
}

#[test]
fn a_notice_is_of_its_kind_and_was_delivered_to_somebody() {
    let case_id = CaseId::fresh(Timestamp::UNIX_EPOCH);
    let notice = |recipient| {
        let recipient = HsaId::parse(recipient).expect("an HSA-id");
        let part = Part::Notice { id: "1".to_owned(), kind: NoticeKind::Readiness, recipient };
        Case { planned: Some(Planned { case_id, part }), ..case(1, "1", None) }
    };
    let cases = ["SE1-V", "SE2-S", "SE2-H", "SE2-M", "SE9-X"].map(notice);
    let (_, cells) = figures(Measure::Count, &cases, &[Cut::NoticeKind, Cut::Party], &directory());
    let labels = cells.iter().map(|cell| cell.cell[1].label.as_str()).collect::<Vec<_>>();
    let parties =
        ["Kommunens mottagning", "Kommunal hälso- och sjukvård", "Öppenvård", "Socialtjänst", "Ej fördelad"];
    assert_eq!(labels, parties);
    assert!(cells.iter().all(|cell| cell.cell[0].code == "READINESS"));
}
