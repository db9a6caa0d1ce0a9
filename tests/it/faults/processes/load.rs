//! Clients that work until they are told to stop; whatever happens to the processes meanwhile.

use std::cell::Cell;

use super::{course, desk::Desk, ledger::Ledger};

/// How many work at once.
const CLIENTS: usize = 8;

/// How many commands are acknowledged before something happens, and after it.
pub const BEFORE: usize = 25;

/// Lets clients work while `fault` happens, and returns when each has the answer that it waited for.
pub async fn during(desk: &Desk, ledger: &Ledger, fault: impl Future<Output = ()>) {
    let stop = Cell::new(false);
    let client = async |number: usize| {
        for turn in 0_usize.. {
            if stop.get() {
                return;
            }
            course::run(desk, ledger, (number, turn), &stop).await;
        }
    };
    let clients = futures::future::join_all((0..CLIENTS).map(client));
    let fault = async {
        fault.await;
        stop.set(true);
    };
    tokio::join!(clients, fault);
}
