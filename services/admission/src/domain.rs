//! What an episode and its patient are, and what may happen to them. Pure.

pub mod episode;
pub mod patient;
