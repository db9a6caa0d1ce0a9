//! The demo's table: per municipality and in total, from the public API with a quality developer's token.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use hemgang_core::directory::Directory;
use hemgang_core::place::MunicipalityCode;
use hemgang_proto::{
    common::{
        Cut, Figure, FigureSet, Measure, Period, QueryIndicatorRequest,
        indicator_service_client::IndicatorServiceClient,
    },
    deviation::{ListSignalsRequest, SignalState, deviation_service_client::DeviationServiceClient},
};
use hemgang_rpc::{Peer, wire};
use jiff::civil::Date;

use crate::{output, report, target::told};

/// Short enough for a terminal of 80 columns.
const HEADING: [&str; 8] =
    ["municipality", "notified", "ready", "same day", "share", "95 %", "days", "signals"];

/// One row's figures; absent where a municipality has no such case.
#[derive(Default)]
struct Row {
    label: String,
    notified: Option<Figure>,
    ready: Option<Figure>,
    same_day: Option<Figure>,
    ready_days: Option<Figure>,
    signals: usize,
}

/// The place of an indicator in a row.
type Column = fn(&mut Row) -> &mut Option<Figure>;

/// Prints the table for a period, both days included.
pub async fn print(peer: &Peer, directory: &Directory, from: Date, to: Date) -> Result<()> {
    let period = Period { from: Some(wire::date(from)), to: Some(wire::date(to)) };
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut total = Row { label: "total".to_owned(), ..Row::default() };
    let columns: [(&str, Column); 4] = [
        ("notified_admissions", |row| &mut row.notified),
        ("ready_cases", |row| &mut row.ready),
        ("same_day", |row| &mut row.same_day),
        ("ready_days", |row| &mut row.ready_days),
    ];
    let mut definitions = Vec::new();
    for (id, column) in columns {
        let set = query(peer, id, period).await?;
        for figure in set.figures {
            let Some(cut) = figure.cell.first().cloned() else { continue };
            let label = label(&cut.code, directory);
            let row = rows.entry(cut.code).or_default();
            row.label = label;
            *column(row) = Some(figure);
        }
        *column(&mut total) = set.total;
        definitions.extend(set.indicator.map(|indicator| format!("{} v{}", indicator.id, indicator.version)));
    }
    for (code, count) in open_signals(peer).await? {
        total.signals += count;
        let label = label(&code, directory);
        let row = rows.entry(if code.is_empty() { "unallocated".to_owned() } else { code }).or_default();
        row.label = label;
        row.signals = count;
    }
    let rows: Vec<_> = rows.into_values().chain([total]).map(|row| cells(&row)).collect();
    output::line(&output::table(&HEADING, &rows, 1))?;
    output::line(&format!("{from} to {to}"))?;
    output::line(&definitions.join(", "))?;
    output::line(&meetings(peer, period).await?)?;
    output::line("municipality: the participating one, of those that were notified")?;
    output::line("days: mean from readiness to discharge")?;
    output::line("signals: still open, of an admission notice that came later than 24 h,")?;
    output::line("         by the municipality that answers for the patient, notified or not")?;
    Ok(())
}

/// A municipality's name; outside the county, where each has a row of its own, its code.
fn label(code: &str, directory: &Directory) -> String {
    match MunicipalityCode::parse(code) {
        Ok(code) => match directory.municipality(&code) {
            Some(municipality) => municipality.name.clone(),
            None => format!("utanför {code}"),
        },
        Err(_) => "Ej fördelad".to_owned(),
    }
}

async fn query(peer: &Peer, id: &str, period: Period) -> Result<FigureSet> {
    let request = QueryIndicatorRequest {
        indicator_id: id.to_owned(),
        variant: String::new(),
        period: Some(period),
        by: vec![Cut::Municipality.into()],
    };
    let answer = IndicatorServiceClient::new(peer.clone()).query_indicator(request).await;
    answer.map_err(|status| told(&status))?.into_inner().figure_set.context("an answer without figures")
}

/// How many met, and the share of them on distance.
async fn meetings(peer: &Peer, period: Period) -> Result<String> {
    let mut said = Vec::new();
    for (id, what) in [("planning_meetings", "planning"), ("sip_meetings", "SIP")] {
        let total = query(peer, id, period).await?.total.unwrap_or_default();
        let share = total.value.map(|share| format!(" ({:.0} % on distance)", share * 100.0));
        said.push(format!("{} {what}{}", total.denominator, share.unwrap_or_default()));
    }
    Ok(format!("meetings held: {}", said.join(", ")))
}

/// Open signals by liable municipality, all pages.
async fn open_signals(peer: &Peer) -> Result<BTreeMap<String, usize>> {
    let mut client = DeviationServiceClient::new(peer.clone());
    let mut counts = BTreeMap::new();
    let mut page_token = String::new();
    loop {
        let request =
            ListSignalsRequest { page_size: 500, page_token, states: vec![SignalState::Open.into()] };
        let page = client.list_signals(request).await.map_err(|status| told(&status))?.into_inner();
        for signal in page.signals {
            *counts.entry(signal.municipality).or_default() += 1;
        }
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(counts);
        }
    }
}

fn cells(row: &Row) -> Vec<String> {
    let count = |figure: &Option<Figure>| figure.as_ref().map_or(0, |figure| figure.numerator).to_string();
    let same_day = row.same_day.clone().unwrap_or_default();
    let percent = |share: Option<f64>| share.map(|share| format!("{:.0}", share * 100.0));
    let share = percent(same_day.value).map(|share| format!("{share} %")).unwrap_or_default();
    let interval =
        percent(same_day.low).zip(percent(same_day.high)).map(|(low, high)| format!("{low}–{high}"));
    let days = row.ready_days.as_ref().and_then(|figure| figure.value);
    vec![
        row.label.clone(),
        count(&row.notified),
        count(&row.ready),
        format!("{}/{}", same_day.numerator, same_day.denominator),
        share,
        interval.unwrap_or_default(),
        report::number(Measure::Mean, days),
        row.signals.to_string(),
    ]
}
