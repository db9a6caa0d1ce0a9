//! From cases to figures: sums per cell, with value and interval.

use std::collections::{BTreeMap, HashSet};

use hemgang_core::directory::Directory;
use hemgang_proto::common::{Cut, CutValue, Figure, Measure};

use crate::{cut::value, definition::Case, interval::wilson};

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
    let (mut patients, mut values, mut on_paper) = (HashSet::new(), Vec::new(), 0);
    for case in cases {
        on_paper += i64::from(case.on_paper);
        patients.extend(case.patient.as_deref());
        values.push(case.numerator);
    }
    let numerator: i64 = values.iter().sum();
    let count = i64::try_from(values.len()).unwrap_or(i64::MAX);
    let denominator = match measure {
        Measure::Count => 0,
        Measure::PerPatient => i64::try_from(patients.len()).unwrap_or(i64::MAX),
        Measure::Share | Measure::Mean | Measure::Median | Measure::Percentile90 | Measure::Unspecified => {
            count
        }
    };
    let value = match measure {
        Measure::Count => Some(numerator as f64),
        Measure::Median => percentile(values, 50).map(|value| value as f64),
        Measure::Percentile90 => percentile(values, 90).map(|value| value as f64),
        _ => (denominator > 0).then(|| numerator as f64 / denominator as f64),
    };
    let interval = if measure == Measure::Share { wilson(numerator, denominator) } else { None };
    let (low, high) = interval.unzip();
    Figure { cell, numerator, denominator, value, low, high, on_paper }
}

/// The lowest value that at least so many percent of all do not exceed (nearest rank); none of nothing.
fn percentile(mut values: Vec<i64>, percent: usize) -> Option<i64> {
    values.sort_unstable();
    let rank = (values.len() * percent).div_ceil(100);
    values.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests;
