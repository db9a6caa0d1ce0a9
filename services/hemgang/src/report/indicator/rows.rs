//! Figures and the catalogue as CSV: a row for each cell and the total, in full precision, each with what it means.

use std::io::Write;

use anyhow::Result;
use hemgang_proto::common::{Figure, Indicator};

use super::Report;
use crate::output;

/// Writes figures. A dimension has two columns, its code and its label; of the total both are empty.
pub fn write(report: &Report, to: impl Write) -> Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    let mut heading: Vec<_> =
        ["indicator", "version", "variant", "from", "to", "computed_at"].map(str::to_owned).into();
    heading.extend(report.dimensions().into_iter().flat_map(|name| [name.clone(), format!("{name}_label")]));
    heading.extend(["numerator", "denominator", "value", "low", "high", "on_paper"].map(str::to_owned));
    writer.write_record(&heading)?;
    let figures = report.set.figures.iter().chain(report.set.total.as_ref());
    figures.map(|figure| row(report, figure)).try_for_each(|row| writer.write_record(row))?;
    writer.flush()?;
    Ok(())
}

fn row(report: &Report, figure: &Figure) -> Vec<String> {
    let definition = &report.definition;
    let mut row = vec![definition.id.clone(), definition.version.to_string(), report.variant.clone()];
    row.extend([report.from.to_string(), report.to.to_string(), output::instant(report.computed_at)]);
    let labels = row.len() + 2 * report.by.len();
    row.extend(figure.cell.iter().flat_map(|cut| [cut.code.clone(), cut.label.clone()]));
    row.resize(labels, String::new());
    row.extend([figure.numerator.to_string(), figure.denominator.to_string()]);
    let exact = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    row.extend([figure.value, figure.low, figure.high].map(exact));
    row.push(figure.on_paper.to_string());
    row
}

/// Writes definitions.
pub fn write_catalogue(indicators: &[Indicator], to: impl Write) -> Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record([
        "id",
        "version",
        "title",
        "title_sv",
        "numerator",
        "denominator",
        "exclusions",
        "attributed_to",
        "source",
        "variants",
    ])?;
    for indicator in indicators {
        writer.write_record([
            &indicator.id,
            &indicator.version.to_string(),
            &indicator.title,
            &indicator.title_sv,
            &indicator.numerator,
            &indicator.denominator,
            &indicator.exclusions,
            &indicator.attributed_to,
            &indicator.source,
            &indicator.variants.join(" "),
        ])?;
    }
    writer.flush()?;
    Ok(())
}
