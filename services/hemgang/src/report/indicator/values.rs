//! Figures and definitions as JSON: numbers are numbers, what is absent is null.

use hemgang_proto::common::{Figure, Indicator};
use serde_json::{Value, json};

use super::{Report, name};
use crate::output;

/// A definition.
pub fn definition(indicator: &Indicator) -> Value {
    let measure = indicator.measure().as_str_name().trim_start_matches("MEASURE_").to_ascii_lowercase();
    json!({
        "id": indicator.id,
        "version": indicator.version,
        "title": indicator.title,
        "title_sv": indicator.title_sv,
        "numerator": indicator.numerator,
        "denominator": indicator.denominator,
        "exclusions": indicator.exclusions,
        "attributed_to": indicator.attributed_to,
        "source": indicator.source,
        "measure": measure,
        "variants": indicator.variants,
        "cuts": indicator.cuts().map(name).collect::<Vec<_>>(),
    })
}

/// A set of figures.
pub fn figures(report: &Report) -> Value {
    json!({
        "indicator": definition(&report.definition),
        "variant": report.variant,
        "period": { "from": report.from.to_string(), "to": report.to.to_string() },
        "computed_at": output::instant(report.computed_at),
        "by": report.dimensions(),
        "total": report.set.total.as_ref().map(figure),
        "figures": report.set.figures.iter().map(figure).collect::<Vec<_>>(),
    })
}

fn figure(figure: &Figure) -> Value {
    let cell =
        figure.cell.iter().map(|cut| json!({ "cut": name(cut.cut()), "code": cut.code, "label": cut.label }));
    json!({
        "cell": cell.collect::<Vec<_>>(),
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "on_paper": figure.on_paper,
    })
}
