//! What an episode and its patient are, and what may happen to them. Pure.

pub mod admission_time;
pub mod age;
pub mod course;
pub mod description;
pub mod episode;
pub mod late_void;
pub mod merge;
pub mod movement;
pub mod patient;
pub mod person_statement;
pub mod quality;
pub mod recipients;
pub mod recorded;
