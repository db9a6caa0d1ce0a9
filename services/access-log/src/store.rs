//! The SQL of the log.

pub mod chain;
pub mod entry;
pub mod person;
pub mod protected;
