//! The write lane and the reads under every service, on both databases.

mod cancelled;
mod changes;
mod counter;
mod cursors;
mod gathering;
mod inspecting;
mod opening;
mod replay;
mod rows;
pub mod thing;

pub use opening::when_free;
