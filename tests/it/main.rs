//! Several crates together: the store under them all, the contract towards clients, and faults.

mod contract;
mod faults;
mod journeys;
mod services;
mod store;
