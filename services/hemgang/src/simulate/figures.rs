//! What the API says of a simulated region, and whether that is what the design accepts.

use anyhow::{Context as _, Result};
use hemgang_proto::common::{
    Figure, Indicator, Measure, Period, QueryIndicatorRequest,
    indicator_service_client::IndicatorServiceClient,
};
use hemgang_rpc::{Peer, wire};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::region::{ACCEPTED_LATER_MEAN, ACCEPTED_SAME_DAY, NOT_YET_MEASURABLE};
use crate::{report, target::told};

/// What is printed of a region: indicator and variant.
const PRINTED: [(&str, &str); 9] = [
    ("notified_admissions", ""),
    ("ready_cases", ""),
    ("same_day", ""),
    ("ready_days", ""),
    ("ready_days", "skr"),
    ("stay_days", ""),
    ("notice_within_24h", ""),
    ("late_ready_notice", ""),
    ("missing_messages", ""),
];

/// A figure and what it is of.
#[derive(Debug)]
pub struct Printed {
    pub id: &'static str,
    pub variant: &'static str,
    pub measure: Measure,
    pub figure: Figure,
}

/// One part of the acceptance row; `met` is none where nothing can tell.
#[derive(Debug)]
pub struct Part {
    pub what: &'static str,
    pub accepted: String,
    pub measured: String,
    pub met: Option<bool>,
    /// What it would take to tell.
    pub needs: &'static str,
}

/// Reads the figures of a period, both days included.
pub async fn read(peer: &Peer, from: Date, to: Date) -> Result<Vec<Printed>> {
    let mut client = IndicatorServiceClient::new(peer.clone());
    let period = Period { from: Some(wire::date(from)), to: Some(wire::date(to)) };
    let mut printed = Vec::new();
    for (id, variant) in PRINTED {
        let request = QueryIndicatorRequest {
            indicator_id: id.to_owned(),
            variant: variant.to_owned(),
            period: Some(period),
            by: Vec::new(),
        };
        let answer = client.query_indicator(request).await.map_err(|status| told(&status))?.into_inner();
        let set = answer.figure_set.context("an answer without figures")?;
        let measure = set.indicator.as_ref().map_or(Measure::Unspecified, Indicator::measure);
        printed.push(Printed { id, variant, measure, figure: set.total.unwrap_or_default() });
    }
    Ok(printed)
}

/// The acceptance row of `practice.md` §5.
pub fn accept(figures: &[Printed]) -> Vec<Part> {
    let value = |id, variant| {
        let found = figures.iter().find(|printed| (printed.id, printed.variant) == (id, variant));
        found.and_then(|printed| printed.figure.value)
    };
    let within = |value: Option<f64>, (low, high): (f64, f64)| {
        Some(value.is_some_and(|value| (low..=high).contains(&value)))
    };
    let (same_day, later) = (value("same_day", ""), value("ready_days", "skr"));
    let none = || "no cases".to_owned();
    let measured = [
        Part {
            what: "same day",
            accepted: "61–63 %".to_owned(),
            measured: same_day.map_or_else(none, |share| format!("{:.2} %", share * 100.0)),
            met: within(same_day, ACCEPTED_SAME_DAY),
            needs: "",
        },
        Part {
            what: "mean of ≥ 1 day",
            accepted: "2.9–3.3 days".to_owned(),
            measured: later.map_or_else(none, |mean| format!("{mean:.2} days")),
            met: within(later, ACCEPTED_LATER_MEAN),
            needs: "",
        },
    ];
    let missing = NOT_YET_MEASURABLE.into_iter().map(|(what, accepted, needs)| Part {
        what,
        accepted: accepted.to_owned(),
        measured: "not yet measurable".to_owned(),
        met: None,
        needs,
    });
    measured.into_iter().chain(missing).collect()
}

impl Printed {
    /// A row of a table.
    pub fn cells(&self) -> Vec<String> {
        let name = if self.variant.is_empty() {
            self.id.to_owned()
        } else {
            format!("{} ({})", self.id, self.variant)
        };
        let count = |number: i64| number.to_string();
        vec![
            name,
            count(self.figure.numerator),
            count(self.figure.denominator),
            report::number(self.measure, self.figure.value),
        ]
    }

    /// The same for programs.
    pub fn json(&self) -> Value {
        json!({
            "id": self.id,
            "variant": self.variant,
            "numerator": self.figure.numerator,
            "denominator": self.figure.denominator,
            "value": self.figure.value,
        })
    }
}

impl Part {
    /// A row of a table.
    pub fn cells(&self) -> Vec<String> {
        let met = match self.met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => self.needs,
        };
        vec![self.what.to_owned(), self.accepted.clone(), self.measured.clone(), met.to_owned()]
    }

    /// The same for programs.
    pub fn json(&self) -> Value {
        json!({ "what": self.what, "accepted": self.accepted, "measured": self.measured, "met": self.met, "needs": self.needs })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(same_day: Option<f64>, later: Option<f64>) -> Vec<Printed> {
        let of = |(id, variant, value)| {
            let figure = Figure { value, ..Figure::default() };
            Printed { id, variant, measure: Measure::Share, figure }
        };
        // Neither the mean of all nor another indicator is the one judged.
        let other = [("ready_days", "", Some(1.0)), ("stay_days", "", Some(9.0))];
        [("same_day", "", same_day), ("ready_days", "skr", later)].into_iter().chain(other).map(of).collect()
    }

    #[test]
    fn the_row_is_met_within_its_bounds_only() {
        let met = |same_day, later| {
            let parts = accept(&printed(same_day, later));
            parts.into_iter().map(|part| part.met).collect::<Vec<_>>()
        };
        let table = [
            (Some(0.62), Some(3.1), [true, true]),
            (Some(0.61), Some(3.3), [true, true]),
            (Some(0.63), Some(2.9), [true, true]),
            (Some(0.6099), Some(3.301), [false, false]),
            (Some(0.6301), Some(2.899), [false, false]),
            (None, None, [false, false]),
        ];
        for (same_day, later, [first, second]) in table {
            assert_eq!(met(same_day, later), [Some(first), Some(second), None, None, None]);
        }
    }

    #[test]
    fn the_row_is_read_on_80_columns() {
        let cells: Vec<_> = accept(&printed(Some(0.62), None)).iter().map(Part::cells).collect();
        let table = crate::output::table(&["accepted when", "is", "measured", ""], &cells, 4);
        assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
        assert!(
            table.contains("62.00 %") && table.contains("no cases") && table.contains("MISSED"),
            "{table}"
        );
    }
}
