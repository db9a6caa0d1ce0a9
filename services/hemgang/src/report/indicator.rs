//! `hemgang report indicator`: an indicator with its definition, cut as asked.

use anyhow::{Context as _, Result, bail};
use clap::{Args as ClapArgs, ValueEnum};
use hemgang_proto::common::{
    Cut, Figure, FigureSet, Indicator, ListIndicatorsRequest, Measure, Period, QueryIndicatorRequest,
    indicator_service_client::IndicatorServiceClient,
};
use hemgang_rpc::{Peer, wire};
use jiff::{ToSpan as _, civil::Date};

use crate::{
    output::{self, Output},
    target::{Target, told},
};

/// Arguments of `hemgang report indicator`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// Indicator id, for example `same_day`. Without one the catalogue is printed.
    id: Option<String>,
    /// First month or day: 2026-09 or 2026-09-14.
    #[arg(long, value_name = "MONTH|DAY")]
    from: Option<String>,
    /// Last month or day, included.
    #[arg(long, value_name = "MONTH|DAY")]
    to: Option<String>,
    /// Dimension to cut by. May be given several times.
    #[arg(long, value_enum)]
    by: Vec<By>,
    /// Variant of the definition; the published one when absent.
    #[arg(long, default_value = "")]
    variant: String,
    /// Form of the rows.
    #[arg(long, value_enum, default_value_t)]
    output: Output,
    #[command(flatten)]
    target: Target,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum By {
    Municipality,
    Hospital,
    Ward,
    Area,
    Month,
    Specialty,
}

impl By {
    fn cut(self) -> Cut {
        match self {
            Self::Municipality => Cut::Municipality,
            Self::Hospital => Cut::Hospital,
            Self::Ward => Cut::Ward,
            Self::Area => Cut::Area,
            Self::Month => Cut::Month,
            Self::Specialty => Cut::Specialty,
        }
    }
}

/// Runs the command.
pub async fn run(args: Args) -> Result<()> {
    let mut client = IndicatorServiceClient::new(args.target.peer()?);
    let Some(indicator_id) = args.id else { return catalogue(&mut client, args.output).await };
    let (Some(from), Some(to)) = (&args.from, &args.to) else {
        bail!("--from and --to are required with an id")
    };
    let period = Period { from: Some(wire::date(first(from)?)), to: Some(wire::date(last(to)?)) };
    let by = args.by.iter().map(|by| by.cut().into()).collect();
    let request = QueryIndicatorRequest { indicator_id, variant: args.variant, period: Some(period), by };
    let answer = client.query_indicator(request).await.map_err(|status| told(&status))?.into_inner();
    print(&answer.figure_set.context("an answer without figures")?, args.output)
}

async fn catalogue(client: &mut IndicatorServiceClient<Peer>, output: Output) -> Result<()> {
    let answer = client.list_indicators(ListIndicatorsRequest {}).await.map_err(|status| told(&status))?;
    let row = |i: Indicator| vec![i.id, i.version.to_string(), i.title_sv, i.numerator, i.denominator];
    let rows: Vec<_> = answer.into_inner().indicators.into_iter().map(row).collect();
    output::rows(output, &["id", "version", "title", "numerator", "denominator"], &rows, 5)
}

fn print(set: &FigureSet, output: Output) -> Result<()> {
    let definition = set.indicator.as_ref().context("figures without a definition")?;
    if output == Output::Table {
        output::line(&format!(
            "{} v{} ({}): {}",
            definition.id, definition.version, set.variant, definition.title_sv
        ));
        output::line(&format!("  {} / {}", definition.numerator, definition.denominator));
    }
    let mut heading: Vec<&str> = vec!["indicator", "version", "cell"];
    heading.extend(["numerator", "denominator", "value", "low", "high"]);
    let row = |figure: &Figure| {
        let labels: Vec<_> = figure.cell.iter().map(|cut| cut.label.as_str()).collect();
        let cell = if labels.is_empty() { "total".to_owned() } else { labels.join(" · ") };
        let mut row = vec![definition.id.clone(), definition.version.to_string(), cell];
        row.extend([figure.numerator.to_string(), figure.denominator.to_string()]);
        row.extend([figure.value, figure.low, figure.high].map(|value| number(definition.measure(), value)));
        row
    };
    let rows: Vec<_> = set.figures.iter().chain(set.total.as_ref()).map(row).collect();
    output::rows(output, &heading, &rows, 3)
}

/// A value in the indicator's own precision; empty when there is none.
pub fn number(measure: Measure, value: Option<f64>) -> String {
    let digits = match measure {
        Measure::Share => 3,
        Measure::Mean => 2,
        Measure::Count | Measure::Unspecified => 0,
    };
    value.map(|value| format!("{value:.digits$}")).unwrap_or_default()
}

/// The first day of a month or day.
fn first(text: &str) -> Result<Date> {
    let day = if text.len() == 7 { format!("{text}-01") } else { text.to_owned() };
    day.parse().with_context(|| format!("{text} is neither a month (2026-09) nor a day (2026-09-14)"))
}

/// The last day of a month or day.
fn last(text: &str) -> Result<Date> {
    let day = first(text)?;
    Ok(if text.len() == 7 { day.checked_add(1.month())?.checked_sub(1.day())? } else { day })
}
