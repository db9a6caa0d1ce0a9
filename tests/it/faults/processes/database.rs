//! PostgreSQL may go at any moment, in any way, and come back.

use std::{
    cell::Cell,
    sync::{Arc, Mutex},
    time::Duration,
};

use hemgang_testing::postgres::Server;
use tokio::{task::spawn_blocking, time::sleep};

use super::{
    compare::compare,
    desk::Desk,
    installation::Installation,
    ledger::Ledger,
    load::{self, BEFORE},
    note, rounds,
};

/// Lets this happen to the database under load, once a round, while it is away so long.
async fn assert_nothing_is_lost(fault: fn(&mut Server), away: Duration, back: fn(&mut Server)) {
    let server = Server::start();
    let installation = Installation::together(&server.database()).await;
    let (desk, ledger, checked) = (Desk::new(&installation), Ledger::default(), Cell::new(0));
    let server = Arc::new(Mutex::new(server));
    let with = async |act: fn(&mut Server)| {
        let server = Arc::clone(&server);
        // Clients go on meanwhile.
        spawn_blocking(move || act(&mut server.lock().expect("a server"))).await.expect("done");
    };
    for round in 0..rounds().div_ceil(2) {
        load::during(&desk, &ledger, async {
            desk.acknowledged(BEFORE + (7 * round) % 10).await;
            with(fault).await;
            sleep(away).await;
            with(back).await;
            desk.acknowledged(BEFORE).await;
        })
        .await;
        compare(&desk, &ledger, &checked).await;
    }
    note(&format!("{} stays; {}", ledger.stays().len(), desk.work()));
    // It is the database that is away, and the service says so.
    assert!(desk.tried_again.borrow().contains_key("STORE_UNAVAILABLE"), "{:?}", desk.tried_again.borrow());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_stopped_loses_and_doubles_nothing() {
    assert_nothing_is_lost(Server::stop, Duration::from_millis(300), Server::start_again).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_killed_loses_and_doubles_nothing() {
    assert_nothing_is_lost(Server::kill, Duration::from_millis(100), Server::start_again).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_cut_lose_and_double_nothing() {
    assert_nothing_is_lost(|server| server.cut(), Duration::from_millis(200), |server| server.cut()).await;
}
