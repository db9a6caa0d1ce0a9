//! What the API says of a simulated region.

use anyhow::{Context as _, Result};
use hemgang_proto::common::{
    Figure, Indicator, Measure, Period, QueryIndicatorRequest,
    indicator_service_client::IndicatorServiceClient,
};
use hemgang_rpc::{Peer, wire};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::plan::Size;
use crate::{report, target::told};

/// What is printed of a region: indicator and variant.
const PRINTED: [(&str, &str); 19] = [
    ("notified_admissions", ""),
    ("ready_cases", ""),
    ("same_day", ""),
    ("ready_days", ""),
    ("ready_days", "skr"),
    ("stay_days", ""),
    ("notice_within_24h", ""),
    ("late_ready_notice", ""),
    ("missing_messages", ""),
    ("acknowledgement", ""),
    ("acknowledgement", "elapsed_median"),
    ("care_contact_named", ""),
    ("sip_called_in_time", ""),
    ("information_same_day", ""),
    ("expected_date_error", ""),
    ("expected_date_error", "unknown_3"),
    ("planning_meetings", ""),
    ("sip_meetings", ""),
    ("sip_drawn_up", ""),
];

/// A figure and what it is of.
#[derive(Debug)]
pub struct Printed {
    pub id: &'static str,
    pub variant: &'static str,
    pub measure: Measure,
    pub figure: Figure,
}

/// Reads the figures of a run.
pub async fn read(peer: &Peer, size: &Size) -> Result<Vec<Printed>> {
    let mut printed = Vec::new();
    for (id, variant) in PRINTED {
        printed.push(query(peer, (id, variant), size.from, size.last()).await?);
    }
    Ok(printed)
}

async fn query(
    peer: &Peer,
    (id, variant): (&'static str, &'static str),
    from: Date,
    to: Date,
) -> Result<Printed> {
    let request = QueryIndicatorRequest {
        indicator_id: id.to_owned(),
        variant: variant.to_owned(),
        period: Some(Period { from: Some(wire::date(from)), to: Some(wire::date(to)) }),
        by: Vec::new(),
    };
    let answer = IndicatorServiceClient::new(peer.clone()).query_indicator(request).await;
    let set = answer.map_err(|status| told(&status))?.into_inner().figure_set;
    let set = set.context("an answer without figures")?;
    let measure = set.indicator.as_ref().map_or(Measure::Unspecified, Indicator::measure);
    Ok(Printed { id, variant, measure, figure: set.total.unwrap_or_default() })
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
