//! From cases to figures: sums per cell, with value and interval.

use std::collections::BTreeMap;

use hemgang_core::directory::Directory;
use hemgang_proto::common::{Cut, CutValue, Figure, Measure};

use crate::{
    definition::{Case, UNALLOCATED},
    interval::wilson,
};

/// The total, and a figure for each cell that has cases, ordered by code.
pub fn figures(measure: Measure, cases: &[Case], by: &[Cut], directory: &Directory) -> (Figure, Vec<Figure>) {
    let total = figure(measure, Vec::new(), cases.iter());
    if by.is_empty() {
        return (total, Vec::new());
    }
    let mut cells: BTreeMap<Vec<String>, (Vec<CutValue>, Vec<&Case>)> = BTreeMap::new();
    for case in cases {
        let values: Vec<_> = by.iter().map(|cut| value(*cut, case, directory)).collect();
        let codes = values.iter().map(|value| value.code.clone()).collect();
        cells.entry(codes).or_insert_with(|| (values, Vec::new())).1.push(case);
    }
    let figures = cells.into_values().map(|(cell, cases)| figure(measure, cell, cases.into_iter())).collect();
    (total, figures)
}

#[expect(clippy::cast_precision_loss, reason = "sums of days and counts are far below 2^52")]
fn figure<'a>(measure: Measure, cell: Vec<CutValue>, cases: impl Iterator<Item = &'a Case>) -> Figure {
    let (numerator, count) = cases.fold((0, 0), |(sum, count), case| (sum + case.numerator, count + 1));
    let denominator = if measure == Measure::Count { 0 } else { count };
    let value = match measure {
        Measure::Count => Some(numerator as f64),
        _ => (denominator > 0).then(|| numerator as f64 / denominator as f64),
    };
    let interval = if measure == Measure::Share { wilson(numerator, denominator) } else { None };
    let (low, high) = interval.unzip();
    Figure { cell, numerator, denominator, value, low, high }
}

/// The value of one dimension for one case.
fn value(cut: Cut, case: &Case, directory: &Directory) -> CutValue {
    let unit = |id| directory.unit(id, case.on).map_or_else(|| id.to_string(), |unit| unit.name.clone());
    let municipality = case.municipality.as_ref();
    let (code, label) = match cut {
        Cut::Municipality => match municipality {
            Some(code) => {
                let name = directory.municipality(code).map(|municipality| municipality.name.clone());
                (code.to_string(), name.unwrap_or_else(|| "Utanför länet".to_owned()))
            }
            None => unallocated(),
        },
        Cut::Area => match municipality.and_then(|code| directory.municipality(code)?.area.clone()) {
            Some(area) => (area.clone(), area),
            None => unallocated(),
        },
        Cut::Hospital => (case.hospital.to_string(), unit(&case.hospital)),
        Cut::Ward => (case.ward.to_string(), unit(&case.ward)),
        Cut::Month => {
            let month = format!("{:04}-{:02}", case.on.year(), case.on.month());
            (month.clone(), month)
        }
        Cut::Specialty | Cut::Unspecified => {
            let name = case.specialty.as_str_name().trim_start_matches("SPECIALTY_").to_owned();
            (name.clone(), name)
        }
    };
    CutValue { cut: cut.into(), code, label }
}

fn unallocated() -> (String, String) {
    (UNALLOCATED.to_owned(), "Ej fördelad".to_owned())
}
