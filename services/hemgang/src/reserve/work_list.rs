//! `hemgang reserve work-list`: a unit's open cases on paper, to work by while nothing else is there.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args as ClapArgs;
use hemgang_core::clock::Clock;
use hemgang_print::{Block, Document, Footer, Section, Size, Table, day, moment};
use hemgang_proto::{
    common::ExpectedDischarge,
    planning::{Case, CaseState, ListCasesRequest, planning_service_client::PlanningServiceClient},
};
use hemgang_rpc::wire;
use jiff::Timestamp;

use super::save;
use crate::{
    output,
    target::{Target, told},
};

/// Arguments of `hemgang reserve work-list`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// File that the list is written to. It holds persons: only its owner may read it.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Where the services are, and with whose token.
    #[command(flatten)]
    target: Target,
}

/// Runs the command.
pub async fn run(args: Args) -> Result<()> {
    let mut client = PlanningServiceClient::new(args.target.peer()?);
    let (mut cases, mut page_token) = (Vec::new(), String::new());
    loop {
        let states = [CaseState::Planning, CaseState::Ready].map(i32::from).to_vec();
        let request = ListCasesRequest { page_size: 200, page_token, states, ..Default::default() };
        let page = client.list_cases(request).await.map_err(|status| told(&status))?.into_inner();
        cases.extend(page.cases);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    let list = document(&cases, Clock::system().now());
    save(&args.out, &list.pdf()?)?;
    output::line(&format!("{} cases written to {}", cases.len(), args.out.display()))
}

/// The list: ready patients first, by how long they have been.
pub fn document(cases: &[Case], printed_at: Timestamp) -> Document {
    let of = |state: CaseState| cases.iter().filter(move |case| case.state() == state);
    let mut ready: Vec<_> = of(CaseState::Ready).collect();
    ready.sort_by_key(|case| case.ready_since.as_ref().and_then(wire::instant));
    let mut planning: Vec<_> = of(CaseState::Planning).collect();
    planning.sort_by_key(|case| case.admitted_at.as_ref().and_then(wire::instant));
    let section = |heading: &str, cases: &[&Case]| {
        let columns = [
            ("Patient", 3.0),
            ("Avdelning", 3.0),
            ("Inskriven", 2.0),
            ("Utskrivningsklar", 2.0),
            ("Beräknad eller överenskommen hemgång", 2.5),
            ("Vårdtillfälle", 3.0),
        ];
        let columns = columns.map(|(name, share)| (name.to_owned(), share)).to_vec();
        let rows = cases.iter().map(|case| row(case)).collect();
        let blocks = if cases.is_empty() {
            vec![Block::Paragraph("Ingen.".to_owned())]
        } else {
            vec![Block::Table(Table { columns, rows })]
        };
        Section { heading: format!("{heading} ({})", cases.len()), blocks }
    };
    let said = "Reservrutin. Listan visar det som var känt när den skrevs ut. Förstör den när systemet fungerar igen.";
    Document {
        title: "Arbetslista".to_owned(),
        size: Size::Ordinary,
        lead: vec![Block::Paragraph(said.to_owned())],
        sections: vec![section("Utskrivningsklara", &ready), section("Planering pågår", &planning)],
        footer: Footer { printed_at, unit: String::new(), note: "Innehåller personuppgifter".to_owned() },
    }
}

fn row(case: &Case) -> Vec<String> {
    let at = |stamp: Option<&_>| stamp.and_then(wire::instant).map(moment).unwrap_or_default();
    let agreed = case.discharge_notice.as_ref().and_then(|notice| notice.agreed_at.as_ref());
    let home = match agreed {
        Some(agreed) => at(Some(agreed)),
        None => case.expected_discharge.as_ref().map(expected).unwrap_or_default(),
    };
    let (admitted, ready) = (at(case.admitted_at.as_ref()), at(case.ready_since.as_ref()));
    vec![patient(case), case.ward.clone(), admitted, ready, home, case.admission_id.clone()]
}

/// Name and personal identity, as far as the reader may see them.
fn patient(case: &Case) -> String {
    let Some(person) = &case.patient else { return String::new() };
    let number = person.person_id.as_ref().map(|id| id.value.as_str()).unwrap_or_default();
    let lines = [person.name.as_str(), number];
    let lines: Vec<_> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    if lines.is_empty() { "Skyddade personuppgifter".to_owned() } else { lines.join("\n") }
}

fn expected(said: &ExpectedDischarge) -> String {
    use hemgang_core::expected::ExpectedDischarge::{At, On, UnknownYet};
    match wire::expected(said) {
        Some(At(at)) => moment(at),
        Some(On(on)) => day(on),
        Some(UnknownYet) => "ännu okänt".to_owned(),
        None => String::new(),
    }
}
