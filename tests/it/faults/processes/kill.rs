//! Any process may be killed at any moment.

use std::{cell::Cell, time::Duration};

use hemgang_testing::postgres;
use tokio::time::sleep;

use super::{
    compare::compare,
    desk::Desk,
    installation::{Installation, SERVICES},
    ledger::Ledger,
    load::{self, BEFORE},
    note, rounds,
};

/// Kills one process a round under load, another each round, at another moment each time.
async fn assert_nothing_is_lost(mut installation: Installation) {
    let (desk, ledger, checked) = (Desk::new(&installation), Ledger::default(), Cell::new(0));
    for round in 0..rounds() {
        let servers = &mut installation.servers;
        let place = round % servers.len();
        load::during(&desk, &ledger, async {
            desk.acknowledged(BEFORE + (7 * round) % 10).await;
            servers[place].kill();
            sleep(Duration::from_millis(100)).await;
            servers[place].start().await;
            desk.acknowledged(BEFORE).await;
        })
        .await;
        compare(&desk, &ledger, &checked).await;
    }
    note(&format!("{} stays; {}", ledger.stays().len(), desk.work()));
    // Somebody was waiting when it died, or nothing was tried.
    assert!(!desk.tried_again.borrow().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_process_of_all_services_on_sqlite_loses_and_doubles_nothing() {
    assert_nothing_is_lost(Installation::together("sqlite://data").await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_process_of_all_services_on_postgres_loses_and_doubles_nothing() {
    assert_nothing_is_lost(Installation::together(&postgres::database()).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_service_on_sqlite_loses_and_doubles_nothing() {
    let installation = Installation::apart("sqlite://data").await;
    assert_eq!(installation.servers.len(), SERVICES.len());
    assert_nothing_is_lost(installation).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_service_on_postgres_loses_and_doubles_nothing() {
    assert_nothing_is_lost(Installation::apart(&postgres::database()).await).await;
}
