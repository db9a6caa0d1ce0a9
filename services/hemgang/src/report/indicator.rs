//! `hemgang report indicator`: an indicator with its definition, cut as asked; or the catalogue.

mod args;
mod rows;
#[cfg(test)]
mod tests;
mod text;
mod values;
mod workbook;

use anyhow::{Context as _, Result};
use hemgang_proto::common::{
    Cut, FigureSet, Indicator, ListIndicatorsRequest, Period, QueryIndicatorRequest,
    indicator_service_client::IndicatorServiceClient,
};
use hemgang_rpc::{Peer, wire};
use jiff::civil::Date;

use self::args::Form;
pub use self::{args::Args, text::number};
use crate::{output, target::told};

/// Runs the command.
pub async fn run(args: Args) -> Result<()> {
    if args.file.is_some() && args.output != Form::Xlsx {
        return Err(output::usage("--file goes with --output xlsx"));
    }
    let mut client = IndicatorServiceClient::new(args.target.peer()?);
    // Clap asks for both with an id.
    let Some(((indicator_id, from), to)) = args.id.zip(args.from).zip(args.to) else {
        return catalogue(&mut client, args.output).await;
    };
    if from > to {
        return Err(output::usage("--from is after --to"));
    }
    let period = Period { from: Some(wire::date(from)), to: Some(wire::date(to)) };
    let by = args::cuts(&args.by);
    let request = QueryIndicatorRequest {
        indicator_id,
        variant: args.variant.unwrap_or_default(),
        period: Some(period),
        by: by.iter().map(|cut| (*cut).into()).collect(),
    };
    let answer = client.query_indicator(request).await.map_err(|status| told(&status))?.into_inner();
    let report = Report::new(answer.figure_set.context("an answer without figures")?, by)?;
    match args.output {
        Form::Table => output::line(&text::figures(&report))?,
        Form::Json => output::line(&serde_json::to_string_pretty(&values::figures(&report))?)?,
        Form::Csv => {
            let mut csv = Vec::new();
            rows::write(&report, &mut csv)?;
            output::bytes(&csv)?;
        }
        Form::Xlsx => {
            let file = args.file.context("--file is required with --output xlsx")?;
            let bytes = workbook::make(&report)?;
            std::fs::write(&file, bytes).with_context(|| format!("{} cannot be written", file.display()))?;
            output::line(&format!("{} written", file.display()))?;
        }
    }
    Ok(())
}

async fn catalogue(client: &mut IndicatorServiceClient<Peer>, form: Form) -> Result<()> {
    let answer = client.list_indicators(ListIndicatorsRequest {}).await.map_err(|status| told(&status))?;
    let indicators = answer.into_inner().indicators;
    match form {
        Form::Table => output::line(&text::catalogue(&indicators))?,
        Form::Json => {
            let all: Vec<_> = indicators.iter().map(values::definition).collect();
            output::line(&serde_json::to_string_pretty(&all)?)?;
        }
        Form::Csv => {
            let mut csv = Vec::new();
            rows::write_catalogue(&indicators, &mut csv)?;
            output::bytes(&csv)?;
        }
        Form::Xlsx => return Err(output::usage("the catalogue has no xlsx form: name an indicator")),
    }
    Ok(())
}

/// Figures with all that is needed to read them.
struct Report {
    definition: Indicator,
    variant: String,
    from: Date,
    to: Date,
    computed_at: jiff::Timestamp,
    by: Vec<Cut>,
    set: FigureSet,
}

impl Report {
    fn new(set: FigureSet, by: Vec<Cut>) -> Result<Self> {
        let period = set.period.unwrap_or_default();
        let day = |on: Option<&_>| on.and_then(wire::day).context("figures without a period");
        Ok(Self {
            definition: set.indicator.clone().context("figures without a definition")?,
            variant: set.variant.clone(),
            from: day(period.from.as_ref())?,
            to: day(period.to.as_ref())?,
            computed_at: set
                .computed_at
                .as_ref()
                .and_then(wire::instant)
                .context("figures without a time")?,
            by,
            set,
        })
    }

    /// The names of the dimensions, in the order asked.
    fn dimensions(&self) -> Vec<String> {
        self.by.iter().map(|cut| name(*cut)).collect()
    }
}

/// A dimension as `--by` takes it.
fn name(cut: Cut) -> String {
    cut.as_str_name().trim_start_matches("CUT_").to_ascii_lowercase()
}
