//! Faults of real processes: whatever is killed, cut or full, nothing that was acknowledged is lost or done twice.
//!
//! `HEMGANG_FAULT_ROUNDS=50` makes more rounds than the five of every day.

mod accesses;
mod compare;
mod course;
mod database;
mod desk;
mod disk;
mod drain;
mod installation;
mod kill;
mod ledger;
mod load;
mod races;
mod replicas;

/// Says what was measured, to whoever runs a test with `--nocapture`.
#[expect(clippy::print_stderr, reason = "the output of a test")]
fn note(text: &str) {
    eprintln!("{text}");
}

/// How many rounds a fault is tried.
fn rounds() -> usize {
    #[expect(clippy::disallowed_methods, reason = "a number for the tests is no configuration")]
    let said = std::env::var("HEMGANG_FAULT_ROUNDS").ok();
    said.map_or(5, |rounds| rounds.parse().expect("HEMGANG_FAULT_ROUNDS is a number"))
}
