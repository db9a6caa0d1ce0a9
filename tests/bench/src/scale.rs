//! What a command and a page of a work list cost beside 10 000, 100 000 and 1 000 000 closed episodes, and 25 000 open.

mod fill;

use anyhow::Result;
use hemgang_proto::{
    planning::{
        CaseState, ListCasesRequest, ListInboxRequest, planning_service_client::PlanningServiceClient,
    },
    readiness::{ListReadyRequest, readiness_service_client::ReadinessServiceClient},
};
use hemgang_rpc::Peer;
use hemgang_testing::On;

use self::fill::fill;
use super::{
    command::{Bench, HOSPITAL, WARD},
    load::{Sample, median},
};

const OPEN: u32 = 25_000;
const CLOSED: [u32; 3] = [10_000, 100_000, 1_000_000];

/// Pages read in each of three rounds. A test only looks whether they can be.
const PAGES: usize = if cfg!(test) { 2 } else { 200 };

/// Who reads work lists: role, unit, organisation. A third of all cases is the largest municipality's.
const READERS: [(&str, [&str; 3]); 4] = [
    ("a ward's", ["ward", WARD, "region"]),
    ("a hospital's", ["hospital", HOSPITAL, "region"]),
    ("a municipality's", ["municipality", "SE0000001401-E0001", "1401"]),
    ("the largest municipality's", ["municipality", "SE0000001480-E0001", "1480"]),
];

/// Fills the tables of readiness and planning step by step, up to so many closed episodes, and measures at each.
pub async fn measure(bench: &Bench, on: On, commands: usize, up_to: u32) -> Result<Vec<(String, Sample)>> {
    fill(bench.url(), on, 1..=OPEN, true)?;
    let (mut measured, mut first) = (Vec::new(), 1);
    for closed in CLOSED.into_iter().filter(|closed| *closed <= up_to) {
        fill(bench.url(), on, first..=closed, false)?;
        first = closed + 1;
        let confirmed = bench.confirm(64, commands).await?;
        measured.push((format!("{closed} closed: ConfirmReadiness, 64 in flight"), confirmed));
        pages(bench, |of, page| measured.push((format!("{closed} closed: {of}"), page))).await?;
    }
    Ok(measured)
}

/// Reads a page of every list that each reader has.
async fn pages(bench: &Bench, mut put: impl FnMut(String, Sample)) -> Result<()> {
    for (whose, [role, unit, organisation]) in READERS {
        let reader = bench.peer(role, unit, organisation)?;
        put(format!("{whose} page of those who are ready"), ready(&reader).await?);
        put(format!("{whose} page of open cases"), open_cases(&reader).await?);
        if role == "municipality" {
            put(format!("{whose} page of its inbox"), inbox(&reader).await?);
        }
    }
    Ok(())
}

async fn ready(reader: &Peer) -> Result<Sample> {
    let client = ReadinessServiceClient::new(reader.clone());
    median(1, PAGES, move |_| {
        let mut client = client.clone();
        async move {
            let page = client.list_ready(ListReadyRequest::default()).await?.into_inner();
            filled(page.readiness.len())
        }
    })
    .await
}

async fn open_cases(reader: &Peer) -> Result<Sample> {
    let client = PlanningServiceClient::new(reader.clone());
    median(1, PAGES, move |_| {
        let mut client = client.clone();
        let states = vec![CaseState::Planning.into(), CaseState::Ready.into()];
        async move {
            let page =
                client.list_cases(ListCasesRequest { states, ..Default::default() }).await?.into_inner();
            filled(page.cases.len())
        }
    })
    .await
}

async fn inbox(reader: &Peer) -> Result<Sample> {
    let client = PlanningServiceClient::new(reader.clone());
    median(1, PAGES, move |_| {
        let mut client = client.clone();
        let request = ListInboxRequest { unacknowledged_only: true, ..Default::default() };
        async move {
            let page = client.list_inbox(request).await?.into_inner();
            filled(page.notices.len())
        }
    })
    .await
}

/// An empty page would be read fast.
fn filled(rows: usize) -> Result<()> {
    anyhow::ensure!(rows > 10, "a page of {rows} rows only");
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::limit;

    #[tokio::test(flavor = "multi_thread")]
    async fn what_fills_the_tables_fits_them_and_every_reader_has_a_page() -> Result<()> {
        for on in [On::Sqlite, On::Postgres] {
            let bench = Bench::start(on).await?;
            fill(bench.url(), on, 1..=20_000, true)?;
            fill(bench.url(), on, 1..=100, false)?;
            pages(&bench, |_, _| ()).await?;
            if matches!(on, On::Postgres) {
                assert!(limit::pgbench(bench.url(), Duration::from_secs(1))?.per_second > 0.0);
            }
        }
        Ok(())
    }
}
