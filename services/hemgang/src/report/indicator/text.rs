//! Figures and the catalogue for people, on a terminal of 80 columns.

use hemgang_proto::common::{Figure, Indicator, Measure};

use super::{Report, name};
use crate::output::{self, WIDTH};

/// The definition, then a row for each cell and the total.
pub fn figures(report: &Report) -> String {
    let definition = &report.definition;
    let computed = output::instant(report.computed_at);
    let mut lines = vec![
        broken(
            format!("{} v{} ({}):", definition.id, definition.version, report.variant),
            4,
            &definition.title_sv,
        ),
        format!("{} to {}, computed {computed}", report.from, report.to),
        labelled("numerator", &definition.numerator),
        labelled("denominator", &definition.denominator),
    ];
    let mut heading = report.dimensions();
    if heading.is_empty() {
        heading.push(String::new());
    }
    let labels = heading.len();
    heading.extend(["numerator", "denominator", "value", "95 %"].map(str::to_owned));
    let heading: Vec<_> = heading.iter().map(String::as_str).collect();
    let row = |figure: &Figure| {
        let mut row: Vec<_> = figure.cell.iter().map(|cut| cut.label.clone()).collect();
        if row.is_empty() {
            row.push("total".to_owned());
        }
        row.resize(labels, String::new());
        row.extend([figure.numerator.to_string(), figure.denominator.to_string()]);
        row.push(number(definition.measure(), figure.value));
        let interval = figure.low.zip(figure.high).map(|(low, high)| format!("{low:.3}–{high:.3}"));
        row.push(interval.unwrap_or_default());
        row
    };
    let rows: Vec<_> = report.set.figures.iter().chain(report.set.total.as_ref()).map(row).collect();
    lines.push(output::table(&heading, &rows, labels));
    let on_paper = report.set.total.as_ref().map_or(0, |total| total.on_paper);
    if on_paper > 0 {
        lines.push(format!("{on_paper} of the cases rest on papers of the reserve routine (reservrutin)"));
    }
    lines.join("\n")
}

/// Id, version and title of each indicator, then each definition in full.
pub fn catalogue(indicators: &[Indicator]) -> String {
    let row = |i: &Indicator| vec![i.id.clone(), i.version.to_string(), i.title_sv.clone()];
    let rows: Vec<_> = indicators.iter().map(row).collect();
    let mut blocks = vec![output::table(&["id", "v", "title"], &rows, usize::MAX)];
    blocks.extend(indicators.iter().map(definition));
    blocks.join("\n\n")
}

fn definition(indicator: &Indicator) -> String {
    let cuts: Vec<_> = indicator.cuts().map(name).collect();
    [
        broken(format!("{} v{}:", indicator.id, indicator.version), 4, &indicator.title),
        labelled("numerator", &indicator.numerator),
        labelled("denominator", &indicator.denominator),
        labelled("left out", &indicator.exclusions),
        labelled("counted on", &indicator.attributed_to),
        labelled("source", &indicator.source),
        labelled("variants", &indicator.variants.join(", ")),
        labelled("by", &cuts.join(", ")),
    ]
    .join("\n")
}

/// A label and a text beside it.
fn labelled(label: &str, text: &str) -> String {
    broken(format!("  {label:<12}"), 14, text)
}

/// A beginning and a text after it, broken between words; later lines stand so far in.
fn broken(beginning: String, indent: usize, text: &str) -> String {
    let mut lines = vec![beginning];
    for word in text.split_whitespace() {
        let line = lines.last_mut();
        match line.filter(|line| line.chars().count() + 1 + word.chars().count() <= usize::from(WIDTH)) {
            Some(line) => *line = format!("{line} {word}"),
            None => lines.push(format!("{:indent$} {word}", "")),
        }
    }
    lines.join("\n")
}

/// A value in the indicator's own precision; empty when there is none.
pub fn number(measure: Measure, value: Option<f64>) -> String {
    let digits = match measure {
        Measure::Share => 3,
        Measure::Mean | Measure::PerPatient => 2,
        Measure::Count | Measure::Median | Measure::Percentile90 | Measure::Unspecified => 0,
    };
    value.map(|value| format!("{value:.digits$}")).unwrap_or_default()
}
