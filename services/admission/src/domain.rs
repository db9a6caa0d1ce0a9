//! What an episode and its patient are, and what may happen to them. Pure.

pub mod age;
pub mod course;
pub mod episode;
pub mod movement;
pub mod patient;
