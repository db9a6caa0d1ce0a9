//! Rows and the SQL that reads them.

pub mod episode;
pub mod first_sent;
pub mod merge;
pub mod movement;
pub mod notice;
pub mod patient;
pub mod person_statement;
pub mod visit;
