//! Several processes of every service on one PostgreSQL: any takes any request, and none is missed when it goes.

use std::{cell::Cell, time::Duration};

use hemgang_proto::planning::PlanningEvent;
use hemgang_testing::postgres;
use tokio::time::{Instant, sleep};

use super::{
    compare::{compare, read},
    course,
    desk::Desk,
    installation::Installation,
    ledger::Ledger,
    load::{self, BEFORE},
    note, rounds,
};

/// Clients go from one to the next, commands go to two at once, and one dies each round.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_replica_takes_any_request_and_each_has_one_effect() {
    let mut installation = Installation::replicas(&postgres::database(), 3).await;
    let (desk, ledger, checked) = (Desk::new(&installation), Ledger::default(), Cell::new(0));
    for round in 0..rounds().div_ceil(2) {
        let place = round % installation.servers.len();
        let server = &mut installation.servers[place];
        load::during(&desk, &ledger, async {
            desk.acknowledged(2 * BEFORE).await;
            server.kill();
            desk.acknowledged(BEFORE).await;
        })
        .await;
        // The others have everything.
        compare(&desk, &ledger, &checked).await;
        server.start().await;
        compare_again(&desk, &ledger).await;
    }
    note(&format!("{} stays; {}", ledger.stays().len(), desk.work()));
}

/// The one that came back has everything, too.
async fn compare_again(desk: &Desk, ledger: &Ledger) {
    compare(desk, ledger, &Cell::new(ledger.stays().len().saturating_sub(10))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_replica_s_following_is_taken_over_within_seconds() {
    let mut installation = Installation::replicas(&postgres::database(), 2).await;
    let (desk, ledger) = (Desk::new(&installation), Ledger::default());
    load::during(&desk, &ledger, desk.acknowledged(BEFORE)).await;
    for dead in 0..2 {
        installation.servers[dead].kill();
        let before = read::<PlanningEvent>(&desk).await.len();
        // Nobody asks planning, which would bring it to the head: only its follower does.
        course::told(&desk, &ledger).await;
        let told = Instant::now();
        while read::<PlanningEvent>(&desk).await.len() == before {
            assert!(told.elapsed() < Duration::from_secs(5), "nobody follows");
            sleep(Duration::from_millis(10)).await;
        }
        note(&format!("taken over in {:?}", told.elapsed()));
        installation.servers[dead].start().await;
    }
}
