//! The SQL of the log.

pub mod chain;
pub mod emergency;
pub mod entry;
pub mod index;
pub mod person;
pub mod protected;
