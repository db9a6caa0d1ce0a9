//! Rows and the SQL that reads them.

pub mod episode;
pub mod notice;
pub mod patient;
pub mod visit;
